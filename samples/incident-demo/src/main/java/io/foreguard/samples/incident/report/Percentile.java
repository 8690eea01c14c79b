package io.foreguard.samples.incident.report;

import java.util.Arrays;

/** Percentiles by nearest rank: always a value that was measured. */
final class Percentile {

  private Percentile() {}

  /**
   * Returns the smallest of the values that at least the given share of them does not exceed; NaN
   * without values.
   *
   * @param share in (0, 1]
   */
  static double of(double[] values, double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(rank, 1) - 1];
  }
}
