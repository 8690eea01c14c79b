package io.foreguard.spring.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.otel.ForeguardTelemetry;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class OpenTelemetryTest {
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
  private final OpenTelemetry sdk =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .setLoggerProvider(
              SdkLoggerProvider.builder()
                  .addLogRecordProcessor(SimpleLogRecordProcessor.create(logs))
                  .build())
          .build();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardOpenTelemetryAutoConfiguration.class))
          .withPropertyValues("foreguard.guards.x.timeout=1s");

  @Test
  void aloneItReportsMetricsAndEvents() {
    runner
        .withBean(OpenTelemetry.class, () -> sdk)
        .run(
            context -> {
              open(context);
              assertThat(metrics.collectAllMetrics())
                  .extracting(MetricData::getName)
                  .anyMatch(name -> name.startsWith("foreguard.circuit_breaker."));
              assertThat(logs.getFinishedLogRecordItems()).isNotEmpty();
            });
    assertThat(metrics.collectAllMetrics())
        .as("after the application ended")
        .extracting(MetricData::getName)
        .doesNotContain("foreguard.circuit_breaker.status");
  }

  @Test
  void besideMicrometerItReportsEventsAlone() {
    runner
        .withBean(OpenTelemetry.class, () -> sdk)
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              open(context);
              assertThat(logs.getFinishedLogRecordItems()).isNotEmpty();
              assertThat(metrics.collectAllMetrics()).isEmpty();
            });
  }

  @Test
  void thereIsNoneWithoutAnOpenTelemetryBeanOrTheBridge() {
    runner.run(context -> assertThat(context).doesNotHaveBean(ForeguardTelemetry.class));
    for (Class<?> absent : new Class<?>[] {ForeguardTelemetry.class, OpenTelemetry.class}) {
      runner
          .withClassLoader(new FilteredClassLoader(absent))
          .run(
              context -> {
                assertThat(context).hasNotFailed().hasSingleBean(ForeguardRegistry.class);
                assertThat(context).doesNotHaveBean("foreguardTelemetry");
              });
    }
  }

  private static void open(ApplicationContext context) {
    context.getBean(ForeguardRegistry.class).guard("x").circuitBreaker().transitionToOpen();
  }
}
