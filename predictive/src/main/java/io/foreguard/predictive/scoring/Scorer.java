package io.foreguard.predictive.scoring;

/**
 * A learned function from features to a raw score that grows with how likely failure is. What the
 * score's scale means (a probability, log odds, a mean of votes) is the calibration's business.
 * Immutable, thread-safe.
 */
public interface Scorer {
  /** Number of features that a score needs. */
  int featureCount();

  /**
   * The raw score. Does not allocate. A NaN feature is missing; what that means is learned.
   *
   * @param features one value per feature
   * @throws IllegalArgumentException if there is another number of features
   */
  double score(double[] features);

  /** The score before any feature is known. */
  double base();

  /**
   * About how many steps a score takes: multiplications of a sum, comparisons of a forest. Some two
   * nanoseconds each.
   */
  long steps();

  /**
   * Sets {@code contributions} to what each feature added to the score, so that their sum is {@link
   * #score} less {@link #base}, up to rounding. Does not allocate.
   *
   * @throws IllegalArgumentException if a length is not the number of features
   */
  void contributions(double[] features, double[] contributions);
}
