package io.foreguard.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An SDK that keeps what it is given. */
final class Recorder implements AutoCloseable {
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
  final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setLoggerProvider(
              SdkLoggerProvider.builder()
                  .addLogRecordProcessor(SimpleLogRecordProcessor.create(logs))
                  .build())
          .build();

  Map<String, MetricData> metrics() {
    return metrics.collectAllMetrics().stream()
        .collect(Collectors.toMap(MetricData::getName, metric -> metric));
  }

  /** The value of the one series with these attributes; the count, where it is a histogram. */
  double value(ForeguardMetric metric, Attributes attributes) {
    List<? extends PointData> points =
        points(metric).stream().filter(p -> p.getAttributes().equals(attributes)).toList();
    if (points.size() != 1) {
      throw new AssertionError(
          points.size() + " series " + attributes + " of " + metric + " in " + points(metric));
    }
    return Points.value(points.get(0));
  }

  /** The sum over all series that have these attributes among theirs. */
  double sum(ForeguardMetric metric, Attributes attributes) {
    return points(metric).stream()
        .filter(
            p -> p.getAttributes().asMap().entrySet().containsAll(attributes.asMap().entrySet()))
        .mapToDouble(Points::value)
        .sum();
  }

  List<? extends PointData> points(ForeguardMetric metric) {
    MetricData data = metrics().get(metric.metricName());
    return data == null ? List.of() : List.copyOf(data.getData().getPoints());
  }

  List<LogRecordData> logs() {
    return logs.getFinishedLogRecordItems();
  }

  List<LogRecordData> logs(ForeguardEvent event) {
    return logs().stream().filter(log -> event.eventName().equals(log.getEventName())).toList();
  }

  /** Runs {@code body} in a span and returns the span. */
  SpanData inSpan(Runnable body) {
    Span span = sdk.getTracer("test").spanBuilder("call").startSpan();
    Scope scope = span.makeCurrent();
    try {
      body.run();
    } finally {
      scope.close();
      span.end();
    }
    List<SpanData> all = spans.getFinishedSpanItems();
    return all.get(all.size() - 1);
  }

  @Override
  public void close() {
    sdk.close();
  }
}
