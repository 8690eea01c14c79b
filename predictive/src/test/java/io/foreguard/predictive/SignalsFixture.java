package io.foreguard.predictive;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.predictive.observation.Observation;

/** Makes signals that hold what a sample needs and nothing else. */
public final class SignalsFixture {
  private SignalsFixture() {}

  /** Signals at {@code nanoTime} that amount to {@code sample}. */
  public static Signals of(long nanoTime, Observation sample) {
    double[] values = nothing();
    values[Signal.IN_FLIGHT.ordinal()] = sample.activeConnections();
    values[Signal.LATENCY_P95.ordinal()] = sample.p95LatencySeconds();
    values[Signal.ARRIVAL_RATE.ordinal()] = sample.transactionRate();
    values[Signal.SUCCESS_RATE_FAST.ordinal()] = 1 - sample.failureShare();
    values[Signal.FAST_SAMPLES.ordinal()] = 100;
    return Signals.of(nanoTime, values);
  }

  /** Signals from before the first call. */
  public static Signals before(long nanoTime) {
    return Signals.of(nanoTime, nothing());
  }

  private static double[] nothing() {
    double[] values = new double[Signal.values().length];
    values[Signal.LATENCY_P95.ordinal()] = Double.NaN;
    return values;
  }
}
