package io.foreguard.predictive.feature;

import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.internal.CallRing;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@link CallFeatures} remembers of a dependency's calls, in constant time per call
 * and bounded memory. Not thread-safe.
 */
final class CallHistory implements CallRing.Reader {
  private static final double PRIOR_CALLS = 5;
  private static final double PRIOR_FAILURES = .1;
  static final double LEAST_SPREAD = .1;
  private static final double ENOUGH = 20;
  private static final double WINSOR = 3;
  private static final double QUANTILE_STEP = .05;
  private static final double ODDS_OF_95 = 19;
  private static final int MOST_KEYS = 1_000;
  private static final double NANOS = 1e-9;
  private static final double LEAST_SECONDS = 1e-6;

  final RecentCalls recent = new RecentCalls();
  final Mean failed5 = new Mean(5);
  final Mean failed20 = new Mean(20);
  final Mean failed100 = new Mean(100);
  final Mean failedLong = new Mean(1_000);
  final TimedShare failed1s = new TimedShare(1);
  final TimedShare failed10s = new TimedShare(10);
  final TimedShare failed60s = new TimedShare(60);
  final Mean latency3 = new Mean(3);
  final Mean latency10 = new Mean(10);
  final Mean latency50 = new Mean(50);
  final Mean latency200 = new Mean(200);
  final Mean baseline = new Mean(2_000);
  final Mean timeouts = new Mean(30);
  final Mean rejections = new Mean(30);
  final Mean callerFaults = new Mean(30);
  double quantile95 = Double.NaN;
  double lastLatency = Double.NaN;
  long lastEnd;
  long lastFailure;
  long lastSuccess;
  boolean ended;
  boolean hasFailed;
  boolean hasSucceeded;
  int failuresInARow;
  private final Map<String, KeyHistory> keys = new HashMap<>();

  /** Takes how a call ended. */
  @Override
  public void ended(String key, Outcome outcome, long durationNanos, long end, int note) {
    if (outcome == Outcome.IGNORED) {
      return;
    }
    callerFaults.add(outcome == Outcome.CALLER_FAULT ? 1 : 0);
    if (!outcome.isEvidence()) {
      return;
    }
    long sinceLast = ended ? Math.max(0, end - lastEnd) : 0;
    boolean failure = outcome.isFailure();
    double latency = Math.log(Math.max(LEAST_SECONDS, durationNanos * NANOS));
    addFailure(failure, sinceLast);
    timeouts.add(outcome == Outcome.TIMEOUT ? 1 : 0);
    rejections.add(outcome == Outcome.REJECTED ? 1 : 0);
    recent.add(failure, latency);
    addLatency(latency);
    lastEnd = ended ? lastEnd + sinceLast : end;
    ended = true;
    if (failure) {
      hasFailed = true;
      lastFailure = lastEnd;
      failuresInARow++;
    } else {
      hasSucceeded = true;
      lastSuccess = lastEnd;
      failuresInARow = 0;
    }
    KeyHistory of = key.isEmpty() ? null : key(key);
    if (of != null) {
      of.ended(failure, latency, lastEnd);
    }
  }

  /** What is known of a key; null if it is not known. */
  @Nullable KeyHistory find(String key) {
    return keys.get(key);
  }

  private @Nullable KeyHistory key(String key) {
    KeyHistory known = keys.get(key);
    if (known == null && keys.size() < MOST_KEYS) {
      known = new KeyHistory();
      keys.put(key, known);
    }
    return known;
  }

  /** Share of failures that is usual, with a prior of one in fifty. */
  double usualFailures() {
    double calls = Math.min(1_000, failedLong.count());
    return (failedLong.or(0) * calls + PRIOR_FAILURES) / (calls + PRIOR_CALLS);
  }

  /** Nanoseconds from the end of the last call until then; 0 before the first. */
  long sinceLast(long nanoTime) {
    return ended ? Math.max(0, nanoTime - lastEnd) : 0;
  }

  /** How far the last ten latencies are off the usual, in its deviations; NaN before the first. */
  double latencyDeviations() {
    return (latency10.or(Double.NaN) - baseline.or(Double.NaN)) / spread();
  }

  /** Deviation of usual log latency. */
  double spread() {
    return Math.max(LEAST_SPREAD, baseline.deviation());
  }

  private void addFailure(boolean failure, long sinceLast) {
    double failures = failure ? 1 : 0;
    failed5.add(failures);
    failed20.add(failures);
    failed100.add(failures);
    failedLong.add(failures);
    failed1s.add(failure, sinceLast);
    failed10s.add(failure, sinceLast);
    failed60s.add(failure, sinceLast);
  }

  private void addLatency(double latency) {
    lastLatency = latency;
    latency3.add(latency);
    latency10.add(latency);
    latency50.add(latency);
    latency200.add(latency);
    double pull = QUANTILE_STEP * spread();
    if (baseline.count() < ENOUGH) {
      quantile95 = baseline.isEmpty() ? latency : Math.max(quantile95, latency);
    } else {
      quantile95 += latency > quantile95 ? ODDS_OF_95 * pull : -pull;
    }
    double middle = baseline.or(latency);
    double reach = WINSOR * spread();
    boolean known = baseline.count() >= ENOUGH;
    baseline.add(known ? Math.min(middle + reach, Math.max(middle - reach, latency)) : latency);
  }
}
