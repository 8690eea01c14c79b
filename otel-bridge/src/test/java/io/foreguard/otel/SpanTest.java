package io.foreguard.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanTest {
  private final Recorder recorder = new Recorder();
  private final Incident incident = new Incident();
  private final CircuitBreaker breaker =
      incident.registry.circuitBreaker("loyalty", Incident.classic());

  @AfterEach
  void close() {
    recorder.close();
  }

  @Test
  void carriesWhyTheBreakerRefused() {
    try (ForeguardTelemetry telemetry = ForeguardTelemetry.create(recorder.sdk)) {
      telemetry.observe(incident.registry);
      incident.fail(breaker, 20);
      SpanData span = recorder.inSpan(() -> assertThat(breaker.tryAcquire()).isEmpty());

      Attributes attributes = span.getAttributes();
      assertThat(attributes.get(ForeguardAttributes.CIRCUIT_BREAKER_NAME)).isEqualTo("loyalty");
      assertThat(attributes.get(ForeguardAttributes.CIRCUIT_BREAKER_STATE)).isEqualTo("open");
      assertThat(attributes.get(ForeguardAttributes.DECISION)).isEqualTo("reject");
      assertThat(attributes.get(ForeguardAttributes.REJECTION_REASON)).isEqualTo("open");
      assertThat(attributes.get(ForeguardAttributes.REJECTION_SHADOW)).isFalse();
      assertThat(attributes.get(ForeguardAttributes.RETRY_AFTER)).isBetween(29.0, 30.0);
      assertThat(attributes.get(ForeguardAttributes.THRESHOLD)).isEqualTo(.5);
      assertThat(attributes.get(ForeguardAttributes.SUCCESS_PROBABILITY))
          .isEqualTo(breaker.estimate().probability());
      assertThat(attributes.get(ForeguardAttributes.EXPLANATION))
          .isEqualTo(breaker.explain().toString());
      assertThat(span.getEvents()).isEmpty();
    }
  }

  @Test
  void isLinkedFromTheLogRecordOfTheRefusal() {
    try (ForeguardTelemetry telemetry = ForeguardTelemetry.create(recorder.sdk)) {
      telemetry.observe(incident.registry);
      breaker.transitionToOpen();
      SpanData span = recorder.inSpan(() -> assertThat(breaker.tryAcquire()).isEmpty());
      LogRecordData log = recorder.logs(ForeguardEvent.CIRCUIT_BREAKER_REJECTION).get(0);
      assertThat(log.getSpanContext().getSpanId()).isEqualTo(span.getSpanId());
    }
  }

  @Test
  void staysEmptyWhenTheCallIsAdmittedOrAttributesAreOff() {
    try (ForeguardTelemetry telemetry =
        ForeguardTelemetry.builder(recorder.sdk).spanAttributes(false).build()) {
      telemetry.observe(incident.registry);
      SpanData admitted = recorder.inSpan(() -> incident.succeed(breaker, 1));
      breaker.transitionToOpen();
      SpanData refused = recorder.inSpan(() -> assertThat(breaker.tryAcquire()).isEmpty());
      assertThat(admitted.getAttributes().isEmpty()).isTrue();
      assertThat(refused.getAttributes().isEmpty()).isTrue();
    }
  }

  @Test
  void getsEventsWhenAskedFor() {
    Bulkhead bulkhead = incident.registry.bulkhead("db", Incident.single());
    try (ForeguardTelemetry telemetry =
        ForeguardTelemetry.builder(recorder.sdk).spanEvents(true).logEvents(false).build()) {
      telemetry.observe(incident.registry);
      SpanData span =
          recorder.inSpan(
              () -> {
                incident.fail(breaker, 12);
                Incident.refuse(bulkhead, 1);
              });
      assertThat(span.getEvents())
          .extracting(EventData::getName)
          .containsExactly(
              ForeguardEvent.CIRCUIT_BREAKER_TRANSITION.eventName(),
              ForeguardEvent.CIRCUIT_BREAKER_REJECTION.eventName(),
              ForeguardEvent.CIRCUIT_BREAKER_REJECTION.eventName(),
              ForeguardEvent.BULKHEAD_REJECTION.eventName());
      assertThat(recorder.logs()).isEmpty();
    }
  }
}
