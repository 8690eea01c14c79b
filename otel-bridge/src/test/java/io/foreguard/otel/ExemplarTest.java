package io.foreguard.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With the SDK's default filter, which takes exemplars from sampled traces. */
class ExemplarTest {
  private final Recorder recorder = new Recorder();
  private final Incident incident = new Incident();
  private final ForeguardTelemetry telemetry = ForeguardTelemetry.create(recorder.sdk);
  private final CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty");
  private final ExecutorService network = Executors.newSingleThreadExecutor();

  ExemplarTest() {
    telemetry.observe(incident.registry);
  }

  @AfterEach
  void close() {
    network.shutdownNow();
    telemetry.close();
    recorder.close();
  }

  @Test
  void leadsFromTheDurationToTheSpanOfTheCall() {
    SpanData span = recorder.inSpan(() -> incident.succeed(breaker, 1));
    assertThat(exemplars()).singleElement().satisfies(e -> leadsTo(e, span));
  }

  @Test
  void leadsToTheCallersSpanWhereverAnAsynchronousCallEnds() throws Exception {
    CompletableFuture<String> body = new CompletableFuture<>();
    List<CompletableFuture<String>> call = new ArrayList<>();
    SpanData span =
        recorder.inSpan(() -> call.add(breaker.callAsync(() -> body).toCompletableFuture()));
    onTheNetwork(() -> body.complete("answer"));
    assertThat(call.get(0).get(10, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(exemplars()).singleElement().satisfies(e -> leadsTo(e, span));
  }

  @Test
  void leadsToTheSpanInWhichAPermitWasTaken() throws Exception {
    List<Permit> permit = new ArrayList<>();
    SpanData span = recorder.inSpan(() -> permit.add(breaker.acquire()));
    onTheNetwork(() -> recorder.inSpan(permit.get(0)::success));
    assertThat(exemplars()).singleElement().satisfies(e -> leadsTo(e, span));
  }

  @Test
  void isLeftOutWhereTheCallerHadNoSpan() throws Exception {
    Permit permit = breaker.acquire();
    onTheNetwork(() -> recorder.inSpan(permit::success));
    assertThat(exemplars()).isEmpty();
  }

  @Test
  void comesWithTheAttributesOfWhatWasRepeatedElsewhere() throws Exception {
    Retry retry = incident.registry.retry("db", RetryConfig.builder().maxAttempts(2).build());
    List<String> spans = new ArrayList<>();
    CompletableFuture<String> body = new CompletableFuture<>();
    Span span = recorder.sdk.getTracer("test").spanBuilder("call").startSpan();
    try (io.opentelemetry.context.Scope current = span.makeCurrent()) {
      assertThat(current).isNotNull();
      retry.callAsync(
          () -> {
            spans.add(Span.current().getSpanContext().getSpanId());
            return body;
          });
    }
    onTheNetwork(() -> body.completeExceptionally(new IOException("down")));
    incident.clock.advance(Duration.ofMinutes(1));
    String id = span.getSpanContext().getSpanId();
    assertThat(spans).containsExactly(id, id);
    assertThat(recorder.logs(ForeguardEvent.RETRY_RETRYING))
        .singleElement()
        .satisfies(log -> assertThat(log.getSpanContext().getSpanId()).isEqualTo(id));
  }

  @Test
  void endsWithTheTelemetry() throws Exception {
    telemetry.close();
    List<String> spans = new ArrayList<>();
    breaker.events().onCall((o, n, p) -> spans.add(Span.current().getSpanContext().getSpanId()));
    List<Permit> permit = new ArrayList<>();
    SpanData span = recorder.inSpan(() -> permit.add(breaker.acquire()));
    onTheNetwork(() -> permit.get(0).success());
    assertThat(spans).hasSize(1).doesNotContain(span.getSpanId());
  }

  private void onTheNetwork(Runnable event) throws Exception {
    network.submit(event).get(10, TimeUnit.SECONDS);
  }

  private List<? extends ExemplarData> exemplars() {
    return recorder.points(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION).stream()
        .flatMap(point -> ((HistogramPointData) point).getExemplars().stream())
        .toList();
  }

  private static void leadsTo(ExemplarData exemplar, SpanData span) {
    assertThat(exemplar.getSpanContext().getSpanId()).isEqualTo(span.getSpanId());
    assertThat(exemplar.getSpanContext().getTraceId()).isEqualTo(span.getTraceId());
  }
}
