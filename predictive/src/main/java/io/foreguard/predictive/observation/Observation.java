package io.foreguard.predictive.observation;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;

/**
 * One sample of one dependency. Immutable; every value is finite.
 *
 * <p>In a series, time never goes backwards and no two samples share a time.
 *
 * @param timeMillis milliseconds on a time scale that never steps back, by custom since 1970-01-01
 *     UTC
 * @param activeConnections calls that had been sent and had not ended, at least 0
 * @param p95LatencySeconds 95th percentile of recent latencies in seconds, at least 0
 * @param transactionRate calls that arrived per second, at least 0
 * @param failureShare share of recent calls that failed, in {@code [0, 1]}
 * @param requests calls since the sample before, at least 0
 */
public record Observation(
    long timeMillis,
    double activeConnections,
    double p95LatencySeconds,
    double transactionRate,
    double failureShare,
    long requests) {

  /** Checks the ranges. */
  public Observation {
    Require.notNegative(activeConnections, "activeConnections");
    Require.notNegative(p95LatencySeconds, "p95LatencySeconds");
    Require.notNegative(transactionRate, "transactionRate");
    Require.that(failureShare >= 0 && failureShare <= 1, "failureShare", "in [0, 1]", failureShare);
    Require.that(requests >= 0, "requests", "zero or more", requests);
  }

  /**
   * Whether {@code signals} hold all that a sample needs: not before the first call has ended, and
   * not from a source that reports something impossible.
   */
  public static boolean isKnown(Signals signals) {
    return isQuantity(signals.value(Signal.IN_FLIGHT))
        && isQuantity(signals.value(Signal.LATENCY_P95))
        && isQuantity(signals.value(Signal.ARRIVAL_RATE))
        && signals.value(Signal.FAST_SAMPLES) > 0
        && signals.value(Signal.SUCCESS_RATE_FAST) >= 0
        && signals.value(Signal.SUCCESS_RATE_FAST) <= 1;
  }

  /**
   * The sample that {@code signals} amount to. Both the recorder and a model at work use it, so
   * that a model sees live what it was trained on.
   *
   * <p>The failure share is what the fast success rate leaves, a mean over some 100 calls; requests
   * are the arrival rate times the time since the sample before, rounded.
   *
   * @param timeMillis time of the sample
   * @param sinceLastMillis time since the sample before; 0 for the first
   * @throws IllegalArgumentException unless {@link #isKnown}
   */
  public static Observation of(Signals signals, long timeMillis, long sinceLastMillis) {
    double rate = signals.value(Signal.ARRIVAL_RATE);
    return new Observation(
        timeMillis,
        signals.value(Signal.IN_FLIGHT),
        signals.value(Signal.LATENCY_P95),
        rate,
        1 - signals.value(Signal.SUCCESS_RATE_FAST),
        Math.round(rate * sinceLastMillis / 1_000));
  }

  private static boolean isQuantity(double value) {
    return value >= 0 && value < Double.POSITIVE_INFINITY;
  }
}
