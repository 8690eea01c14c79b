package io.foreguard.evidence.internal;

/**
 * A logarithmic scale of durations: four buckets per factor of two, from one microsecond to 73
 * minutes, so a bucket is at most 25 % wide. Shorter and longer durations fall into the end
 * buckets.
 */
final class LatencyBuckets {
  static final int COUNT = 128;

  private static final int LOWEST_EXPONENT = 10;
  private static final double[] LOG_SECONDS = new double[COUNT];

  static {
    for (int bucket = 0; bucket < COUNT; bucket++) {
      double middle = Math.sqrt(lowerNanos(bucket) * lowerNanos(bucket + 1));
      LOG_SECONDS[bucket] = Math.log(middle / 1e9);
    }
  }

  private LatencyBuckets() {}

  /** Bucket of a duration in nanoseconds. */
  static int of(long nanos) {
    if (nanos < 1L << LOWEST_EXPONENT) {
      return 0;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(nanos);
    int quarter = (int) (nanos >>> (exponent - 2)) & 3;
    return Math.min(COUNT - 1, ((exponent - LOWEST_EXPONENT) << 2) | quarter);
  }

  /** Natural logarithm of the bucket's geometric middle in seconds. */
  static double logSeconds(int bucket) {
    return LOG_SECONDS[bucket];
  }

  /** Lower bound of a bucket in nanoseconds. */
  static double lowerNanos(int bucket) {
    return Math.scalb(1 + (bucket & 3) / 4.0, LOWEST_EXPONENT + (bucket >> 2));
  }
}
