package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import smile.base.cart.DecisionNode;
import smile.base.cart.LeafNode;
import smile.base.cart.Node;
import smile.base.cart.OrdinalNode;
import smile.base.cart.SplitRule;
import smile.classification.DecisionTree;
import smile.data.DataFrame;
import smile.data.type.DataTypes;
import smile.data.type.StructField;
import smile.math.MathEx;

/**
 * Random forests of Smile's decision trees, turned into our own (Breiman, "Random Forests", 2001).
 *
 * <p>Classes are balanced by the sample each tree is grown from: as many rows are drawn, with
 * replacement, of those that failed as of those that held (Chen, Liaw and Breiman, "Using Random
 * Forest to Learn Imbalanced Data", 2004), each row with a chance in proportion to its weight.
 *
 * <p>The trees are Smile's; drawing the rows is ours. Smile's own forest knows no row weights, and
 * after each tree it predicts every row that the tree did not see, which on balanced samples of
 * rare failures takes far longer than growing it.
 */
final class SmileForests {
  /** Trees that are grown between two reports of progress. */
  private static final int BATCH = 20;

  /** Rows of one class that a tree is grown from, at most. */
  private static final int MOST_ROWS_PER_CLASS = 25_000;

  private static final StructField RESPONSE =
      new StructField(SmileTrees.LABEL, DataTypes.IntegerType);

  private SmileForests() {}

  /** Grows a forest on {@code rows}, the same for the same input on any number of threads. */
  static Forest train(LabelledRows rows, TrainingConfig config, IntConsumer treesDone) {
    return convert(grow(rows, config, treesDone), rows.names().size());
  }

  static List<DecisionTree> grow(LabelledRows rows, TrainingConfig config, IntConsumer treesDone) {
    double[][] complete = SmileTrees.complete(rows.features());
    String[] names = rows.names().toArray(String[]::new);
    Drawing failed = new Drawing(rows, true);
    Drawing held = new Drawing(rows, false);
    int each = Math.min(MOST_ROWS_PER_CLASS, Math.min(failed.size(), held.size()));
    SplittableRandom seeds = new SplittableRandom(config.seed());
    // Smile ignores seeds that are not above 1.
    long[] seed =
        LongStream.generate(() -> seeds.nextLong(2, 1L << 62)).limit(config.trees()).toArray();
    DecisionTree[] trees = new DecisionTree[seed.length];
    for (int done = 0; done < trees.length; done += BATCH) {
      int until = Math.min(trees.length, done + BATCH);
      IntStream.range(done, until)
          .parallel()
          .forEach(
              t -> {
                SplittableRandom random = new SplittableRandom(seed[t]);
                double[][] sample = new double[2 * each][];
                int[] labels = new int[2 * each];
                for (int i = 0; i < each; i++) {
                  sample[i] = complete[failed.draw(random)];
                  labels[i] = 1;
                  sample[each + i] = complete[held.draw(random)];
                }
                trees[t] = tree(DataFrame.of(sample, names), labels, seed[t], config);
              });
      treesDone.accept(until);
    }
    return List.of(trees);
  }

  private static DecisionTree tree(DataFrame data, int[] labels, long seed, TrainingConfig config) {
    MathEx.setSeed(seed); // of this thread alone; it picks the features that each split tries
    int features = data.ncols();
    return new DecisionTree(
        data,
        labels,
        RESPONSE,
        2,
        SplitRule.GINI,
        config.maximumDepth(),
        Integer.MAX_VALUE,
        config.minimumLeafSize(),
        Math.max(1, (int) Math.sqrt(features)),
        null,
        null);
  }

  /** The same trees in flat arrays, all of one weight, with leaves smoothed as Smile does. */
  static Forest convert(List<DecisionTree> trees, int featureCount) {
    ForestBuilder builder = new ForestBuilder(featureCount);
    for (DecisionTree tree : trees) {
      add(builder, tree, 1, featureCount);
    }
    return builder.build();
  }

  static void add(ForestBuilder builder, DecisionTree tree, double weight, int featureCount) {
    builder.tree(weight);
    SmileTrees.walk(tree.root(), tree.schema(), featureCount, new ForestSink(builder));
  }

  /** Draws rows of one class, each with a chance in proportion to its weight. */
  private static final class Drawing {
    private final int[] rows;
    private final double[] upTo;

    Drawing(LabelledRows all, boolean failed) {
      rows = all.where(row -> all.fails()[row] == failed);
      upTo = new double[rows.length];
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        sum += all.weights()[rows[i]];
        upTo[i] = sum;
      }
    }

    int size() {
      return rows.length;
    }

    int draw(SplittableRandom random) {
      double at = random.nextDouble() * upTo[upTo.length - 1];
      int found = Arrays.binarySearch(upTo, at);
      return rows[Math.min(rows.length - 1, found >= 0 ? found + 1 : -found - 1)];
    }
  }

  private record ForestSink(ForestBuilder builder) implements SmileTrees.Sink {
    @Override
    public void leaf(LeafNode leaf) {
      builder.leaf(value(leaf));
    }

    @Override
    public int split(OrdinalNode split, double threshold) {
      return builder.split(split.feature(), threshold, value(split));
    }

    @Override
    public void falseBranchHere(int split) {
      builder.falseBranchHere(split);
    }

    /** Smile's own smoothing: one row more of each class than was seen. */
    private static double value(Node node) {
      double holds = SmileTrees.sum(node, leaf -> ((DecisionNode) leaf).count()[0]);
      double fails = SmileTrees.sum(node, leaf -> ((DecisionNode) leaf).count()[1]);
      return (fails + 1) / (holds + fails + 2);
    }
  }
}
