package io.foreguard.predictive.scoring;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * A non-decreasing function from a raw score to the probability of failure. Immutable, thread-safe.
 *
 * <p>No probability is ever 0 or 1: all are within {@link #LEAST} of neither, and those of an
 * isotonic calibration within {@link #LEAST_ISOTONIC}, so that log odds are finite.
 *
 * <p>Sources: J. Platt, "Probabilistic outputs for support vector machines", 1999 (sigmoid); B.
 * Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass probability
 * estimates", 2002 (isotonic). Between two knots we interpolate where they take a step.
 */
public final class Calibration {
  /** The least probability, and the least distance of one from 1. */
  public static final double LEAST = 1e-9;

  /** The same for isotonic calibrations. */
  public static final double LEAST_ISOTONIC = 1e-6;

  /** Most knots of an isotonic calibration. */
  public static final int MOST_KNOTS = 10_000;

  private static final double MOST_LOG_ODDS = logit(1 - LEAST);
  private static final double[] NO_KNOTS = {};
  private static final Calibration NONE = new Calibration(Kind.NONE, 1, 0, NO_KNOTS, NO_KNOTS);

  private final Kind kind;
  private final double slope;
  private final double intercept;
  private final double[] scores;
  private final double[] probabilities;

  private Calibration(
      Kind kind, double slope, double intercept, double[] scores, double[] probabilities) {
    this.kind = kind;
    this.slope = slope;
    this.intercept = intercept;
    this.scores = scores;
    this.probabilities = probabilities;
  }

  /** The score is the probability itself. */
  public static Calibration none() {
    return NONE;
  }

  /**
   * The log odds are {@code slope * score + intercept}. With slope 1 and intercept 0 the score is
   * the log odds themselves.
   *
   * @param slope above 0, at most 1e100
   * @param intercept at most 1e100 from 0
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Calibration sigmoid(double slope, double intercept) {
    Require.that(slope > 0 && slope <= 1e100, "slope", "in (0, 1e100]", slope);
    boolean ok = Math.abs(intercept) <= 1e100;
    Require.that(ok, "intercept", "at most 1e100 from 0", intercept);
    return new Calibration(Kind.SIGMOID, slope, intercept, NO_KNOTS, NO_KNOTS);
  }

  /**
   * Interpolates between knots; below the first and above the last the probability stays. The
   * arrays are copied.
   *
   * @param scores increasing and finite, 1 to {@link #MOST_KNOTS}
   * @param probabilities one per score, in {@code [0, 1]}, never decreasing
   * @throws IllegalArgumentException if a knot breaks a rule; the message names it
   */
  public static Calibration isotonic(double[] scores, double[] probabilities) {
    int knots = Require.inRange(scores.length, 1, MOST_KNOTS, "number of knots");
    boolean same = probabilities.length == knots;
    Require.that(same, "probabilities", "of length " + knots, probabilities.length);
    double[] at = scores.clone();
    double[] bounded = new double[knots];
    for (int i = 0; i < knots; i++) {
      double score = at[i];
      double least = i == 0 ? -Double.MAX_VALUE : Math.nextUp(at[i - 1]);
      boolean rises = score >= least && score <= Double.MAX_VALUE;
      Require.that(rises, "score of knot " + i, "finite and above the one before", score);
      double probability = probabilities[i];
      boolean holds = probability >= (i == 0 ? 0 : probabilities[i - 1]) && probability <= 1;
      String rule = "in [0, 1] and not below the one before";
      Require.that(holds, "probability of knot " + i, rule, probability);
      bounded[i] = Math.max(LEAST_ISOTONIC, Math.min(1 - LEAST_ISOTONIC, probability));
    }
    return new Calibration(Kind.ISOTONIC, 1, 0, at, bounded);
  }

  /** What kind of function this is. */
  public Kind kind() {
    return kind;
  }

  /**
   * The probability of failure for {@code score}. Does not allocate.
   *
   * @throws IllegalArgumentException if {@code score} is NaN
   */
  public double probability(double score) {
    check(score);
    return switch (kind) {
      case NONE -> Math.max(LEAST, Math.min(1 - LEAST, score));
      case SIGMOID -> 1 / (1 + Math.exp(-boundedLogOdds(score)));
      case ISOTONIC -> interpolated(score);
    };
  }

  /**
   * The log odds of failure, {@code ln(p / (1 - p))}, for {@code score}. Does not allocate.
   *
   * @throws IllegalArgumentException if {@code score} is NaN
   */
  public double logOdds(double score) {
    check(score);
    return kind == Kind.SIGMOID ? boundedLogOdds(score) : logit(probability(score));
  }

  /** Factor of the score in a sigmoid's log odds; 1 for other kinds. */
  public double slope() {
    return slope;
  }

  /** A sigmoid's log odds for score 0; 0 for other kinds. */
  public double intercept() {
    return intercept;
  }

  /** Number of an isotonic calibration's knots; 0 for other kinds. */
  public int knots() {
    return scores.length;
  }

  /** Score of {@code knot}, from 0. */
  public double knotScore(int knot) {
    return scores[knot];
  }

  /** Probability of failure at {@code knot}, from 0. */
  public double knotProbability(int knot) {
    return probabilities[knot];
  }

  @Override
  public String toString() {
    return switch (kind) {
      case NONE -> "none";
      case SIGMOID -> "sigmoid(" + slope + ", " + intercept + ")";
      case ISOTONIC -> "isotonic(" + scores.length + " knots)";
    };
  }

  static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  private double boundedLogOdds(double score) {
    double logOdds = slope * score + intercept;
    return Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, logOdds));
  }

  private double interpolated(double score) {
    int found = Arrays.binarySearch(scores, score);
    if (found >= 0) {
      return probabilities[found];
    }
    int above = -found - 1;
    if (above == 0) {
      return probabilities[0];
    }
    if (above == scores.length) {
      return probabilities[above - 1];
    }
    double low = probabilities[above - 1];
    double high = probabilities[above];
    // Halved first: the distance between two finite scores may not be finite.
    double way = score / 2 - scores[above - 1] / 2;
    double share = way / (scores[above] / 2 - scores[above - 1] / 2);
    return Math.min(high, low + (high - low) * Math.min(1, share));
  }

  private static void check(double score) {
    if (Double.isNaN(score)) {
      Require.that(false, "score", "a number", score);
    }
  }

  /** The kinds of calibration. */
  public enum Kind {
    /** The score is the probability. */
    NONE,
    /** The score is linear in the log odds. */
    SIGMOID,
    /** Probabilities interpolated between knots. */
    ISOTONIC
  }
}
