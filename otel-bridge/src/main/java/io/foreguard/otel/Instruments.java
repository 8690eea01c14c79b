package io.foreguard.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The instruments of the table, each made once. All but the histograms are asynchronous and read in
 * one callback: a call pays for no counter of the SDK, and what is no longer observed is no longer
 * reported. Thread-safe.
 */
final class Instruments {
  private static final List<Double> CALL_SECONDS =
      List.of(.005, .01, .025, .05, .075, .1, .25, .5, .75, 1., 2.5, 5., 7.5, 10.);
  private static final List<Double> AGE_SECONDS =
      List.of(1., 10., 60., 300., 600., 1_800., 3_600., 21_600., 86_400.);

  private final Meter meter;
  private final Failures failures;
  private final Map<ForeguardMetric, ObservableLongMeasurement> longs =
      new EnumMap<>(ForeguardMetric.class);
  private final Map<ForeguardMetric, ObservableDoubleMeasurement> doubles =
      new EnumMap<>(ForeguardMetric.class);
  private final DoubleHistogram callDuration;
  private final DoubleHistogram fallbackAge;

  Instruments(Meter meter, Failures failures) {
    this.meter = meter;
    this.failures = failures;
    callDuration = histogram(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION, CALL_SECONDS);
    fallbackAge = histogram(ForeguardMetric.FALLBACK_AGE, AGE_SECONDS);
    for (ForeguardMetric metric : ForeguardMetric.values()) {
      add(metric);
    }
  }

  /** Has {@code collect} called at each collection, until the handle is closed. */
  BatchCallback onCollection(Runnable collect) {
    List<ObservableMeasurement> all = new ArrayList<>(longs.values());
    all.addAll(doubles.values());
    return meter.batchCallback(
        collect, all.get(0), all.subList(1, all.size()).toArray(ObservableMeasurement[]::new));
  }

  /** Records how long a call took. */
  void callTook(double seconds, Attributes attributes) {
    record(callDuration, seconds, attributes);
  }

  /** Records how old a stale answer was. */
  void answerWas(double seconds, Attributes attributes) {
    record(fallbackAge, seconds, attributes);
  }

  /** Reports the value of a counter; only during a collection. */
  void count(ForeguardMetric metric, long value, Attributes attributes) {
    ObservableLongMeasurement measurement = longs.get(metric);
    if (measurement != null) {
      measurement.record(value, attributes);
    }
  }

  /** Reports the value of a gauge, unless it is NaN; only during a collection. */
  void gauge(ForeguardMetric metric, double value, Attributes attributes) {
    ObservableDoubleMeasurement measurement = doubles.get(metric);
    if (measurement != null && !Double.isNaN(value)) {
      measurement.record(value, attributes);
    }
  }

  private void record(DoubleHistogram histogram, double value, Attributes attributes) {
    try {
      histogram.record(value, attributes);
    } catch (Throwable t) {
      failures.report(t);
    }
  }

  private void add(ForeguardMetric metric) {
    switch (metric.kind()) {
      case COUNTER ->
          longs.put(
              metric,
              meter
                  .counterBuilder(metric.metricName())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
      case UP_DOWN_COUNTER ->
          longs.put(
              metric,
              meter
                  .upDownCounterBuilder(metric.metricName())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
      case GAUGE ->
          doubles.put(
              metric,
              meter
                  .gaugeBuilder(metric.metricName())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
      case HISTOGRAM -> {} // synchronous: made one by one
    }
  }

  private DoubleHistogram histogram(ForeguardMetric metric, List<Double> boundaries) {
    return meter
        .histogramBuilder(metric.metricName())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .setExplicitBucketBoundariesAdvice(boundaries)
        .build();
  }
}
