package io.foreguard.evidence.internal;

/**
 * What a success adds to the two sums of its slot: the first holds the number of successes and the
 * sum of their logarithmic latencies in fixed point, the second the sum of the squares and, again,
 * the low bits of the number. Both only grow, modulo 2^64, so that differences of totals can be
 * taken. The number has 26 bits: a reader must come by before 67 million successes have ended.
 */
final class SuccessSums {
  private static final int COUNT_BITS = 26;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final int CHECK_BITS = 8;
  private static final long CHECK_MASK = (1L << CHECK_BITS) - 1;
  private static final double LOG_UNIT = 1.0 / 32;
  private static final double LOG_ORIGIN = LatencyBuckets.logSeconds(0);
  private static final long[] SUM_STEP = new long[LatencyBuckets.COUNT];
  private static final long[] SQUARES_STEP = new long[LatencyBuckets.COUNT];

  static {
    for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
      long log = Math.round((LatencyBuckets.logSeconds(bucket) - LOG_ORIGIN) / LOG_UNIT);
      SUM_STEP[bucket] = (log << COUNT_BITS) + 1;
      SQUARES_STEP[bucket] = ((log * log) << CHECK_BITS) + 1;
    }
  }

  private SuccessSums() {}

  static long sumStep(int bucket) {
    return SUM_STEP[bucket];
  }

  static long squaresStep(int bucket) {
    return SQUARES_STEP[bucket];
  }

  /** The number of successes in a sum, or in the difference of two. */
  static int count(long sum) {
    return (int) (sum & COUNT_MASK);
  }

  /** Whether the sums of a slot were read while a success was half added. */
  static boolean areTorn(long sum, long squares) {
    return ((sum ^ squares) & CHECK_MASK) != 0;
  }

  /** Mean logarithm of the latency in seconds. */
  static double mean(long sum) {
    return LOG_ORIGIN + LOG_UNIT * meanLog(sum);
  }

  /** Variance of the logarithm. */
  static double variance(long sum, long squares) {
    int count = count(sum);
    double logSquares = (double) ((squares - count) >>> CHECK_BITS) / count;
    double log = meanLog(sum);
    return LOG_UNIT * LOG_UNIT * Math.max(0, logSquares - log * log);
  }

  private static double meanLog(long sum) {
    return (double) (sum >>> COUNT_BITS) / count(sum);
  }
}
