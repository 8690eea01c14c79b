package io.foreguard.predictive.evaluation;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * How well scores tell rows that fail from rows that hold. Immutable.
 *
 * <p>The area under the receiver operating characteristic counts ties as one half. The area under
 * the precision-recall curve is the average precision, with tied scores taken together. Both are
 * independent of any threshold; NaN where one of the classes is empty.
 */
public final class Ranking {
  private final long positives;
  private final long negatives;
  private final double auc;
  private final double averagePrecision;

  private Ranking(long positives, long negatives, double auc, double averagePrecision) {
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
    Require.that(
        scores.length == failed.length, "failed", "of length " + scores.length, failed.length);
    int positives = 0;
    int negatives = 0;
    double[] positive = new double[scores.length];
    double[] negative = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      Require.that(!Double.isNaN(scores[i]), "scores", "numbers", scores[i]);
      if (failed[i]) {
        positive[positives++] = scores[i];
      } else {
        negative[negatives++] = scores[i];
      }
    }
    return sorted(Arrays.copyOf(positive, positives), Arrays.copyOf(negative, negatives));
  }

  private static Ranking sorted(double[] positive, double[] negative) {
    Arrays.sort(positive);
    Arrays.sort(negative);
    double wins = 0;
    double precisionSum = 0;
    int p = positive.length;
    int n = negative.length;
    while (p > 0) {
      double score = positive[p - 1];
      int before = p;
      while (p > 0 && positive[p - 1] == score) {
        p--;
      }
      while (n > 0 && negative[n - 1] > score) {
        n--;
      }
      int tied = 0;
      while (n - tied > 0 && negative[n - tied - 1] == score) {
        tied++;
      }
      int group = before - p;
      wins += group * ((n - tied) + tied / 2.0);
      int found = positive.length - p;
      int falsePositives = negative.length - (n - tied);
      precisionSum += group * (found / ((double) found + falsePositives));
    }
    boolean judged = positive.length > 0 && negative.length > 0;
    double auc = judged ? wins / ((double) positive.length * negative.length) : Double.NaN;
    double averagePrecision = judged ? precisionSum / positive.length : Double.NaN;
    return new Ranking(positive.length, negative.length, auc, averagePrecision);
  }

  /** Rows that failed. */
  public long positives() {
    return positives;
  }

  /** Rows that held. */
  public long negatives() {
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
