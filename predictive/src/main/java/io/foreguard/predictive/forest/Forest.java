package io.foreguard.predictive.forest;

import io.foreguard.internal.Require;
import io.foreguard.predictive.scoring.Scorer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * An ensemble of decision trees: a random forest, whose score is the weighted mean of the leaves
 * reached, or boosted trees, whose score is their weighted sum. Either way the score starts at an
 * offset. Immutable, thread-safe.
 *
 * <p>All trees lie in flat arrays, each tree in pre-order: a split's true branch, taken when {@code
 * features[f] <= threshold}, is the next node, and its false branch is named by index. As both
 * branches of a split lie behind it and within its tree, no walk can loop or leave the arrays. A
 * NaN feature is missing; each split says which branch it takes. A forest of single precision
 * rounds every feature to the nearest {@code float} before it compares, as XGBoost, scikit-learn
 * and ONNX do.
 *
 * <p>Every node has a value, splits too: the score of its tree as known at that point of the walk.
 * The change of value along a step is what the feature asked there contributed (A. Saabas,
 * "Interpreting random forests", 2014), so contributions sum to the score less the forest's base.
 */
public final class Forest implements Scorer {
  /** Most trees in a forest. */
  public static final int MOST_TREES = 10_000;

  /** Most nodes of all trees together. */
  public static final int MOST_NODES = 4_000_000;

  /** Most splits between a root and a leaf. */
  public static final int MOST_DEPTH = 64;

  /** Values of nodes and the offset are at most this far from 0, so that every score is finite. */
  public static final double MOST_VALUE = 1e100;

  static final int LEAF = -1;

  private final int featureCount;
  private final Aggregation aggregation;
  private final double offset;
  private final boolean singlePrecision;
  private final int[] roots;
  private final double[] weights;
  private final int[] feature;
  private final int[] falseBranch;
  private final double[] threshold;
  private final double[] value;
  private final BitSet missingTrue;
  private final double divisor;
  private final double base;
  private final int depth;
  private final @Nullable CompiledForest compiled;

  Forest(ForestBuilder builder, int depth) {
    featureCount = builder.featureCount();
    aggregation = builder.aggregation();
    offset = builder.offset();
    singlePrecision = builder.isSinglePrecision();
    roots = builder.roots();
    weights = builder.weights();
    feature = builder.features();
    falseBranch = builder.falseBranches();
    threshold = builder.thresholds();
    value = builder.values();
    missingTrue = builder.missingTrue();
    this.depth = depth;
    double weightSum = 0;
    double baseSum = 0;
    for (int t = 0; t < roots.length; t++) {
      weightSum += weights[t];
      baseSum += weights[t] * value[roots[t]];
    }
    divisor = aggregation == Aggregation.MEAN ? weightSum : 1;
    base = offset + baseSum / divisor;
    compiled = CompiledForest.of(this);
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

  /** How the leaves reached become one score. */
  public Aggregation aggregation() {
    return aggregation;
  }

  /** What is added to the mean or sum of the leaves. */
  public double offset() {
    return offset;
  }

  /** Whether features are rounded to the nearest {@code float} before they are compared. */
  public boolean isSinglePrecision() {
    return singlePrecision;
  }

  /** The score before any feature is known: what it would be if every root were a leaf. */
  @Override
  public double base() {
    return base;
  }

  /**
   * The offset and the weighted mean or sum of the leaves reached; finite. Does not allocate.
   *
   * @param features one value per feature
   * @throws IllegalArgumentException if there is another number of features
   */
  @Override
  public double score(double[] features) {
    check(features);
    double sum = compiled == null ? Double.NaN : compiled.sum(features);
    return Double.isNaN(sum) ? plainScore(features) : offset + sum / divisor;
  }

  /**
   * Sets {@code contributions} to what each feature added to the score, so that their sum is {@link
   * #score} less {@link #base}, up to rounding. Does not allocate.
   *
   * @throws IllegalArgumentException if a length is not the number of features
   */
  /** The number of trees times the most splits of one. */
  @Override
  public long steps() {
    return (long) roots.length * depth;
  }

  @Override
  public void contributions(double[] features, double[] contributions) {
    check(features);
    check(contributions);
    Arrays.fill(contributions, 0);
    for (int t = 0; t < roots.length; t++) {
      double share = weights[t] / divisor;
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

  /** Whether a missing feature takes the true branch at {@code node}; false for a leaf. */
  public boolean missingTrue(int node) {
    return missingTrue.get(node);
  }

  /** Score of the node's tree as known at {@code node}. */
  public double value(int node) {
    return value[node];
  }

  /** First node of {@code tree}. */
  public int root(int tree) {
    return roots[tree];
  }

  /** Weight of {@code tree} in the mean or sum. */
  public double weight(int tree) {
    return weights[tree];
  }

  @Override
  public String toString() {
    return "Forest{trees=" + trees() + ", nodes=" + nodes() + ", depth=" + depth + "}";
  }

  /** The forest laid out for speed, unless its trees are too deep or too uneven for that. */
  @Nullable CompiledForest compiled() {
    return compiled;
  }

  /** The score by walking the trees as they are, which says what any faster way must answer. */
  double plainScore(double[] features) {
    double sum = 0;
    for (int t = 0; t < roots.length; t++) {
      sum += weights[t] * value[leaf(t, features)];
    }
    return offset + sum / divisor;
  }

  private int leaf(int tree, double[] features) {
    int node = roots[tree];
    while (feature[node] != LEAF) {
      node = step(node, features);
    }
    return node;
  }

  private int step(int node, double[] features) {
    double given = features[feature[node]];
    double asked = singlePrecision ? (float) given : given;
    boolean yes = Double.isNaN(asked) ? missingTrue.get(node) : asked <= threshold[node];
    return yes ? node + 1 : falseBranch[node];
  }

  private void check(double[] perFeature) {
    if (perFeature.length != featureCount) {
      Require.that(false, "features", "of length " + featureCount, perFeature.length);
    }
  }

  /** How the leaves reached become one score. */
  public enum Aggregation {
    /** Their weighted mean, as in a random forest. */
    MEAN,
    /** Their weighted sum, as in boosted trees. */
    SUM
  }
}
