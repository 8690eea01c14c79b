package io.foreguard.predictive.scoring;

import io.foreguard.internal.Require;

/**
 * A scorer with the calibration that makes its score a probability of failure. Immutable,
 * thread-safe. Nothing here allocates.
 */
public final class CalibratedScorer {
  /** Contributions of an isotonic calibration grow by at most this multiple of its mean slope. */
  private static final double STEEPEST = 4;

  /** Contributions whose sum is a smaller part of their sizes than this cancel each other. */
  private static final double SMALL = 1e-9;

  private final Scorer scorer;
  private final Calibration calibration;
  private final double baseLogOdds;
  private final double usualSlope;
  private final double mostSlope;

  /** Puts the two together. */
  public CalibratedScorer(Scorer scorer, Calibration calibration) {
    this.scorer = Require.nonNull(scorer, "scorer");
    this.calibration = Require.nonNull(calibration, "calibration");
    this.baseLogOdds = calibration.logOdds(scorer.base());
    this.usualSlope = usualSlope(calibration, scorer.base());
    this.mostSlope =
        switch (calibration.kind()) {
          case NONE -> Double.MAX_VALUE;
          case SIGMOID -> usualSlope;
          case ISOTONIC -> STEEPEST * usualSlope;
        };
  }

  /** The function to a raw score. */
  public Scorer scorer() {
    return scorer;
  }

  /** The function from a raw score to a probability. */
  public Calibration calibration() {
    return calibration;
  }

  /** Number of features that a score needs. */
  public int featureCount() {
    return scorer.featureCount();
  }

  /**
   * The probability of failure, never 0 or 1.
   *
   * @throws IllegalArgumentException if there is another number of features
   */
  public double probability(double[] features) {
    return calibration.probability(scorer.score(features));
  }

  /**
   * The log odds of failure, {@code ln(p / (1 - p))}; finite.
   *
   * @throws IllegalArgumentException if there is another number of features
   */
  public double logOdds(double[] features) {
    return calibration.logOdds(scorer.score(features));
  }

  /** The log odds of failure before any feature is known. */
  public double baseLogOdds() {
    return baseLogOdds;
  }

  /**
   * Sets {@code contributions} to what each feature added to the log odds of failure, so that their
   * sum is {@link #logOdds} less {@link #baseLogOdds}, up to rounding.
   *
   * <p>With a sigmoid they are exact. Else what each feature added to the raw score is stretched by
   * the one factor that makes the sum right: the slope of the log odds between base and score.
   * Where an isotonic calibration is so steep there that contributions which cancel each other
   * would be blown up, the factor is bounded, and what is left is shared by size.
   *
   * @throws IllegalArgumentException if a length is not the number of features
   */
  public void contributions(double[] features, double[] contributions) {
    double target = logOdds(features) - baseLogOdds;
    scorer.contributions(features, contributions);
    double net = 0;
    double total = 0;
    for (double contribution : contributions) {
      net += contribution;
      total += Math.abs(contribution);
    }
    if (total == 0) {
      return;
    }
    double slope = Math.abs(net) < SMALL * total ? usualSlope : target / net;
    slope = Math.max(0, Math.min(mostSlope, slope));
    double share = (target - slope * net) / total;
    for (int i = 0; i < contributions.length; i++) {
      contributions[i] = slope * contributions[i] + share * Math.abs(contributions[i]);
    }
  }

  /** Log odds by score: at the base, or the mean between an isotonic calibration's ends. */
  private static double usualSlope(Calibration calibration, double base) {
    return switch (calibration.kind()) {
      case NONE -> {
        double probability = calibration.probability(base);
        yield 1 / (probability * (1 - probability));
      }
      case SIGMOID -> calibration.slope();
      case ISOTONIC -> {
        double from = calibration.knotScore(0);
        double to = calibration.knotScore(calibration.knots() - 1);
        double slope = (calibration.logOdds(to) - calibration.logOdds(from)) / (to - from);
        yield Double.isFinite(slope) ? slope : 0;
      }
    };
  }
}
