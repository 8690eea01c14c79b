package io.foreguard.predictive.evaluation;

/**
 * How well scores tell rows that fail from rows that hold. Immutable.
 *
 * <p>The area under the receiver operating characteristic counts ties as one half. The area under
 * the precision-recall curve is the average precision, with tied scores taken together. Both are
 * independent of any threshold; NaN where one of the classes is empty.
 */
public final class Ranking {
  private final double positives;
  private final double negatives;
  private final double auc;
  private final double averagePrecision;

  Ranking(double positives, double negatives, double auc, double averagePrecision) {
    this.positives = positives;
    this.negatives = negatives;
    this.auc = auc;
    this.averagePrecision = averagePrecision;
  }

  /**
   * Judges {@code scores}, where higher means likelier to fail.
   *
   * @param failed whether each row failed
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static Ranking of(double[] scores, boolean[] failed) {
    return RankOrder.of(scores, failed).ranking();
  }

  /**
   * Judges {@code scores} with each row counted {@code weights[row]} times.
   *
   * @param failed whether each row failed
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static Ranking of(double[] scores, boolean[] failed, double[] weights) {
    return RankOrder.of(scores, failed).ranking(weights);
  }

  /** Weight of the rows that failed; their number where every row weighs 1. */
  public double positives() {
    return positives;
  }

  /** Weight of the rows that held; their number where every row weighs 1. */
  public double negatives() {
    return negatives;
  }

  /** Area under the receiver operating characteristic: 0.5 is chance, 1 is perfect; or NaN. */
  public double auc() {
    return auc;
  }

  /**
   * Area under the precision-recall curve: the share of failures is chance, 1 is perfect; or NaN.
   */
  public double averagePrecision() {
    return averagePrecision;
  }
}
