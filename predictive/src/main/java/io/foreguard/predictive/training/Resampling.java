package io.foreguard.predictive.training;

import java.util.SplittableRandom;

/**
 * Turns weights into numbers of copies, for trainers that know no weights.
 *
 * <p>As many rows are drawn as there were, each with a chance in proportion to its weight, by one
 * random start and even steps along the sum of weights (systematic resampling; Kitagawa, "Monte
 * Carlo Filter and Smoother", 1996): a row of three times the mean weight is there three times, not
 * three times on average. Rows of equal weight are left as they are.
 */
final class Resampling {
  private Resampling() {}

  /** The same rows if all weigh the same, else a sample in which each has its share. */
  static LabelledRows byWeight(LabelledRows rows, long seed) {
    double[] weights = rows.weights();
    boolean equal = true;
    double total = 0;
    for (double weight : weights) {
      equal &= weight == weights[0];
      total += weight;
    }
    if (equal) {
      return rows;
    }
    int[] picked = new int[weights.length];
    double step = total / weights.length;
    double next = new SplittableRandom(seed).nextDouble() * step;
    double sum = 0;
    int count = 0;
    for (int row = 0; row < weights.length; row++) {
      sum += weights[row];
      while (count < picked.length && next < sum) {
        picked[count++] = row;
        next += step;
      }
    }
    while (count < picked.length) { // the last step can be lost to rounding
      picked[count++] = weights.length - 1;
    }
    return rows.select(picked);
  }
}
