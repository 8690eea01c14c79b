package io.foreguard.predictive.scoring;

import io.foreguard.internal.Require;

/**
 * A weighted sum of features and an intercept: the log odds of a logistic regression. Immutable,
 * thread-safe.
 *
 * <p>A missing (NaN) feature counts as a value of its own, such as its mean in training. A feature
 * farther from 0 than {@link #FARTHEST} counts as being that far, so every score is finite.
 *
 * <p>What a feature contributes is its weight times how far it is from its reference, its mean in
 * training: exact, as the score is linear.
 */
public final class LinearScorer implements Scorer {
  /** Most features. */
  public static final int MOST_FEATURES = 10_000;

  /** Weights, intercept, references and values for missing features are at most this far from 0. */
  public static final double MOST_VALUE = 1e100;

  /** Features are taken to be at most this far from 0. */
  public static final double FARTHEST = 1e100;

  private final double[] weights;
  private final double intercept;
  private final double[] missing;
  private final double[] reference;
  private final double base;

  private LinearScorer(double[] weights, double intercept, double[] missing, double[] reference) {
    this.weights = weights;
    this.intercept = intercept;
    this.missing = missing;
    this.reference = reference;
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * reference[i];
    }
    this.base = sum;
  }

  /**
   * A scorer that counts missing features as their reference, so that they contribute nothing.
   *
   * @throws IllegalArgumentException as {@link #of(double[], double, double[], double[])} does
   */
  public static LinearScorer of(double[] weights, double intercept, double[] reference) {
    return of(weights, intercept, reference, reference);
  }

  /**
   * A scorer. The arrays are copied.
   *
   * @param weights one per feature, 1 to {@link #MOST_FEATURES}
   * @param missing what a missing feature counts as
   * @param reference where a feature contributes nothing: its mean in training
   * @throws IllegalArgumentException if the lengths differ, or a number is NaN or farther from 0
   *     than {@link #MOST_VALUE}
   */
  public static LinearScorer of(
      double[] weights, double intercept, double[] missing, double[] reference) {
    Require.inRange(weights.length, 1, MOST_FEATURES, "number of weights");
    checkNumber(intercept, "intercept", -1);
    return new LinearScorer(
        checked(weights, weights.length, "weight"),
        intercept,
        checked(missing, weights.length, "missing"),
        checked(reference, weights.length, "reference"));
  }

  @Override
  public int featureCount() {
    return weights.length;
  }

  @Override
  public double score(double[] features) {
    check(features);
    double[] w = weights;
    double[] x = features;
    // Eight sums at once: each addition would otherwise wait for the one before.
    double a = intercept;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int i = 0;
    for (; i < w.length - 7; i += 8) {
      a += w[i] * x[i];
      b += w[i + 1] * x[i + 1];
      c += w[i + 2] * x[i + 2];
      d += w[i + 3] * x[i + 3];
      e += w[i + 4] * x[i + 4];
      f += w[i + 5] * x[i + 5];
      g += w[i + 6] * x[i + 6];
      h += w[i + 7] * x[i + 7];
    }
    for (; i < w.length; i++) {
      a += w[i] * x[i];
    }
    double sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    return Math.abs(sum) <= Double.MAX_VALUE ? sum : carefulScore(features);
  }

  /** The score at the reference. */
  @Override
  public double base() {
    return base;
  }

  @Override
  public long steps() {
    return weights.length;
  }

  @Override
  public void contributions(double[] features, double[] contributions) {
    check(features);
    check(contributions);
    for (int i = 0; i < weights.length; i++) {
      contributions[i] = weights[i] * (value(features, i) - reference[i]);
    }
  }

  /** Weight of {@code feature}. */
  public double weight(int feature) {
    return weights[feature];
  }

  /** The score where all features are 0. */
  public double intercept() {
    return intercept;
  }

  /** What {@code feature} counts as where it is missing. */
  public double missing(int feature) {
    return missing[feature];
  }

  /** Where {@code feature} contributes nothing. */
  public double reference(int feature) {
    return reference[feature];
  }

  @Override
  public String toString() {
    return "LinearScorer{features=" + weights.length + "}";
  }

  /** The score where a feature is missing, infinite or huge. */
  private double carefulScore(double[] features) {
    double sum = intercept;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * value(features, i);
    }
    return sum;
  }

  private double value(double[] features, int feature) {
    double given = features[feature];
    return Double.isNaN(given) ? missing[feature] : Math.max(-FARTHEST, Math.min(FARTHEST, given));
  }

  private void check(double[] perFeature) {
    if (perFeature.length != weights.length) {
      Require.that(false, "features", "of length " + weights.length, perFeature.length);
    }
  }

  private static double[] checked(double[] numbers, int length, String what) {
    Require.that(numbers.length == length, what, "of length " + length, numbers.length);
    double[] copy = numbers.clone();
    for (int i = 0; i < copy.length; i++) {
      checkNumber(copy[i], what, i);
    }
    return copy;
  }

  private static void checkNumber(double number, String what, int index) {
    if (!(Math.abs(number) <= MOST_VALUE)) {
      String setting = index < 0 ? what : what + " " + index;
      Require.that(false, setting, "at most " + MOST_VALUE + " from 0", number);
    }
  }
}
