package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import smile.base.cart.DecisionNode;
import smile.base.cart.InternalNode;
import smile.base.cart.Node;
import smile.base.cart.OrdinalNode;
import smile.base.cart.SplitRule;
import smile.classification.RandomForest;
import smile.data.DataFrame;
import smile.data.Tuple;
import smile.data.formula.Formula;
import smile.data.vector.IntVector;

/**
 * Trains forests with Smile and turns them into our own.
 *
 * <p>Classes are balanced by the sample each tree is grown from: the class weight of the more
 * frequent class divides the number of rows drawn from it, so that both have about as many.
 */
final class SmileForests {
  /** Trees that are grown between two reports of progress. */
  private static final int BATCH = 10;

  private static final String LABEL = "fails";

  private SmileForests() {}

  /** Grows a forest on {@code features}, the same for the same input on any number of threads. */
  static RandomForest fit(
      double[][] features,
      boolean[] fails,
      String[] names,
      TrainingConfig config,
      IntConsumer treesDone) {
    DataFrame data = frame(features, fails, names);
    int[] weights = weights(fails);
    int tried = Math.max(1, (int) Math.sqrt(names.length));
    SplittableRandom seeds = new SplittableRandom(config.seed());
    RandomForest forest = null;
    for (int done = 0; done < config.trees(); done += BATCH) {
      int batch = Math.min(BATCH, config.trees() - done);
      // Smile ignores seeds that are not above 1.
      long[] seed = LongStream.generate(() -> seeds.nextLong(2, 1L << 62)).limit(batch).toArray();
      RandomForest grown =
          RandomForest.fit(
              Formula.lhs(LABEL),
              data,
              batch,
              tried,
              SplitRule.GINI,
              config.maximumDepth(),
              Integer.MAX_VALUE,
              config.minimumLeafSize(),
              1.0,
              weights,
              LongStream.of(seed));
      forest = forest == null ? grown : forest.merge(grown);
      treesDone.accept(done + batch);
    }
    if (forest == null) {
      throw new IllegalStateException("a forest has at least one tree");
    }
    return forest;
  }

  /** The rows as Smile wants them. */
  static DataFrame frame(double[][] features, boolean[] fails, String[] names) {
    int[] label = new int[fails.length];
    for (int i = 0; i < label.length; i++) {
      label[i] = fails[i] ? 1 : 0;
    }
    return DataFrame.of(features, names).merge(IntVector.of(LABEL, label));
  }

  /** The same forest in flat arrays, with the same weights and leaves smoothed alike. */
  static Forest convert(RandomForest forest, int featureCount) {
    ForestBuilder builder = new ForestBuilder(featureCount);
    double[] probe = new double[featureCount];
    for (RandomForest.Model model : forest.models()) {
      builder.tree(model.weight);
      Tuple tuple = Tuple.of(probe, model.tree.schema());
      convert(model.tree.root(), builder, probe, tuple);
    }
    return builder.build();
  }

  private static void convert(Node node, ForestBuilder builder, double[] probe, Tuple tuple) {
    if (node instanceof DecisionNode leaf) {
      builder.leaf(value(leaf.count()[0], leaf.count()[1]));
    } else if (node instanceof OrdinalNode split) {
      long[] counts = new long[2];
      count(split, counts);
      double threshold = threshold(split, probe, tuple);
      int number = builder.split(split.feature(), threshold, value(counts[0], counts[1]));
      convert(split.trueChild(), builder, probe, tuple);
      builder.falseBranchHere(number);
      convert(split.falseChild(), builder, probe, tuple);
    } else {
      throw new IllegalStateException("a tree of numbers has no " + node.getClass());
    }
  }

  /**
   * The greatest number that takes the true branch. Smile keeps a split's threshold to itself, so
   * it is found exactly by halving the range of all finite numbers, in the order of their bits.
   */
  private static double threshold(OrdinalNode split, double[] probe, Tuple tuple) {
    long low = order(-Double.MAX_VALUE);
    long high = order(Double.MAX_VALUE);
    while (low < high) {
      long middle = low + ((high - low) >>> 1) + ((high - low) & 1);
      probe[split.feature()] = Double.longBitsToDouble(order(middle));
      if (split.branch(tuple)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return Double.longBitsToDouble(order(low));
  }

  private static long order(double value) {
    return order(Double.doubleToRawLongBits(value));
  }

  /** Turns a number's bits into a position that grows with the number, and back. */
  private static long order(long bits) {
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static void count(Node node, long[] counts) {
    if (node instanceof DecisionNode leaf) {
      counts[0] += leaf.count()[0];
      counts[1] += leaf.count()[1];
    } else if (node instanceof InternalNode split) {
      count(split.trueChild(), counts);
      count(split.falseChild(), counts);
    }
  }

  /** Smile's own smoothing: one row more of each class than was seen. */
  private static double value(long holds, long fails) {
    return (fails + 1.0) / (holds + fails + 2.0);
  }

  private static int[] weights(boolean[] fails) {
    long positives = 0;
    for (boolean failed : fails) {
      positives += failed ? 1 : 0;
    }
    double ratio = (double) (fails.length - positives) / positives;
    return new int[] {
      (int) Math.max(1, Math.round(ratio)), (int) Math.max(1, Math.round(1 / ratio))
    };
  }
}
