package io.foreguard.predictive.online;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.EnumMap;
import java.util.Map;

/** Makes signals of a healthy dependency, with what a test changes. Not thread-safe. */
final class Moments {
  private final Map<Signal, Double> values = new EnumMap<>(Signal.class);

  Moments() {
    for (Signal signal : Signal.values()) {
      values.put(signal, 0.0);
    }
    with(Signal.SUCCESS_RATE_FAST, .95);
    with(Signal.SUCCESS_RATE_BASELINE, .95);
    with(Signal.FAST_SAMPLES, 1_000);
    with(Signal.BASELINE_SAMPLES, 1_000);
    with(Signal.FAILURE_CHANGE_LOG_ODDS, -9);
    with(Signal.LATENCY_FAST, .02);
    with(Signal.LATENCY_BASELINE, .02);
    with(Signal.LATENCY_LOG_SPREAD, .3);
    with(Signal.LATENCY_LOG_SPREAD_FAST, .3);
    with(Signal.LATENCY_P50, .02);
    with(Signal.LATENCY_P95, .04);
    with(Signal.LATENCY_P99, .06);
    with(Signal.ARRIVAL_RATE, 100);
    with(Signal.TIME_SINCE_SUCCESS, .01);
    with(Signal.DEADLINE, Double.NaN);
  }

  Moments with(Signal signal, double value) {
    values.put(signal, value);
    return this;
  }

  Signals at(long nanoTime) {
    double[] all = new double[Signal.values().length];
    values.forEach((signal, value) -> all[signal.ordinal()] = value);
    return Signals.of(nanoTime, all);
  }
}
