package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.ForestBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Grows one regression tree on gradients, the leaf that gains most first, with sums of gradients by
 * bin (Friedman, Hastie and Tibshirani, "Additive Logistic Regression", 2000, for the step of a
 * leaf; Chen and Guestrin, "XGBoost", 2016, for gain and penalty). Not thread-safe.
 */
final class BoostedTree {
  private static final int FEWEST_TRIED = 3;

  /** Keeps a leaf finite in which nothing is left to be learned, without a penalty. */
  private static final double LEAST_PENALTY = 1e-6;

  private final Bins bins;
  private final TrainingConfig config;
  private final int leastRows;
  private final double[] gradient;
  private final double[] curvature;
  private final SplittableRandom random;
  private final int[] featureOrder;
  private final int tried;
  private final double penalty;
  private final double[] gradients = new double[Bins.MOST];
  private final double[] curvatures = new double[Bins.MOST];
  private final int[] counts = new int[Bins.MOST];

  BoostedTree(
      Bins bins,
      TrainingConfig config,
      int leastRows,
      double[] gradient,
      double[] curvature,
      SplittableRandom random) {
    this.bins = bins;
    this.config = config;
    this.leastRows = leastRows;
    this.gradient = gradient;
    this.curvature = curvature;
    this.random = random;
    penalty = Math.max(LEAST_PENALTY, config.ridge());
    featureOrder = new int[bins.features()];
    long share = Math.round(config.boostingFeatures() * featureOrder.length);
    tried = (int) Math.min(featureOrder.length, Math.max(FEWEST_TRIED, share));
    for (int f = 0; f < featureOrder.length; f++) {
      featureOrder[f] = f;
    }
  }

  /** Grows a tree from {@code rows}, whose order changes. */
  Node grow(int[] rows) {
    Node root = node(rows, 0);
    List<Node> leaves = new ArrayList<>(List.of(root));
    while (leaves.size() < config.boostingLeaves()) {
      Node best = leaves.get(0);
      for (Node leaf : leaves) {
        best = leaf.gain > best.gain ? leaf : best;
      }
      if (!(best.gain > 0)) {
        break;
      }
      split(best);
      leaves.remove(best);
      leaves.add(best.low());
      leaves.add(best.high());
    }
    return root;
  }

  private Node node(int[] rows, int depth) {
    Node node = new Node(rows, depth);
    for (int row : rows) {
      node.gradient += gradient[row];
      node.curvature += curvature[row];
    }
    node.value = config.boostingRate() * node.gradient / (node.curvature + penalty);
    if (depth < config.maximumDepth() && rows.length >= 2 * leastRows) {
      for (int i = 0; i < tried; i++) {
        int other = i + random.nextInt(featureOrder.length - i);
        int feature = featureOrder[other];
        featureOrder[other] = featureOrder[i];
        featureOrder[i] = feature;
        trySplits(node, feature);
      }
    }
    return node;
  }

  private void trySplits(Node node, int feature) {
    int last = bins.cuts(feature);
    for (int bin = 0; bin <= last; bin++) {
      gradients[bin] = 0;
      curvatures[bin] = 0;
      counts[bin] = 0;
    }
    byte[] of = bins.of(feature);
    for (int row : node.rows) {
      int bin = of[row];
      gradients[bin] += gradient[row];
      curvatures[bin] += curvature[row];
      counts[bin]++;
    }
    double whole = strength(node.gradient, node.curvature);
    double lowGradient = 0;
    double lowCurvature = 0;
    int low = 0;
    for (int bin = 0; bin < last; bin++) {
      lowGradient += gradients[bin];
      lowCurvature += curvatures[bin];
      low += counts[bin];
      if (low >= leastRows && node.rows.length - low >= leastRows) {
        double gain =
            strength(lowGradient, lowCurvature)
                + strength(node.gradient - lowGradient, node.curvature - lowCurvature)
                - whole;
        if (gain > node.gain) {
          node.gain = gain;
          node.feature = feature;
          node.bin = bin;
          node.lowRows = low;
        }
      }
    }
  }

  private double strength(double sum, double curve) {
    return sum * sum / (Math.max(0, curve) + penalty);
  }

  private void split(Node node) {
    int[] low = new int[node.lowRows];
    int[] high = new int[node.rows.length - node.lowRows];
    byte[] of = bins.of(node.feature);
    int lows = 0;
    int highs = 0;
    for (int row : node.rows) {
      if (of[row] <= node.bin) {
        low[lows++] = row;
      } else {
        high[highs++] = row;
      }
    }
    node.low = node(low, node.depth + 1);
    node.high = node(high, node.depth + 1);
  }

  /** A leaf, until it is split. */
  static final class Node {
    private final int depth;
    private final int[] rows;
    private double gradient;
    private double curvature;
    private double value;
    private double gain;
    private int feature;
    private int bin;
    private int lowRows;
    private @Nullable Node low;
    private @Nullable Node high;

    private Node(int[] rows, int depth) {
      this.rows = rows;
      this.depth = depth;
    }

    /** Value of the leaf that a row of {@code bins} is in. */
    double value(Bins bins, int row) {
      Node at = this;
      while (at.low != null) {
        at = bins.of(at.feature)[row] <= at.bin ? at.low() : at.high();
      }
      return at.value;
    }

    /** Adds this tree's nodes. Inner ones have the mean of their leaves. */
    void copyTo(ForestBuilder builder, Bins bins) {
      if (low == null) {
        builder.leaf(value);
        return;
      }
      int at = builder.split(feature, bins.cut(feature, bin), sum() / rows.length);
      low().copyTo(builder, bins);
      builder.falseBranchHere(at);
      high().copyTo(builder, bins);
    }

    private double sum() {
      return low == null ? value * rows.length : low().sum() + high().sum();
    }

    private Node low() {
      return Objects.requireNonNull(low);
    }

    private Node high() {
      return Objects.requireNonNull(high);
    }
  }
}
