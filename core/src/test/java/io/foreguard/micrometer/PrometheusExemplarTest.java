package io.foreguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.event.ContextCarrier;
import io.foreguard.event.Subscription;
import io.foreguard.registry.ForeguardRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry for Prometheus asks for the current span whenever a call's duration is recorded. */
class PrometheusExemplarTest {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final ThreadLocal<@Nullable String> span = new ThreadLocal<>();
  private final ForeguardRegistry registry = ForeguardRegistry.create();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new CurrentSpan());

  @ParameterizedTest
  @EnumSource(
      value = MeterNaming.class,
      names = {"FOREGUARD", "RESILIENCE4J"})
  void leadsToTheSpanInWhichTheCallEnds(MeterNaming naming) throws Exception {
    ForeguardMeterBinder.of(registry, naming).bindTo(meters);
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");
    span.set("b7ad6b7169203331");
    assertThat(breaker.call(() -> "answer")).isEqualTo("answer");
    span.remove();
    assertThat(exemplars()).contains("span_id=\"b7ad6b7169203331\"", "trace_id=\"" + TRACE);
  }

  @Test
  void leadsToTheCallersSpanWhereSomebodyCarriesIt() {
    Subscription carrier =
        ContextCarrier.install(
            () -> {
              String caller = span.get();
              return task -> {
                String before = span.get();
                span.set(caller);
                task.run();
                span.set(before);
              };
            });
    ForeguardMeterBinder.of(registry).bindTo(meters);
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");
    span.set("b7ad6b7169203331");
    Permit permit = breaker.acquire();
    span.set("00f067aa0ba902b7");
    assertThat(permit.success()).isTrue();
    carrier.close();
    assertThat(exemplars()).contains("b7ad6b7169203331").doesNotContain("00f067aa0ba902b7");
  }

  private String exemplars() {
    return meters.scrape(OPEN_METRICS);
  }

  private final class CurrentSpan implements SpanContext {
    @Override
    public String getCurrentTraceId() {
      return TRACE;
    }

    @Override
    public @Nullable String getCurrentSpanId() {
      return span.get();
    }

    @Override
    public boolean isCurrentSpanSampled() {
      return span.get() != null;
    }

    @Override
    public void markCurrentSpanAsExemplar() {}
  }
}
