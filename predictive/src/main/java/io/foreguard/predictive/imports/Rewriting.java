package io.foreguard.predictive.imports;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import java.util.Arrays;

/** Scorers made from others: over other features, or of the opposite class. */
final class Rewriting {
  private Rewriting() {}

  /**
   * A scorer that sees {@code features} features, of which {@code to[i]} is what was feature {@code
   * i}. What is not named has no influence.
   */
  static Scorer mapped(Scorer scorer, int[] to, int features) {
    if (scorer instanceof Forest forest) {
      return copy(forest, to, features, 1, forest.offset());
    }
    LinearScorer linear = (LinearScorer) scorer;
    double[] weights = new double[features];
    double[] missing = new double[features];
    double[] reference = new double[features];
    for (int i = 0; i < to.length; i++) {
      weights[to[i]] = linear.weight(i);
      missing[to[i]] = linear.missing(i);
      reference[to[i]] = linear.reference(i);
    }
    return LinearScorer.of(weights, linear.intercept(), missing, reference);
  }

  /** The scorer that goes with {@link #opposite(Calibration)}. */
  static Scorer opposite(Scorer scorer, Calibration calibration) {
    int features = scorer.featureCount();
    double shift = calibration.kind() == Calibration.Kind.NONE ? 1 : 0;
    int[] same = new int[features];
    Arrays.setAll(same, i -> i);
    if (scorer instanceof Forest forest) {
      return copy(forest, same, features, -1, shift - forest.offset());
    }
    LinearScorer linear = (LinearScorer) scorer;
    double[] weights = new double[features];
    double[] missing = new double[features];
    double[] reference = new double[features];
    for (int i = 0; i < features; i++) {
      weights[i] = -linear.weight(i);
      missing[i] = linear.missing(i);
      reference[i] = linear.reference(i);
    }
    return LinearScorer.of(weights, shift - linear.intercept(), missing, reference);
  }

  /** What a calibration says of the other class, given the opposite score. */
  static Calibration opposite(Calibration calibration) {
    return switch (calibration.kind()) {
      case NONE -> calibration;
      case SIGMOID -> Calibration.sigmoid(calibration.slope(), -calibration.intercept());
      case ISOTONIC -> {
        int knots = calibration.knots();
        double[] scores = new double[knots];
        double[] probabilities = new double[knots];
        for (int i = 0; i < knots; i++) {
          scores[i] = -calibration.knotScore(knots - 1 - i);
          probabilities[i] = 1 - calibration.knotProbability(knots - 1 - i);
        }
        yield Calibration.isotonic(scores, probabilities);
      }
    };
  }

  private static Forest copy(Forest from, int[] to, int features, double factor, double offset) {
    ForestBuilder builder = new ForestBuilder(features, from.trees(), from.nodes());
    builder
        .aggregation(from.aggregation())
        .offset(offset)
        .singlePrecision(from.isSinglePrecision());
    for (int t = 0; t < from.trees(); t++) {
      builder.tree(from.root(t), from.weight(t));
    }
    for (int n = 0; n < from.nodes(); n++) {
      int feature = from.isLeaf(n) ? from.feature(n) : to[from.feature(n)];
      double value = factor * from.value(n);
      builder.node(feature, from.falseBranch(n), from.threshold(n), value, from.missingTrue(n));
    }
    return builder.build();
  }
}
