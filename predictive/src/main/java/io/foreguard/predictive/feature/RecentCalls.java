package io.foreguard.predictive.feature;

/** The last hundred calls one by one, with running counts of failures. Not thread-safe. */
final class RecentCalls {
  private static final int SIZE = 128;
  private static final int[] SIZES = {3, 10, 30, 100};

  /** Number of windows. */
  static final int WINDOWS = SIZES.length;

  private final boolean[] failed = new boolean[SIZE];
  private final double[] latency = new double[SIZE];
  private final int[] failures = new int[WINDOWS];
  private long count;

  void add(boolean failure, double logSeconds) {
    int place = (int) count & (SIZE - 1);
    for (int w = 0; w < WINDOWS; w++) {
      if (count >= SIZES[w] && failed[(int) (count - SIZES[w]) & (SIZE - 1)]) {
        failures[w]--;
      }
      failures[w] += failure ? 1 : 0;
    }
    failed[place] = failure;
    latency[place] = logSeconds;
    count++;
  }

  long count() {
    return count;
  }

  boolean lastFailed() {
    return count > 0 && failed[(int) (count - 1) & (SIZE - 1)];
  }

  /** Share of failures in a window, by its place among 3, 10, 30 and 100 calls. */
  double share(int window, double usual) {
    long calls = Math.min(count, SIZES[window]);
    return calls == 0 ? usual : (double) failures[window] / calls;
  }

  /** Largest logarithm of the last ten; NaN before the first. */
  double largestOfTen() {
    return largest(false);
  }

  /** Second largest of the last ten, the largest where there is but one; NaN before the first. */
  double secondOfTen() {
    return largest(count > 1);
  }

  private double largest(boolean second) {
    double first = Double.NaN;
    double next = Double.NEGATIVE_INFINITY;
    for (long i = Math.max(0, count - 10); i < count; i++) {
      double value = latency[(int) i & (SIZE - 1)];
      if (!(value <= first)) {
        next = Double.isNaN(first) ? next : first;
        first = value;
      } else if (value > next) {
        next = value;
      }
    }
    return second ? next : first;
  }
}
