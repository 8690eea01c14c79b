package io.foreguard.benchmarks.lab.replay;

/** What happened when in one stretch of a replay, in even steps. Not thread-safe. */
final class Strip {
  static final int STEPS = 120;

  /** Latencies are told from each other within 15 %, from 10 microseconds to 46 minutes. */
  private static final double LEAST_SECONDS = 1e-5;

  private static final double RATIO = Math.log(1.15);
  private static final int BUCKETS = 140;

  final long fromNanos;
  final double stepSeconds;
  final int[] offered = new int[STEPS];
  final int[] succeeded = new int[STEPS];
  final int[] failed = new int[STEPS];
  final int[] rejected = new int[STEPS];
  private final short[] latencies = new short[STEPS * BUCKETS];

  Strip(long fromNanos, long toNanos) {
    this.fromNanos = fromNanos;
    stepSeconds = Math.max(1, toNanos - fromNanos) / 1e9 / STEPS;
  }

  /** The step of a time, -1 if it is outside. */
  int step(long nanos) {
    if (nanos < fromNanos) {
      return -1;
    }
    int step = (int) ((nanos - fromNanos) / 1e9 / stepSeconds);
    return step < STEPS ? step : -1;
  }

  void latency(int step, long nanos) {
    double seconds = nanos / 1e9;
    int bucket = (int) (Math.log(Math.max(LEAST_SECONDS, seconds) / LEAST_SECONDS) / RATIO);
    int place = step * BUCKETS + Math.min(BUCKETS - 1, bucket);
    if (latencies[place] < Short.MAX_VALUE) {
      latencies[place]++;
    }
  }

  /** The 95th percentile of what the calls took that ended in a step, in seconds; NaN if none. */
  double p95(int step) {
    int all = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      all += latencies[step * BUCKETS + bucket];
    }
    int seen = 0;
    for (int bucket = 0; bucket < BUCKETS && all > 0; bucket++) {
      seen += latencies[step * BUCKETS + bucket];
      if (seen >= .95 * all) {
        return LEAST_SECONDS * Math.exp(RATIO * (bucket + .5));
      }
    }
    return Double.NaN;
  }
}
