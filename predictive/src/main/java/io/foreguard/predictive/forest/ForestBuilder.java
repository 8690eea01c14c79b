package io.foreguard.predictive.forest;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestFault.Part;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes the nodes of a forest tree by tree, each in pre-order, and checks them as a whole. What
 * comes out of {@link #build} is safe to walk, whatever went in. Not thread-safe.
 */
public final class ForestBuilder {
  private static final String VALUE_RULE = "at most " + Forest.MOST_VALUE + " from 0";

  private final int featureCount;
  private final BitSet missingTrue = new BitSet();
  private Aggregation aggregation = Aggregation.MEAN;
  private double offset;
  private boolean singlePrecision;
  private int[] roots;
  private double[] weights;
  private int trees;
  private int[] feature;
  private int[] falseBranch;
  private double[] threshold;
  private double[] value;
  private int nodes;

  /** Starts an empty forest over {@code featureCount} features. */
  public ForestBuilder(int featureCount) {
    this(featureCount, 16, 1_024);
  }

  /**
   * Starts an empty forest of which the size is known.
   *
   * @throws IllegalArgumentException if a number is out of bounds
   */
  public ForestBuilder(int featureCount, int expectedTrees, int expectedNodes) {
    this.featureCount = Require.inRange(featureCount, 1, 10_000, "featureCount");
    Require.inRange(expectedTrees, 1, Forest.MOST_TREES, "expectedTrees");
    Require.inRange(expectedNodes, 1, Forest.MOST_NODES, "expectedNodes");
    roots = new int[expectedTrees];
    weights = new double[expectedTrees];
    feature = new int[expectedNodes];
    falseBranch = new int[expectedNodes];
    threshold = new double[expectedNodes];
    value = new double[expectedNodes];
  }

  /** Sets how the leaves reached become one score. Default MEAN. */
  @CanIgnoreReturnValue
  public ForestBuilder aggregation(Aggregation aggregation) {
    this.aggregation = Require.nonNull(aggregation, "aggregation");
    return this;
  }

  /**
   * Sets what is added to the mean or sum of the leaves. Default 0.
   *
   * @throws IllegalArgumentException if farther from 0 than {@link Forest#MOST_VALUE}, or NaN
   */
  @CanIgnoreReturnValue
  public ForestBuilder offset(double offset) {
    Require.that(inRange(offset), "offset", VALUE_RULE, offset);
    this.offset = offset;
    return this;
  }

  /** Sets whether features are rounded to {@code float} before they are compared. Default false. */
  @CanIgnoreReturnValue
  public ForestBuilder singlePrecision(boolean singlePrecision) {
    this.singlePrecision = singlePrecision;
    return this;
  }

  /**
   * The threshold of a split that asks {@code feature < limit}: the greatest number below {@code
   * limit}, or the greatest {@code float} where this forest is of single precision, which must be
   * set before. A split that asks {@code feature > limit} or {@code >=} is the same with its
   * branches exchanged.
   *
   * @throws IllegalArgumentException if {@code limit} is NaN or negative infinity
   */
  public double below(double limit) {
    boolean ok = limit > Double.NEGATIVE_INFINITY;
    Require.that(ok, "limit", "above negative infinity", limit);
    if (!singlePrecision) {
      return Math.nextDown(limit);
    }
    float nearest = (float) limit;
    return nearest < limit ? nearest : Math.nextDown(nearest);
  }

  /** Begins the next tree at the next node. */
  @CanIgnoreReturnValue
  public ForestBuilder tree(double weight) {
    return tree(nodes, weight);
  }

  /** Says that a tree begins at {@code root}, perhaps before its nodes are known. */
  @CanIgnoreReturnValue
  public ForestBuilder tree(int root, double weight) {
    Require.that(trees < Forest.MOST_TREES, "trees", "at most " + Forest.MOST_TREES, trees + 1L);
    if (trees == roots.length) {
      roots = Arrays.copyOf(roots, trees * 2);
      weights = Arrays.copyOf(weights, trees * 2);
    }
    roots[trees] = root;
    weights[trees++] = weight;
    return this;
  }

  /** Adds a leaf. */
  @CanIgnoreReturnValue
  public ForestBuilder leaf(double value) {
    return node(Forest.LEAF, 0, 0, value);
  }

  /** Adds a split that sends a missing feature to its false branch. */
  public int split(int feature, double threshold, double value) {
    return split(feature, threshold, value, false);
  }

  /**
   * Adds a split whose false branch {@link #falseBranchHere} will name, and returns its number.
   *
   * @param feature number of the feature
   * @param threshold greatest value that takes the true branch
   * @param value score of the tree as known at this node; {@link #value} can set it later
   * @param missingTrue whether a missing feature takes the true branch
   */
  public int split(int feature, double threshold, double value, boolean missingTrue) {
    node(feature, 0, threshold, value, missingTrue);
    return nodes - 1;
  }

  /** Sets the value of {@code node}, a number that {@link #split} has returned. */
  @CanIgnoreReturnValue
  public ForestBuilder value(int node, double value) {
    Require.inRange(node, 0, nodes - 1, "node");
    this.value[node] = value;
    return this;
  }

  /** Makes the next node the false branch of {@code split}. */
  @CanIgnoreReturnValue
  public ForestBuilder falseBranchHere(int split) {
    falseBranch[split] = nodes;
    return this;
  }

  /** Adds a node as it is; as a split, it sends a missing feature to its false branch. */
  @CanIgnoreReturnValue
  public ForestBuilder node(int feature, int falseBranch, double threshold, double value) {
    return node(feature, falseBranch, threshold, value, false);
  }

  /** Adds a node as it is. */
  @CanIgnoreReturnValue
  public ForestBuilder node(
      int feature, int falseBranch, double threshold, double value, boolean missingTrue) {
    Require.that(nodes < Forest.MOST_NODES, "nodes", "at most " + Forest.MOST_NODES, nodes + 1L);
    if (nodes == this.feature.length) {
      int capacity = (int) Math.min(Forest.MOST_NODES, nodes * 2L);
      this.feature = Arrays.copyOf(this.feature, capacity);
      this.falseBranch = Arrays.copyOf(this.falseBranch, capacity);
      this.threshold = Arrays.copyOf(this.threshold, capacity);
      this.value = Arrays.copyOf(this.value, capacity);
    }
    this.feature[nodes] = feature;
    this.falseBranch[nodes] = falseBranch;
    this.threshold[nodes] = threshold;
    this.missingTrue.set(nodes, missingTrue && feature != Forest.LEAF);
    this.value[nodes++] = value;
    return this;
  }

  /**
   * Checks all trees and builds the forest.
   *
   * @throws ForestFault if a tree could loop, leave its nodes, share or lose one, is deeper than
   *     {@link Forest#MOST_DEPTH}, or holds a value out of its range
   */
  public Forest build() {
    Require.that(trees > 0, "trees", "at least 1", trees);
    double weightSum = 0;
    for (int t = 0; t < trees; t++) {
      double weight = weights[t];
      if (!(weight >= 0 && weight <= 1e9)) {
        throw new ForestFault(Part.WEIGHT, t, "in [0, 1e9]", weight);
      }
      weightSum += weight;
    }
    if (!(weightSum > 0)) {
      throw new ForestFault(Part.WEIGHT, 0, "above 0 in some tree", weightSum);
    }
    int depth = 0;
    byte[] level = new byte[nodes];
    for (int t = 0; t < trees; t++) {
      depth = Math.max(depth, checkTree(t, level));
    }
    return new Forest(this, depth);
  }

  private int checkTree(int tree, byte[] level) {
    int root = roots[tree];
    int end = tree + 1 < trees ? roots[tree + 1] : nodes;
    if (tree == 0 && root != 0) {
      throw new ForestFault(Part.ROOT, 0, "0", root);
    }
    if (end <= root || end > nodes) {
      String rule = "in [" + (root + 1) + ", " + (nodes - 1) + "]";
      throw new ForestFault(Part.ROOT, Math.min(tree + 1, trees - 1), rule, end);
    }
    level[root] = 1;
    int deepest = 1;
    for (int i = root; i < end; i++) {
      checkNode(i, end, level);
      deepest = Math.max(deepest, level[i]);
    }
    return deepest - 1;
  }

  /** Level 0 stands for a node that nothing has led to: the nodes before it cannot reach it. */
  private void checkNode(int node, int end, byte[] level) {
    if (level[node] == 0) {
      throw new ForestFault(Part.TREE, node, "one that leads to it", "none");
    }
    if (!inRange(value[node])) {
      throw new ForestFault(Part.VALUE, node, VALUE_RULE, value[node]);
    }
    int asked = feature[node];
    if (asked < Forest.LEAF || asked >= featureCount) {
      throw new ForestFault(Part.FEATURE, node, "in [-1, " + (featureCount - 1) + "]", asked);
    }
    if (Double.isNaN(threshold[node])) {
      throw new ForestFault(Part.THRESHOLD, node, "a number", threshold[node]);
    }
    if (asked == Forest.LEAF) {
      return;
    }
    int other = falseBranch[node];
    if (node + 1 >= end || other <= node + 1 || other >= end) {
      String rule = "in [" + (node + 2) + ", " + (end - 1) + "]";
      throw new ForestFault(Part.FALSE_BRANCH, node, rule, other);
    }
    if (level[node] > Forest.MOST_DEPTH) {
      String rule = "at most " + Forest.MOST_DEPTH + " splits deep";
      throw new ForestFault(Part.TREE, node, rule, level[node]);
    }
    reach(node, node + 1, level);
    reach(node, other, level);
  }

  private static void reach(int from, int to, byte[] level) {
    if (level[to] != 0) {
      String rule = "to a node that no other leads to";
      throw new ForestFault(Part.FALSE_BRANCH, from, rule, to);
    }
    level[to] = (byte) (level[from] + 1);
  }

  private static boolean inRange(double value) {
    return Math.abs(value) <= Forest.MOST_VALUE;
  }

  int featureCount() {
    return featureCount;
  }

  Aggregation aggregation() {
    return aggregation;
  }

  double offset() {
    return offset;
  }

  boolean isSinglePrecision() {
    return singlePrecision;
  }

  BitSet missingTrue() {
    return (BitSet) missingTrue.clone();
  }

  int[] roots() {
    return Arrays.copyOf(roots, trees);
  }

  double[] weights() {
    return Arrays.copyOf(weights, trees);
  }

  int[] features() {
    return Arrays.copyOf(feature, nodes);
  }

  int[] falseBranches() {
    return Arrays.copyOf(falseBranch, nodes);
  }

  double[] thresholds() {
    return Arrays.copyOf(threshold, nodes);
  }

  double[] values() {
    return Arrays.copyOf(value, nodes);
  }
}
