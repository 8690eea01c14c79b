package io.foreguard.predictive.imports;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.imports.ImportException.Reason;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The nodes of all trees of an ONNX tree ensemble, which stand in parallel lists and name each
 * other by tree and number. Not thread-safe.
 */
final class OnnxTreeTable {
  private static final int TREE_BITS = 14;
  private static final int NODE_BITS = 24;
  private static final int INDEX_BITS = 22;
  private static final int MOST_TREE_ID = (1 << TREE_BITS) - 1;
  private static final int MOST_NODE_ID = (1 << NODE_BITS) - 1;

  private final OnnxNode node;
  private final OnnxInput input;
  private final int size;
  private final int[] trees;
  private final TreeNodes nodes;

  /** Tree, node number and index of each node in one number, sorted. */
  private final long[] keys;

  private final BitSet branches = new BitSet();
  private final int features;
  private boolean[] used = new boolean[0];
  private int[] scoredBy = new int[0];
  private double lowestWeight;

  OnnxTreeTable(OnnxNode node, OnnxInput input) throws ImportFault {
    this.node = node;
    this.input = input;
    trees = node.wholes("nodes_treeids", 0, MOST_TREE_ID);
    size = trees.length;
    if (size < 1 || size > Forest.MOST_NODES) {
      String rule = "nodes must be in [1, " + Forest.MOST_NODES + "], but were " + size;
      throw new ImportFault(Reason.OVERSIZED, node.place("nodes_treeids"), rule);
    }
    checkPrecision();
    int[] ids = node.wholes("nodes_nodeids", size, 0, MOST_NODE_ID);
    keys = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = key(trees[i], ids[i]) | i;
    }
    Arrays.sort(keys);
    checkUnique();
    int[] feature = node.wholes("nodes_featureids", size, 0, Integer.MAX_VALUE);
    BitSet strict = new BitSet(size);
    BitSet swapped = new BitSet(size);
    modes(feature, strict, swapped);
    int most = -1;
    for (int f : feature) {
      most = Math.max(most, f);
    }
    features =
        input.features(
            most == Integer.MAX_VALUE ? most : Math.max(1, most + 1),
            node.place("nodes_featureids"));
    nodes = nodes(feature, strict, swapped);
  }

  /** Per class or target, what each leaf says; the first {@code classes} are known. */
  double[][] leaves(String kind, int classes) throws ImportFault {
    double[] weights = node.numbers(kind + "_weights");
    int count = weights.length;
    int[] inTree = node.wholes(kind + "_treeids", count, 0, MOST_TREE_ID);
    int[] inNode = node.wholes(kind + "_nodeids", count, 0, MOST_NODE_ID);
    int[] ids = node.wholes(kind + "_ids", count, 0, Integer.MAX_VALUE);
    double[][] leaves = new double[classes][size];
    used = new boolean[classes];
    scoredBy = new int[size];
    lowestWeight = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      String place = node.place(kind + "_ids") + "[" + i + "]";
      if (ids[i] >= classes) {
        throw ImportFault.unsupported(place, "must be below " + classes + ", but was " + ids[i]);
      }
      int leaf = index(inTree[i], inNode[i]);
      if (leaf < 0 || !nodes.isLeaf(leaf)) {
        throw ImportFault.invalid(place, "of a leaf", inTree[i] + "/" + inNode[i]);
      }
      int bit = 1 << ids[i];
      if ((scoredBy[leaf] & bit) != 0) {
        throw ImportFault.invalid(place, "the only one of its class and leaf", "one of two");
      }
      scoredBy[leaf] |= bit;
      used[ids[i]] = true;
      leaves[ids[i]][leaf] = weights[i];
      lowestWeight = Math.min(lowestWeight, weights[i]);
    }
    return leaves;
  }

  /** Which of the classes have scores. */
  boolean[] used() {
    return used;
  }

  /** The lowest weight of any leaf. */
  double lowestWeight() {
    return lowestWeight;
  }

  /** Whether there is a tree of which every leaf scores class {@code id}. */
  boolean alwaysScored(int id) {
    BitSet lacking = new BitSet();
    BitSet all = new BitSet();
    for (int i = 0; i < size; i++) {
      all.set(trees[i]);
      if (nodes.isLeaf(i) && (scoredBy[i] & (1 << id)) == 0) {
        lacking.set(trees[i]);
      }
    }
    return lacking.cardinality() < all.cardinality();
  }

  /** A forest in which the leaves have {@code values}. */
  TreeAssembler assemble(double[] values, Aggregation aggregation) throws ImportFault {
    TreeAssembler forest = new TreeAssembler(features, input.chain(features), aggregation);
    TreeNodes valued =
        new TreeNodes(
            nodes.feature(),
            nodes.threshold(),
            nodes.yes(),
            nodes.no(),
            nodes.strict(),
            nodes.missingYes(),
            values,
            null,
            nodes.place());
    int at = 0;
    while (at < size) {
      int tree = tree(keys[at]);
      int root = -1;
      for (; at < size && tree(keys[at]) == tree; at++) {
        int i = index(keys[at]);
        if (branches.get(i)) {
          continue;
        }
        if (root >= 0) {
          String rule = "the only node of its tree that no other leads to";
          throw ImportFault.invalid(nodes.at(i), rule, "one of two");
        }
        root = i;
      }
      if (root < 0) {
        throw ImportFault.invalid(node.place() + ", tree " + tree, "a tree", "a loop");
      }
      forest.add(valued, root, 1);
    }
    return forest;
  }

  /** Thresholds of another precision than the features would be compared in we know not which. */
  private void checkPrecision() throws ImportFault {
    if (!input.isDouble() && node.has("nodes_values_as_tensor")) {
      String place = node.place("nodes_values_as_tensor");
      throw ImportFault.unsupported(place, "with features of single precision are not");
    }
  }

  private void checkUnique() throws ImportFault {
    for (int i = 1; i < size; i++) {
      if (keys[i] >>> INDEX_BITS == keys[i - 1] >>> INDEX_BITS) {
        String place = node.place("nodes_nodeids") + "[" + index(keys[i]) + "]";
        throw ImportFault.invalid(place, "unique in its tree", "there twice");
      }
    }
  }

  private void modes(int[] feature, BitSet strict, BitSet swapped) throws ImportFault {
    node.checkLength("nodes_modes", node.texts("nodes_modes"), size);
    for (int i = 0; i < size; i++) {
      String mode = node.text("nodes_modes", i);
      switch (mode) {
        case "LEAF" -> feature[i] = -1;
        case "BRANCH_LEQ" -> strict.clear(i);
        case "BRANCH_LT" -> strict.set(i);
        case "BRANCH_GT" -> swapped.set(i);
        case "BRANCH_GTE" -> {
          strict.set(i);
          swapped.set(i);
        }
        default ->
            throw ImportFault.unsupported(
                node.place("nodes_modes") + "[" + i + "]", ImportFault.shown(mode) + " is not");
      }
    }
  }

  private TreeNodes nodes(int[] feature, BitSet strict, BitSet swapped) throws ImportFault {
    int[] onTrue = node.wholes("nodes_truenodeids", size, 0, MOST_NODE_ID);
    int[] onFalse = node.wholes("nodes_falsenodeids", size, 0, MOST_NODE_ID);
    int[] missing = node.wholes("nodes_missing_value_tracks_true", 0, 1);
    if (missing.length == 0) {
      missing = new int[size];
    }
    node.checkLength("nodes_missing_value_tracks_true", missing.length, size);
    BitSet missingYes = new BitSet(size);
    for (int i = 0; i < size; i++) {
      if (feature[i] < 0) {
        continue;
      }
      onTrue[i] = branch(i, onTrue[i]);
      onFalse[i] = branch(i, onFalse[i]);
      // "Above the limit" is "at most the limit" with its branches exchanged.
      boolean swap = swapped.get(i);
      missingYes.set(i, (missing[i] == 1) != swap);
      if (swap) {
        int kept = onTrue[i];
        onTrue[i] = onFalse[i];
        onFalse[i] = kept;
      }
    }
    double[] thresholds = node.numbers("nodes_values", size);
    double[] none = new double[0];
    return new TreeNodes(
        feature, thresholds, onTrue, onFalse, strict, missingYes, none, null, this::place);
  }

  private int branch(int from, int to) throws ImportFault {
    int found = index(trees[from], to);
    if (found < 0) {
      throw ImportFault.invalid(place(from), "a split between nodes of its tree", to);
    }
    branches.set(found);
    return found;
  }

  private String place(int index) {
    return node.place() + ", node at " + index + " of tree " + trees[index];
  }

  /** Index of a node; negative where there is none. */
  private int index(int tree, int id) {
    int found = Arrays.binarySearch(keys, key(tree, id));
    int at = found >= 0 ? found : -found - 1;
    boolean same = at < size && keys[at] >>> INDEX_BITS == key(tree, id) >>> INDEX_BITS;
    return same ? index(keys[at]) : -1;
  }

  private static long key(int tree, int id) {
    return ((long) tree << (NODE_BITS + INDEX_BITS)) | ((long) id << INDEX_BITS);
  }

  private static int index(long key) {
    return (int) (key & ((1L << INDEX_BITS) - 1));
  }

  private static int tree(long key) {
    return (int) (key >>> (NODE_BITS + INDEX_BITS));
  }
}
