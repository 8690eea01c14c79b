package io.foreguard.predictive.feature;

import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Writes the features of one moment, in the order of {@link CallFeatureList}. Not thread-safe.
 *
 * <p>All latencies are natural logarithms of seconds. What depends on the size of a system, such as
 * a latency, is written against what is usual or allowed there, so that what is learned of one
 * dependency may hold for another.
 */
final class CallFeatureWriter {
  private static final int KEY_FEATURES = 9;
  private static final double KEY_MEMORY = 1_000;
  private static final double KEY_RECENT = 20;
  private static final double KEY_PRIOR = 5;
  private static final double SURE = 1e-9;
  private static final double MILLI = 1e-3;
  private static final double NANOS = 1e-9;
  private static final double HALF = .5;

  private final CallHistory history;
  private double[] target = {};
  private int at;
  private long now;
  private double logDeadline;

  CallFeatureWriter(CallHistory history) {
    this.history = history;
  }

  /** Begins to write into {@code into} what is known now, but for others' health and the hour. */
  void write(Signals signals, String key, double[] into) {
    target = into;
    at = 0;
    now = signals.nanoTime();
    logDeadline = Math.log(signals.value(Signal.DEADLINE));
    double success = StatisticalModel.instance().estimate(signals).probability();
    double sure = Math.min(1 - SURE, Math.max(SURE, success));
    put(Math.log((1 - sure) / sure));
    writeFailures();
    writeTimes();
    writeLatencies();
    writeRoom();
    writeLoad(signals);
    writeKey(key.isEmpty() ? null : history.find(key));
  }

  /** Adds one more value. */
  void put(double value) {
    target[at++] = value;
  }

  private void writeFailures() {
    CallHistory h = history;
    double usual = h.usualFailures();
    long sinceLast = sinceLast();
    put(h.recent.lastFailed() ? 1 : 0);
    for (int window = 0; window < RecentCalls.WINDOWS; window++) {
      put(h.recent.share(window, usual));
    }
    double fast = h.failed5.or(usual);
    double medium = h.failed20.or(usual);
    double slow = h.failed100.or(usual);
    put(fast);
    put(medium);
    put(slow);
    put(h.failed1s.share(usual, sinceLast));
    put(h.failed10s.share(usual, sinceLast));
    put(h.failed60s.share(usual, sinceLast));
    put(usual);
    put(fast - medium);
    put(medium - slow);
    put(Math.log1p(h.failuresInARow));
    put(h.timeouts.or(0));
    put(h.rejections.or(0));
    put(h.callerFaults.or(0));
  }

  private void writeTimes() {
    put(since(history.hasSucceeded, history.lastSuccess));
    put(since(history.hasFailed, history.lastFailure));
    put(since(history.ended, history.lastEnd));
  }

  private void writeLatencies() {
    CallHistory h = history;
    double usual = h.baseline.or(Double.NaN);
    double fastest = h.latency3.or(Double.NaN);
    double fast = h.latency10.or(Double.NaN);
    double medium = h.latency50.or(Double.NaN);
    double slow = h.latency200.or(Double.NaN);
    put(h.lastLatency - usual);
    put(fastest - usual);
    put(fast - usual);
    put(medium - usual);
    put(slow - usual);
    put(h.recent.largestOfTen() - usual);
    put(h.recent.secondOfTen() - usual);
    put(h.quantile95 - usual);
    put(fastest - fast);
    put(fast - medium);
    put(medium - slow);
    put(h.latency10.deviation());
    put(h.latency50.deviation());
    put(h.spread());
  }

  private void writeRoom() {
    CallHistory h = history;
    double usual = logDeadline - h.baseline.or(Double.NaN);
    put(logDeadline - h.lastLatency);
    put(logDeadline - h.latency3.or(Double.NaN));
    put(logDeadline - h.latency10.or(Double.NaN));
    put(logDeadline - h.recent.largestOfTen());
    put(logDeadline - h.recent.secondOfTen());
    put(usual);
    put(usual / h.spread());
  }

  private void writeLoad(Signals signals) {
    double inFlight = signals.value(Signal.IN_FLIGHT);
    double overdue = signals.value(Signal.OVERDUE);
    double rate = signals.value(Signal.ARRIVAL_RATE);
    double usual = rate * Math.exp(history.latency200.or(Double.NaN)); // by Little's law
    put(Math.log1p(inFlight));
    put(Math.log1p(overdue));
    put(inFlight > 0 ? overdue / inFlight : 0);
    put(Math.log((inFlight + HALF) / (usual + HALF)));
    put(Math.log1p(rate));
    long sinceLast = sinceLast();
    double second = history.failed1s.calls(sinceLast);
    double tenSeconds = history.failed10s.calls(sinceLast);
    double minute = history.failed60s.calls(sinceLast);
    put(Math.log((second + HALF) / (tenSeconds / 10 + HALF)));
    put(Math.log((tenSeconds + HALF) / (minute / 6 + HALF)));
  }

  private void writeKey(@Nullable KeyHistory key) {
    if (key == null) {
      for (int i = 0; i < KEY_FEATURES; i++) {
        put(Double.NaN);
      }
      return;
    }
    double latency = key.latency.or(Double.NaN);
    double usualLatency = key.baseline.or(Double.NaN);
    double calls = Math.min(KEY_MEMORY, key.failedLong.count());
    double usual =
        (key.failedLong.or(0) * calls + KEY_PRIOR * history.usualFailures()) / (calls + KEY_PRIOR);
    double recent = Math.min(KEY_RECENT, key.failed.count());
    put(key.lastFailed ? 1 : 0);
    put((key.failed.or(0) * recent + usual) / (recent + 1));
    put(usual);
    put(key.lastLatency - usualLatency);
    put(latency - usualLatency);
    put(usualLatency - history.baseline.or(Double.NaN));
    put(logDeadline - latency);
    put(
        (logDeadline - usualLatency)
            / Math.max(CallHistory.LEAST_SPREAD, key.baseline.deviation()));
    put(since(true, key.lastEnd));
  }

  private long sinceLast() {
    return history.sinceLast(now);
  }

  private double since(boolean known, long then) {
    return known ? Math.log(MILLI + Math.max(0, now - then) * NANOS) : Double.NaN;
  }
}
