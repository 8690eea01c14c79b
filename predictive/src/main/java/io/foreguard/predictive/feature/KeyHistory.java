package io.foreguard.predictive.feature;

/** What is known of one key of a dependency. Not thread-safe. */
final class KeyHistory {
  final Mean failed = new Mean(20);
  final Mean failedLong = new Mean(1_000);
  final Mean latency = new Mean(5);
  final Mean baseline = new Mean(1_000);
  boolean lastFailed;
  double lastLatency;
  long lastEnd;

  void ended(boolean failure, double logSeconds, long end) {
    failed.add(failure ? 1 : 0);
    failedLong.add(failure ? 1 : 0);
    latency.add(logSeconds);
    baseline.add(logSeconds);
    lastFailed = failure;
    lastLatency = logSeconds;
    lastEnd = end;
  }
}
