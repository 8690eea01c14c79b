package io.foreguard.predictive.watch;

import io.foreguard.internal.Require;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The gauges of one watch, for example for an autoscaler that reads {@code
 * foreguard.forecast.arrival.rate}. A gauge that is not known yet is NaN, which Prometheus shows as
 * such. Needs Micrometer on the class path. Thread-safe.
 */
public final class WatchMeters implements MeterBinder {
  private final DependencyWatch watch;

  private WatchMeters(DependencyWatch watch) {
    this.watch = watch;
  }

  /** The gauges of {@code watch}. */
  public static WatchMeters of(DependencyWatch watch) {
    return new WatchMeters(Require.nonNull(watch, "watch"));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    String rate = "foreguard.forecast.arrival.rate";
    String words = "Calls per second expected at the horizon";
    bound(registry, rate, words, "expected", OutlookSignal.ARRIVAL_RATE_FORECAST);
    bound(registry, rate, words, "lower", OutlookSignal.ARRIVAL_RATE_FORECAST_LOWER);
    bound(registry, rate, words, "upper", OutlookSignal.ARRIVAL_RATE_FORECAST_UPPER);
    String latency = "foreguard.forecast.latency";
    words = "Latency in seconds expected at the horizon";
    bound(registry, latency, words, "expected", OutlookSignal.LATENCY_FORECAST);
    bound(registry, latency, words, "lower", OutlookSignal.LATENCY_FORECAST_LOWER);
    bound(registry, latency, words, "upper", OutlookSignal.LATENCY_FORECAST_UPPER);
    Gauge.builder(
            "foreguard.anomaly.grade", watch, w -> w.latest().value(OutlookSignal.ANOMALY_GRADE))
        .description("How unusual the dependency looks, from 0 to 1")
        .tag("name", watch.name())
        .register(registry);
  }

  private void bound(
      MeterRegistry registry, String meter, String words, String bound, OutlookSignal signal) {
    Gauge.builder(meter, watch, w -> w.latest().value(signal))
        .description(words)
        .tag("name", watch.name())
        .tag("bound", bound)
        .register(registry);
  }
}
