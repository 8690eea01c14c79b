package io.foreguard.samples.snippets;

import io.foreguard.event.ContextCarrier;
import io.foreguard.fallback.Fallback;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.micrometer.ForeguardMeterBinder;
import io.foreguard.micrometer.MeterNaming;
import io.foreguard.otel.ForeguardTelemetry;
import io.foreguard.registry.ForeguardRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;

/** docs/telemetry.md. */
final class TelemetrySnippets {
  private TelemetrySnippets() {}

  static void openTelemetry(
      OpenTelemetry openTelemetry,
      ForeguardRegistry registry,
      Guard guard,
      FallbackGuard<String> fallbackGuard) {
    ForeguardTelemetry telemetry = ForeguardTelemetry.create(openTelemetry);
    telemetry.observe(registry);
    telemetry.observe(guard);
    telemetry.observe(fallbackGuard);
    telemetry.close();
  }

  static void context() {
    ContextCarrier.install(
        () -> {
          ContextSnapshot caller = ContextSnapshotFactory.builder().build().captureAll();
          return task -> caller.wrap(task).run();
        });
  }

  static void micrometer(
      MeterRegistry meterRegistry, ForeguardRegistry registry, Fallback<String> fallback) {
    ForeguardMeterBinder meters = ForeguardMeterBinder.of(registry);
    meters.bindTo(meterRegistry);
    meters.observe(fallback);
    meters.close();
  }

  static void namesOfResilience4j(MeterRegistry meterRegistry, ForeguardRegistry registry) {
    ForeguardMeterBinder.of(registry, MeterNaming.RESILIENCE4J).bindTo(meterRegistry);
  }
}
