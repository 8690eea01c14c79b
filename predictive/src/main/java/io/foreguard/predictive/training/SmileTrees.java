package io.foreguard.predictive.training;

import java.util.function.ToDoubleFunction;
import smile.base.cart.InternalNode;
import smile.base.cart.LeafNode;
import smile.base.cart.Node;
import smile.base.cart.OrdinalNode;
import smile.data.Tuple;
import smile.data.type.StructType;

/**
 * What all of Smile's trees have in common: the rows they grow from and the way out of them.
 *
 * <p>Missing values. Smile cannot grow trees on NaN, and ours send NaN along the false branch,
 * where {@code value <= threshold} does not hold. So a missing value is grown as {@link #MISSING},
 * which is above every value there is: the tree learns what being missing means by splitting it
 * off, and on that split and every other NaN takes the branch that the stand-in took.
 */
final class SmileTrees {
  static final String LABEL = "fails";

  /** Stands for NaN and infinity; halfway between it and any real value is still a number. */
  static final double MISSING = 1e300;

  private SmileTrees() {}

  /** The features with a stand-in for each that is missing; rows without any are shared. */
  static double[][] complete(double[][] features) {
    double[][] complete = new double[features.length][];
    for (int i = 0; i < features.length; i++) {
      complete[i] = complete(features[i]);
    }
    return complete;
  }

  private static double[] complete(double[] row) {
    double[] copy = row;
    for (int f = 0; f < row.length; f++) {
      double value = row[f];
      if (!(value < MISSING && value > -MISSING)) {
        copy = copy == row ? row.clone() : copy;
        copy[f] = value < 0 ? -MISSING : MISSING;
      }
    }
    return copy;
  }

  static int[] labels(boolean[] fails) {
    int[] labels = new int[fails.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = fails[i] ? 1 : 0;
    }
    return labels;
  }

  /** Walks {@code root} in pre-order and tells {@code sink} of each node. */
  static void walk(Node root, StructType schema, int features, Sink sink) {
    double[] probe = new double[features];
    walk(root, probe, Tuple.of(probe, schema), sink);
  }

  private static void walk(Node node, double[] probe, Tuple tuple, Sink sink) {
    if (node instanceof LeafNode leaf) {
      sink.leaf(leaf);
    } else if (node instanceof OrdinalNode split) {
      int number = sink.split(split, threshold(split, probe, tuple));
      walk(split.trueChild(), probe, tuple, sink);
      sink.falseBranchHere(number);
      walk(split.falseChild(), probe, tuple, sink);
    } else {
      throw new IllegalStateException("a tree of numbers has no " + node.getClass());
    }
  }

  /** The sum of {@code value} over all leaves under {@code node}. */
  static double sum(Node node, ToDoubleFunction<LeafNode> value) {
    if (node instanceof LeafNode leaf) {
      return value.applyAsDouble(leaf);
    }
    if (node instanceof InternalNode split) {
      return sum(split.trueChild(), value) + sum(split.falseChild(), value);
    }
    throw new IllegalStateException("a node is a leaf or a split, not " + node.getClass());
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

  /** Takes the nodes of a tree in pre-order. */
  interface Sink {
    void leaf(LeafNode leaf);

    /** Takes a split and returns its number. */
    int split(OrdinalNode split, double threshold);

    /** Says that the next node is the false branch of {@code split}. */
    void falseBranchHere(int split);
  }
}
