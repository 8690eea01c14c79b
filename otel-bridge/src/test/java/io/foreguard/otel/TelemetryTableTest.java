package io.foreguard.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.fallback.LastKnownGoodStore;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutExceededException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Drives every part through an incident and holds what is emitted against the table. */
class TelemetryTableTest {
  private static final Path DOC = Path.of("..", "docs", "telemetry.md");

  private final Recorder recorder = new Recorder();
  private final Incident incident = new Incident();
  private final ForeguardTelemetry telemetry = ForeguardTelemetry.create(recorder.sdk);

  @AfterEach
  void close() {
    telemetry.close();
    recorder.close();
  }

  @Test
  void listsExactlyTheMetricsThatAreEmitted() throws Exception {
    playEverything();
    Map<String, MetricData> emitted = recorder.metrics();

    assertThat(emitted.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ForeguardMetric.values()).map(ForeguardMetric::metricName).toList());
    for (ForeguardMetric metric : ForeguardMetric.values()) {
      MetricData data = emitted.get(metric.metricName());
      assertThat(data.getUnit()).as(metric + " unit").isEqualTo(metric.unit());
      assertThat(data.getDescription()).isEqualTo(metric.description());
      assertThat(kind(data)).as(metric + " kind").isEqualTo(metric.kind());
      Set<AttributeKey<?>> keys =
          data.getData().getPoints().stream()
              .flatMap(point -> point.getAttributes().asMap().keySet().stream())
              .collect(Collectors.toSet());
      assertThat(keys).as(metric + " attributes").isEqualTo(Set.copyOf(metric.attributes()));
    }
  }

  @Test
  void listsExactlyTheEventsThatAreEmitted() throws Exception {
    SpanData span = recorder.inSpan(this::playEverything);
    Set<AttributeKey<?>> onSpan = new HashSet<>();

    assertThat(
            recorder.logs().stream().map(LogRecordData::getEventName).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ForeguardEvent.values()).map(ForeguardEvent::eventName).toList());
    for (ForeguardEvent event : ForeguardEvent.values()) {
      List<LogRecordData> logs = recorder.logs(event);
      Set<AttributeKey<?>> keys =
          logs.stream()
              .flatMap(log -> log.getAttributes().asMap().keySet().stream())
              .collect(Collectors.toSet());
      assertThat(keys).as(event + " attributes").isEqualTo(Set.copyOf(event.attributes()));
      assertThat(logs).anySatisfy(l -> assertThat(l.getSeverity()).isEqualTo(event.severity()));
      if (event.isOnSpan()) {
        onSpan.addAll(event.attributes());
      }
    }
    onSpan.remove(ForeguardAttributes.SUPPRESSED);
    assertThat(span.getAttributes().asMap().keySet()).isEqualTo(onSpan);
  }

  @Test
  void usesEveryAttributeThatIsDeclared() throws Exception {
    Set<AttributeKey<?>> used = new HashSet<>();
    Arrays.stream(ForeguardMetric.values()).forEach(m -> used.addAll(m.attributes()));
    Arrays.stream(ForeguardEvent.values()).forEach(e -> used.addAll(e.attributes()));
    Set<Object> declared = new HashSet<>();
    for (var field : ForeguardAttributes.class.getFields()) {
      assertThat(Modifier.isFinal(field.getModifiers())).isTrue();
      declared.add(field.get(null));
    }
    assertThat(declared).isEqualTo(used);
  }

  @Test
  void isTheTableOfTheDocumentation() throws IOException {
    List<String> expected = new ArrayList<>();
    for (ForeguardMetric metric : ForeguardMetric.values()) {
      expected.add(
          row(
              code(metric.metricName()),
              words(metric.kind()),
              code(metric.unit()),
              metric.description(),
              keys(metric.attributes()),
              metric.when()));
    }
    for (ForeguardEvent event : ForeguardEvent.values()) {
      expected.add(
          row(
              code(event.eventName()),
              event.severity().name(),
              event.isOnSpan() ? "yes" : "no",
              keys(event.attributes()),
              event.when()));
    }
    String doc = Files.readString(DOC);
    String tables = doc.substring(0, doc.indexOf("## Micrometer"));
    assertThat(tables.lines().filter(line -> line.startsWith("| `foreguard.")).toList())
        .containsExactlyElementsOf(expected);
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String keys(List<AttributeKey<?>> keys) {
    return keys.stream().map(key -> code(key.getKey())).collect(Collectors.joining(", "));
  }

  private static String code(String text) {
    return '`' + text + '`';
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ForeguardMetric.Kind kind(MetricData data) {
    return switch (data.getType()) {
      case HISTOGRAM -> ForeguardMetric.Kind.HISTOGRAM;
      case DOUBLE_GAUGE -> ForeguardMetric.Kind.GAUGE;
      case LONG_SUM -> {
        SumData<LongPointData> sum = data.getLongSumData();
        yield sum.isMonotonic()
            ? ForeguardMetric.Kind.COUNTER
            : ForeguardMetric.Kind.UP_DOWN_COUNTER;
      }
      default -> throw new AssertionError("unexpected type: " + data);
    };
  }

  private void playEverything() {
    try {
      telemetry.observe(incident.registry);
      for (int round = 0; round < 2; round++) { // the second round tells what the first left out
        playBreakers();
        playBulkheads();
        playRetry();
        incident.clock.advance(Duration.ofSeconds(5));
      }
      playHedge();
      playTimeout();
      playFallback();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void playBreakers() {
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty", Incident.classic());
    incident.playOutage(breaker);
    incident.playShadow(breaker);
    breaker.transitionToClosed();
    CircuitBreaker advised =
        incident.registry.circuitBreaker(
            "advised", CircuitBreakerConfig.builder().model(new Incident.BrokenModel()).build());
    incident.fail(advised, 10);
  }

  private void playBulkheads() throws Exception {
    Incident.refuse(incident.registry.bulkhead("db", Incident.single()), 3);
    ThreadPoolBulkhead pool =
        incident
            .registry
            .threadPoolBulkheads()
            .get("pool", ThreadPoolBulkheadConfig.builder().maxThreads(1).queueCapacity(0).build());
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Boolean> running = pool.submit(() -> end.await(10, TimeUnit.SECONDS));
    assertThat(pool.submit(() -> "unreached")).isCompletedExceptionally();
    end.countDown();
    assertThat(running.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private void playRetry() {
    Retry retry =
        incident.registry.retry(
            "db", RetryConfig.builder().maxAttempts(2).baseDelay(Duration.ofMillis(10)).build());
    for (int i = 0; i < 30; i++) {
      swallow(IOException.class, () -> retry.call(() -> fail()));
    }
  }

  private void playHedge() {
    incident.registry.guard("twice", g -> g.hedge(HedgeConfig.defaults()));
  }

  private void playTimeout() {
    Guard guard = incident.registry.guard("slow", g -> g.timeout(Duration.ofMillis(100)));
    Timeout timeout = guard.timeout().orElseThrow();
    swallow(
        TimeoutExceededException.class,
        () ->
            timeout.call(
                () -> {
                  incident.clock.advance(Duration.ofSeconds(1));
                  return "late";
                }));
  }

  private void playFallback() throws Exception {
    Fallback<String> fallback =
        Fallback.lastKnownGood(
                LastKnownGoodConfig.of(Duration.ofMinutes(10)), new Kept(), incident.clock)
            .named("profile");
    FallbackGuard<String> guard = incident.registry.guard("profile").withFallback(fallback);
    telemetry.observe(guard);
    assertThat(guard.answer("k", () -> "fresh").isStale()).isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(guard.answer("k", () -> fail()).isStale()).isTrue();
    }
    incident.clock.advance(Duration.ofSeconds(1));
    assertThat(guard.answer("k", () -> fail()).isStale()).isTrue();
  }

  private static String fail() throws IOException {
    throw new IOException("down");
  }

  private static void swallow(Class<? extends Exception> expected, Callable<String> call) {
    try {
      throw new AssertionError("not refused: " + call.call());
    } catch (Exception e) {
      assertThat(e).isInstanceOf(expected);
    }
  }

  /** A store without bounds. */
  private static final class Kept implements LastKnownGoodStore<String> {
    private final Map<Object, Stored<String>> answers = new ConcurrentHashMap<>();

    @Override
    public void put(Object key, String value, long storedNanos) {
      answers.put(key, new Stored<>(value, storedNanos));
    }

    @Override
    public Stored<String> get(Object key) {
      return answers.get(key);
    }

    @Override
    public void remove(Object key) {
      answers.remove(key);
    }

    @Override
    public void clear() {
      answers.clear();
    }
  }
}
