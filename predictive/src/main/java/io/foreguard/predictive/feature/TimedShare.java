package io.foreguard.predictive.feature;

/** The share of failures among calls of the last while, older ones fading. Not thread-safe. */
final class TimedShare {
  private final double nanos;
  private double failures;
  private double calls;

  TimedShare(double seconds) {
    nanos = seconds * 1e9;
  }

  void add(boolean failed, long sinceLastNanos) {
    double kept = kept(sinceLastNanos);
    calls = calls * kept + 1;
    failures = failures * kept + (failed ? 1 : 0);
  }

  /** The share as of some time after the last call, drawn towards {@code usual} by one call. */
  double share(double usual, long sinceLastNanos) {
    double kept = kept(sinceLastNanos);
    return (failures * kept + usual) / (calls * kept + 1);
  }

  /** Calls that count, as of some time after the last one. */
  double calls(long sinceLastNanos) {
    return calls * kept(sinceLastNanos);
  }

  private double kept(long sinceNanos) {
    return sinceNanos <= 0 ? 1 : Math.exp(-sinceNanos / nanos);
  }
}
