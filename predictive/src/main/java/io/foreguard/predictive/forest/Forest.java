package io.foreguard.predictive.forest;

import io.foreguard.internal.Require;
import io.foreguard.predictive.scoring.Scorer;
import java.util.Arrays;

/**
 * A random forest that scores the probability of failure. Immutable, thread-safe.
 *
 * <p>All trees lie in flat arrays, each tree in pre-order: a split's true branch, taken when {@code
 * features[f] <= threshold}, is the next node, and its false branch is named by index. As both
 * branches of a split lie behind it and within its tree, no walk can loop or leave the arrays. The
 * score is the weighted mean of the leaves reached. NaN features take the false branch.
 *
 * <p>Every node has a value, splits too: the probability as known at that point of the walk. The
 * change of value along a step is what the feature asked there contributed (A. Saabas,
 * "Interpreting random forests", 2014), so contributions sum to the score less the forest's base.
 */
public final class Forest implements Scorer {
  /** Most trees in a forest. */
  public static final int MOST_TREES = 10_000;

  /** Most nodes of all trees together. */
  public static final int MOST_NODES = 4_000_000;

  /** Most splits between a root and a leaf. */
  public static final int MOST_DEPTH = 64;

  static final int LEAF = -1;

  private final int featureCount;
  private final int[] roots;
  private final double[] weights;
  private final int[] feature;
  private final int[] falseBranch;
  private final double[] threshold;
  private final double[] value;
  private final double totalWeight;
  private final double base;
  private final int depth;

  Forest(ForestBuilder builder, int depth) {
    featureCount = builder.featureCount();
    roots = builder.roots();
    weights = builder.weights();
    feature = builder.features();
    falseBranch = builder.falseBranches();
    threshold = builder.thresholds();
    value = builder.values();
    this.depth = depth;
    double weightSum = 0;
    double baseSum = 0;
    for (int t = 0; t < roots.length; t++) {
      weightSum += weights[t];
      baseSum += weights[t] * value[roots[t]];
    }
    totalWeight = weightSum;
    base = Math.min(1, baseSum / weightSum);
  }

  /** Number of features that a score needs. */
  @Override
  public int featureCount() {
    return featureCount;
  }

  /** Number of trees. */
  public int trees() {
    return roots.length;
  }

  /** Number of nodes of all trees, leaves included. */
  public int nodes() {
    return feature.length;
  }

  /** Splits on the longest way from a root to a leaf. */
  public int depth() {
    return depth;
  }

  /** The score before any feature is known: the weighted mean of the roots' values. */
  @Override
  public double base() {
    return base;
  }

  /**
   * Probability of failure in {@code [0, 1]}. Does not allocate.
   *
   * @param features one value per feature
   * @throws IllegalArgumentException if there is another number of features
   */
  @Override
  public double score(double[] features) {
    check(features);
    double sum = 0;
    for (int t = 0; t < roots.length; t++) {
      sum += weights[t] * value[leaf(t, features)];
    }
    return Math.min(1, sum / totalWeight);
  }

  /**
   * Sets {@code contributions} to what each feature added to the score, so that their sum is {@link
   * #score} less {@link #base}, up to rounding. Does not allocate.
   *
   * @throws IllegalArgumentException if a length is not the number of features
   */
  @Override
  public void contributions(double[] features, double[] contributions) {
    check(features);
    check(contributions);
    Arrays.fill(contributions, 0);
    for (int t = 0; t < roots.length; t++) {
      double share = weights[t] / totalWeight;
      int node = roots[t];
      while (feature[node] != LEAF) {
        int next = step(node, features);
        contributions[feature[node]] += share * (value[next] - value[node]);
        node = next;
      }
    }
  }

  /** Whether {@code node} is a leaf; nodes count from 0 through all trees. */
  public boolean isLeaf(int node) {
    return feature[node] == LEAF;
  }

  /** Feature that {@code node} asks for, or -1 for a leaf. */
  public int feature(int node) {
    return feature[node];
  }

  /** Greatest value of the feature that takes the true branch at {@code node}; 0 for a leaf. */
  public double threshold(int node) {
    return threshold[node];
  }

  /** The false branch of {@code node}; 0 for a leaf. The true branch is the next node. */
  public int falseBranch(int node) {
    return falseBranch[node];
  }

  /** Probability of failure as known at {@code node}. */
  public double value(int node) {
    return value[node];
  }

  /** First node of {@code tree}. */
  public int root(int tree) {
    return roots[tree];
  }

  /** Weight of {@code tree} in the mean. */
  public double weight(int tree) {
    return weights[tree];
  }

  @Override
  public String toString() {
    return "Forest{trees=" + trees() + ", nodes=" + nodes() + ", depth=" + depth + "}";
  }

  private int leaf(int tree, double[] features) {
    int node = roots[tree];
    while (feature[node] != LEAF) {
      node = step(node, features);
    }
    return node;
  }

  private int step(int node, double[] features) {
    return features[feature[node]] <= threshold[node] ? node + 1 : falseBranch[node];
  }

  private void check(double[] perFeature) {
    if (perFeature.length != featureCount) {
      Require.that(false, "features", "of length " + featureCount, perFeature.length);
    }
  }
}
