package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import smile.base.cart.CART;
import smile.base.cart.LeafNode;
import smile.base.cart.Loss;
import smile.base.cart.OrdinalNode;
import smile.base.cart.RegressionNode;
import smile.data.DataFrame;
import smile.data.type.DataTypes;
import smile.data.type.StructField;
import smile.regression.RegressionTree;

/**
 * Stochastic gradient boosting of Smile's regression trees on the logistic loss (Friedman, "Greedy
 * Function Approximation: A Gradient Boosting Machine", 2001, and "Stochastic Gradient Boosting",
 * 2002). The result is a sum of leaves in log odds of failure.
 *
 * <p>The trees and the loss are Smile's; the loop around them is ours, as Smile's own tells nobody
 * how far it is, walks its trees through boxed rows, and sorts every feature anew for each call.
 * Each tree sees a random part of the rows, at most {@link #MOST_ROWS_PER_TREE}, which bounds the
 * time whatever the size of the log.
 */
final class SmileBoosting {
  /** Rows that one tree is grown from, at most. */
  static final int MOST_ROWS_PER_TREE = 50_000;

  private static final int BATCH = 10;

  private SmileBoosting() {}

  /** Grows trees one after another, the same for the same input on any number of threads. */
  static Boosted train(LabelledRows rows, TrainingConfig config, IntConsumer treesDone) {
    LabelledRows sample = Resampling.byWeight(rows, config.seed());
    double[][] complete = SmileTrees.complete(sample.features());
    DataFrame data = DataFrame.of(complete, sample.names().toArray(String[]::new));
    int[][] order = CART.order(data);
    Loss loss = Loss.logistic(SmileTrees.labels(sample.fails()));
    double intercept = loss.intercept(new double[0]);
    double[] halfLogOdds = loss.residual();
    StructField response = new StructField("residual", DataTypes.DoubleType);
    SplittableRandom random = new SplittableRandom(config.seed());
    int features = data.ncols();
    List<RegressionTree> grown = new ArrayList<>();
    List<FlatTree> trees = new ArrayList<>();
    for (int t = 1; t <= config.boostingTrees(); t++) {
      RegressionTree tree =
          new RegressionTree(
              data,
              loss,
              response,
              config.maximumDepth(),
              config.boostingLeaves(),
              config.minimumLeafSize(),
              features,
              part(complete.length, config.boostingPart(), random),
              order);
      FlatTree flat = FlatTree.of(tree, features, 2 * config.boostingRate());
      for (int i = 0; i < complete.length; i++) {
        halfLogOdds[i] += flat.value(complete[i]) / 2;
      }
      grown.add(tree);
      trees.add(flat);
      if (t % BATCH == 0 || t == config.boostingTrees()) {
        treesDone.accept(t);
      }
    }
    return new Boosted(grown, forest(trees, intercept, features), intercept);
  }

  private static Forest forest(List<FlatTree> trees, double intercept, int features) {
    ForestBuilder builder =
        new ForestBuilder(features).aggregation(Aggregation.SUM).offset(2 * intercept);
    int first = 0;
    for (FlatTree tree : trees) {
      builder.tree(1);
      first = tree.copyTo(builder, first);
    }
    return builder.build();
  }

  /** A random part of the rows without repetition, as Smile wants it: how often each is in. */
  private static int[] part(int rows, double share, SplittableRandom random) {
    int wanted = (int) Math.min(MOST_ROWS_PER_TREE, Math.max(1, Math.round(share * rows)));
    int[] in = new int[rows];
    if (wanted >= rows) {
      Arrays.fill(in, 1);
      return in;
    }
    int left = wanted;
    for (int row = 0; row < rows; row++) { // Knuth's selection sampling, algorithm S
      if (random.nextInt(rows - row) < left) {
        in[row] = 1;
        left--;
      }
    }
    return in;
  }

  /**
   * What boosting grew.
   *
   * @param grown Smile's own trees
   * @param forest the same trees as a sum of log odds
   * @param intercept half the log odds of failure before any tree
   */
  record Boosted(List<RegressionTree> grown, Forest forest, double intercept) {}

  /** A regression tree in flat arrays, in pre-order; -1 is the feature of a leaf. */
  static final class FlatTree implements SmileTrees.Sink {
    private static final int LEAF = -1;

    private final double scale;
    private int[] feature = new int[64];
    private int[] falseBranch = new int[64];
    private double[] threshold = new double[64];
    private double[] value = new double[64];
    private int nodes;

    private FlatTree(double scale) {
      this.scale = scale;
    }

    private static FlatTree of(RegressionTree tree, int features, double scale) {
      FlatTree flat = new FlatTree(scale);
      SmileTrees.walk(tree.root(), tree.schema(), features, flat);
      return flat;
    }

    /** Value of the leaf that {@code features} lead to. */
    double value(double[] features) {
      int node = 0;
      while (feature[node] != LEAF) {
        node = features[feature[node]] <= threshold[node] ? node + 1 : falseBranch[node];
      }
      return value[node];
    }

    int copyTo(ForestBuilder builder, int first) {
      for (int n = 0; n < nodes; n++) {
        int branch = feature[n] == LEAF ? 0 : first + falseBranch[n];
        builder.node(feature[n], branch, threshold[n], value[n]);
      }
      return first + nodes;
    }

    @Override
    public void leaf(LeafNode leaf) {
      add(LEAF, 0, output(leaf) * scale);
    }

    @Override
    public int split(OrdinalNode split, double threshold) {
      double mean =
          SmileTrees.sum(split, leaf -> output(leaf) * leaf.size())
              / SmileTrees.sum(split, LeafNode::size);
      return add(split.feature(), threshold, mean * scale);
    }

    @Override
    public void falseBranchHere(int split) {
      falseBranch[split] = nodes;
    }

    /** A leaf in which nothing is left to be learned divides zero by zero. */
    private static double output(LeafNode leaf) {
      double output = ((RegressionNode) leaf).output();
      return Double.isFinite(output) ? output : 0;
    }

    private int add(int nodeFeature, double nodeThreshold, double nodeValue) {
      if (nodes == feature.length) {
        feature = Arrays.copyOf(feature, 2 * nodes);
        falseBranch = Arrays.copyOf(falseBranch, 2 * nodes);
        threshold = Arrays.copyOf(threshold, 2 * nodes);
        value = Arrays.copyOf(value, 2 * nodes);
      }
      feature[nodes] = nodeFeature;
      threshold[nodes] = nodeThreshold;
      value[nodes] = nodeValue;
      return nodes++;
    }
  }
}
