package io.foreguard.predictive.imports;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.imports.ImportException.Reason;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Puts trees as other tools have them into a forest of ours: in pre-order, every comparison as "at
 * most", behind an {@link InputChain}. What a split is worth for explanations is the mean of its
 * branches, weighted by how much of the training data took each. Not thread-safe.
 */
final class TreeAssembler {
  private static final int MOST_FEATURES = 10_000;

  private final int features;
  private final InputChain chain;
  private final ForestBuilder builder;
  private int trees;
  private int nodes;
  private final boolean mean;
  private double offset;
  private double weights;
  private double lowest;
  private double highest;

  // The tree in work, in pre-order: which of the tool's nodes, its branch for no, value and cover.
  private int[] order = new int[64];
  private int[] noAt = new int[64];
  private double[] value = new double[64];
  private double[] cover = new double[64];
  private int size;

  /** Starts a forest over {@code features} features. */
  TreeAssembler(int features, InputChain chain, Aggregation aggregation) throws ImportFault {
    checkFeatures(features, "features");
    this.features = features;
    this.chain = chain;
    mean = aggregation == Aggregation.MEAN;
    builder = new ForestBuilder(features);
    builder.aggregation(aggregation).singlePrecision(chain.isOnlySinglePrecision());
  }

  /** Refuses a number of features that no forest has. */
  static void checkFeatures(int features, String place) throws ImportFault {
    if (features < 1 || features > MOST_FEATURES) {
      String problem = "number must be in [1, " + MOST_FEATURES + "], but was " + features;
      throw new ImportFault(Reason.OVERSIZED, place, problem);
    }
  }

  /** Sets what is added to the sum or mean of the leaves. */
  @CanIgnoreReturnValue
  TreeAssembler offset(double offset, String place) throws ImportFault {
    if (!(Math.abs(offset) <= Forest.MOST_VALUE)) {
      throw ImportFault.invalid(place, "at most " + Forest.MOST_VALUE + " from 0", offset);
    }
    builder.offset(offset);
    this.offset = offset;
    return this;
  }

  /** Adds the tree that begins at {@code root}. */
  void add(TreeNodes tree, int root, double weight) throws ImportFault {
    if (++trees > Forest.MOST_TREES) {
      throw new ImportFault(
          Reason.OVERSIZED, tree.at(root), "must have at most " + Forest.MOST_TREES + " trees");
    }
    walk(tree, root);
    evaluate(tree);
    builder.tree(weight);
    int first = nodes;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      int node = order[i];
      if (tree.isLeaf(node)) {
        builder.leaf(value[i]);
        least = Math.min(least, value[i]);
        most = Math.max(most, value[i]);
      } else {
        addSplit(tree, node, first + noAt[i], value[i]);
      }
    }
    nodes += size;
    weights += weight;
    lowest += weight * least;
    highest += weight * most;
  }

  /** No score is lower. */
  double lowest() {
    return offset + lowest / (mean ? weights : 1);
  }

  /** No score is higher. */
  double highest() {
    return offset + highest / (mean ? weights : 1);
  }

  /** Number of trees added. */
  int trees() {
    return trees;
  }

  /** Checks all once more, and builds the forest. */
  Forest build(String place) throws ImportFault {
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new ImportFault(Reason.INVALID, place, String.valueOf(e.getMessage()));
    }
  }

  /** Brings the nodes into pre-order. A node that is met twice is a loop, or shared. */
  private void walk(TreeNodes tree, int root) throws ImportFault {
    BitSet seen = new BitSet();
    // Every level leaves at most one node waiting, besides the one that comes next.
    int[] waiting = new int[Forest.MOST_DEPTH + 2];
    int[] waitsFor = new int[Forest.MOST_DEPTH + 2];
    int[] level = new int[Forest.MOST_DEPTH + 2];
    size = 0;
    waiting[0] = root;
    waitsFor[0] = -1;
    int top = 1;
    while (top > 0) {
      int node = waiting[--top];
      int depth = level[top];
      if (seen.get(node)) {
        throw ImportFault.invalid(tree.at(node), "reached from one node", "reached twice");
      }
      seen.set(node);
      if (waitsFor[top] >= 0) {
        noAt[waitsFor[top]] = size;
      }
      append(tree, node);
      if (!tree.isLeaf(node)) {
        checkSplit(tree, node, depth);
        waiting[top] = tree.no()[node];
        waitsFor[top] = size - 1;
        level[top++] = depth + 1;
        waiting[top] = tree.yes()[node];
        waitsFor[top] = -1;
        level[top++] = depth + 1;
      }
    }
  }

  private void append(TreeNodes tree, int node) throws ImportFault {
    if (nodes + size >= Forest.MOST_NODES) {
      String problem = "must have at most " + Forest.MOST_NODES + " nodes";
      throw new ImportFault(Reason.OVERSIZED, tree.at(node), problem);
    }
    if (size == order.length) {
      int capacity = size * 2;
      order = Arrays.copyOf(order, capacity);
      noAt = Arrays.copyOf(noAt, capacity);
      value = Arrays.copyOf(value, capacity);
      cover = Arrays.copyOf(cover, capacity);
    }
    order[size++] = node;
  }

  private void checkSplit(TreeNodes tree, int node, int depth) throws ImportFault {
    if (depth >= Forest.MOST_DEPTH) {
      String problem = "must be at most " + Forest.MOST_DEPTH + " splits deep";
      throw new ImportFault(Reason.OVERSIZED, tree.at(node), problem);
    }
    if (tree.feature()[node] >= features) {
      String rule = "a split by a feature in [0, " + (features - 1) + "]";
      throw ImportFault.invalid(tree.at(node), rule, tree.feature()[node]);
    }
    checkBranch(tree, node, tree.yes()[node]);
    checkBranch(tree, node, tree.no()[node]);
    double threshold = tree.threshold()[node];
    boolean holds = threshold > Double.NEGATIVE_INFINITY;
    if (!holds) {
      throw ImportFault.invalid(
          tree.at(node), "a split at a number above negative infinity", threshold);
    }
  }

  private static void checkBranch(TreeNodes tree, int node, int branch) throws ImportFault {
    if (branch < 0 || branch >= tree.size()) {
      String rule = "a split with branches in [0, " + (tree.size() - 1) + "]";
      throw ImportFault.invalid(tree.at(node), rule, branch);
    }
  }

  /** Both branches of a split come after it, so that going backwards they are known. */
  private void evaluate(TreeNodes tree) throws ImportFault {
    double[] given = tree.cover();
    for (int i = size - 1; i >= 0; i--) {
      int node = order[i];
      cover[i] = given == null ? 1 : given[node];
      if (!(cover[i] >= 0 && cover[i] < Double.POSITIVE_INFINITY)) {
        throw ImportFault.invalid(tree.at(node), "of a cover of 0 or more, and finite", cover[i]);
      }
      if (tree.isLeaf(node)) {
        value[i] = tree.value()[node];
        if (!(Math.abs(value[i]) <= Forest.MOST_VALUE)) {
          String rule = "a leaf of at most " + Forest.MOST_VALUE + " from 0";
          throw ImportFault.invalid(tree.at(node), rule, value[i]);
        }
        continue;
      }
      int no = noAt[i];
      double sum = cover[i + 1] + cover[no];
      double share = sum > 0 && sum < Double.POSITIVE_INFINITY ? cover[i + 1] / sum : 0.5;
      value[i] = share * value[i + 1] + (1 - share) * value[no];
      if (given == null) {
        cover[i] = sum;
      }
    }
  }

  private void addSplit(TreeNodes tree, int node, int falseBranch, double known) {
    int feature = tree.feature()[node];
    double limit = tree.threshold()[node];
    boolean strict = tree.strict().get(node);
    double imputed = chain.missing(feature);
    boolean missingYes =
        Double.isNaN(imputed)
            ? tree.missingYes().get(node)
            : strict ? imputed < limit : imputed <= limit;
    double threshold = chain.greatest(feature, limit, strict);
    builder.node(feature, falseBranch, threshold, known, missingYes);
  }
}
