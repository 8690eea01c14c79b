package io.foreguard.benchmarks.lab.study;

/**
 * The CUSUM test of a failure probability {@code p0} against {@code p1}, both known. No rule with
 * as long a mean time between false alarms has a shorter worst mean delay: Lorden, <a
 * href="https://doi.org/10.1214/aoms/1177693055">Procedures for Reacting to a Change in
 * Distribution</a>, 1971, and Moustakides, 1986. So it is the bound that detection is measured by.
 *
 * <p>Mean run lengths come from its Markov chain (Brook and Evans, 1972): the two log-likelihood
 * ratios are rounded to a grid of which a success is {@link #GRID} steps down, and the linear
 * system is banded. Rounding changes the ratio of the two by less than 1 in 100.
 */
final class Cusum {
  private static final int GRID = 40;

  private final double p0;
  private final double p1;
  private final int up;
  private final int down;
  private final int threshold;

  /** The least threshold at which false alarms are at least {@code runLength} calls apart. */
  Cusum(double p0, double p1, double runLength) {
    this.p0 = p0;
    this.p1 = p1;
    double failure = Math.log(p1 / p0);
    double success = p1 < 1 ? Math.log((1 - p0) / (1 - p1)) : Double.POSITIVE_INFINITY;
    up = p1 < 1 ? (int) Math.max(1, Math.rint(GRID * failure / success)) : 1;
    down = p1 < 1 ? GRID : Integer.MAX_VALUE / 2;
    int least = 1;
    int most = 1;
    while (meanCalls(p0, most) < runLength) {
      least = most + 1;
      most *= 2;
    }
    while (least < most) {
      int middle = (least + most) / 2;
      if (meanCalls(p0, middle) < runLength) {
        least = middle + 1;
      } else {
        most = middle;
      }
    }
    threshold = most;
  }

  /** Mean number of calls between false alarms. */
  double callsBetweenFalseAlarms() {
    return meanCalls(p0, threshold);
  }

  /** Mean number of calls from the change to the alarm in the worst case, from zero. */
  double callsToDetect() {
    return meanCalls(p1, threshold);
  }

  /**
   * Solves {@code E(s) = 1 + (1 - p) E(max(0, s - down)) + p E(s + up)} for the states below the
   * threshold, by elimination without pivoting, which a diagonally dominant matrix allows.
   */
  private double meanCalls(double p, int states) {
    int below = Math.min(down, states - 1);
    int above = Math.min(up, states - 1);
    double[][] band = new double[states][below + above + 1];
    double[] right = new double[states];
    for (int s = 0; s < states; s++) {
      right[s] = 1;
      band[s][below] += 1;
      int lower = Math.max(0, s - down);
      band[s][lower - s + below] -= 1 - p;
      if (s + up < states) {
        band[s][up + below] -= p;
      }
    }
    for (int pivot = 0; pivot < states; pivot++) {
      for (int s = pivot + 1; s <= Math.min(states - 1, pivot + below); s++) {
        double factor = band[s][pivot - s + below] / band[pivot][below];
        if (factor != 0) {
          for (int c = pivot; c <= Math.min(states - 1, pivot + above); c++) {
            band[s][c - s + below] -= factor * band[pivot][c - pivot + below];
          }
          right[s] -= factor * right[pivot];
        }
      }
    }
    for (int s = states - 1; s >= 0; s--) {
      for (int c = s + 1; c <= Math.min(states - 1, s + above); c++) {
        right[s] -= band[s][c - s + below] * right[c];
      }
      right[s] /= band[s][below];
    }
    return right[0];
  }
}
