package io.foreguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.evidence.Outcome;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.ManualClock;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import io.foreguard.timeout.TimeoutExceededException;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedThreadPoolBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedTimeLimiterMetrics;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds the meters under Resilience4j's names against those of resilience4j-micrometer itself. */
class Resilience4jMetersTest {
  private static final Path DOC = Path.of("..", "docs", "telemetry.md");
  private static final int WINDOW = 10;

  private final ManualClock clock = new ManualClock();
  private final ForeguardRegistry registry = ForeguardRegistry.builder().clock(clock).build();
  private final ForeguardMeterBinder binder =
      ForeguardMeterBinder.of(registry, MeterNaming.RESILIENCE4J);
  private final CircuitBreakerRegistry theirBreakers =
      CircuitBreakerRegistry.of(
          io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
              .slidingWindowSize(WINDOW)
              .minimumNumberOfCalls(WINDOW)
              .ignoreExceptions(InterruptedException.class)
              .build());
  private final ThreadPoolBulkheadRegistry theirPools =
      ThreadPoolBulkheadRegistry.of(
          io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig.custom()
              .maxThreadPoolSize(4)
              .coreThreadPoolSize(2)
              .queueCapacity(3)
              .build());
  private final SimpleMeterRegistry ours = new SimpleMeterRegistry();
  private final SimpleMeterRegistry theirs = new SimpleMeterRegistry();

  @AfterEach
  void close() throws Exception {
    theirPools.close();
    registry.threadPoolBulkheads().entries().forEach(ThreadPoolBulkhead::close);
  }

  @Test
  void areTheMetersOfResilience4j() {
    addEverything();
    bindTheirs(theirs);
    binder.bindTo(ours);
    assertThat(series(ours)).isEqualTo(series(theirs)).hasSizeGreaterThan(30);
    assertThat(values(ours)).isEqualTo(values(theirs));
  }

  @Test
  void areThoseOfResilience4jInPrometheusToo() {
    addEverything();
    PrometheusMeterRegistry ourPrometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    PrometheusMeterRegistry theirPrometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    bindTheirs(theirPrometheus);
    binder.bindTo(ourPrometheus);
    assertThat(scraped(ourPrometheus))
        .isEqualTo(scraped(theirPrometheus))
        .contains("resilience4j_circuitbreaker_failure_rate{name=\"db\"}")
        .contains("# TYPE resilience4j_retry_calls_total counter");
  }

  @Test
  void sayOfABreakerWhatResilience4jSays() {
    addBreakers();
    bindTheirs(theirs);
    binder.bindTo(ours);
    CircuitBreaker breaker = registry.circuitBreaker("db");
    var theirBreaker = theirBreakers.circuitBreaker("db");

    both(5, () -> "answer");
    assertThat(values(ours)).isEqualTo(values(theirs));
    both(4, Resilience4jMetersTest::fail);
    both(
        1,
        () -> {
          throw new InterruptedException();
        });
    assertThat(values(ours)).isEqualTo(values(theirs));
    both(3, () -> "answer");
    assertThat(values(ours)).isEqualTo(values(theirs));
    assertThat(value("failure.rate")).isEqualTo(40);
    both(12, Resilience4jMetersTest::fail);
    assertThat(values(ours)).isEqualTo(values(theirs));
    assertThat(value("not.permitted.calls")).isPositive();
    theirBreaker.transitionToForcedOpenState();
    breaker.mode(Mode.FORCED_OPEN);
    both(2, () -> "unreached");
    assertThat(states(ours)).isEqualTo(states(theirs));
    theirBreaker.transitionToDisabledState();
    breaker.mode(Mode.DISABLED);
    assertThat(states(ours)).isEqualTo(states(theirs));
    theirBreaker.transitionToMetricsOnlyState();
    breaker.mode(Mode.SHADOW);
    assertThat(states(ours)).isEqualTo(states(theirs));
  }

  @Test
  void sayHowLongCallsTookAndWhichWereSlow() {
    CircuitBreaker breaker =
        registry.circuitBreaker(
            "db",
            CircuitBreakerConfig.builder()
                .policy(classic())
                .slowCallDuration(Duration.ofSeconds(2))
                .build());
    binder.bindTo(ours);
    for (int i = 0; i < WINDOW; i++) {
      var permit = breaker.acquire();
      clock.advance(Duration.ofSeconds(i < 4 ? 3 : 1));
      permit.record(i == 0 ? Outcome.TIMEOUT : Outcome.SUCCESS);
    }
    assertThat(value("slow.call.rate")).isEqualTo(30);
    assertThat(value("failure.rate")).isEqualTo(10);
    assertThat(
            ours.get("resilience4j.circuitbreaker.calls")
                .tag("kind", "successful")
                .timer()
                .totalTime(TimeUnit.SECONDS))
        .isEqualTo(3 * 3 + 6, within(1e-9));
    assertThat(
            ours.get("resilience4j.circuitbreaker.slow.calls")
                .tag("kind", "successful")
                .gauge()
                .value())
        .isEqualTo(3);
  }

  @Test
  void countTheEndsOfCallsUnderATimeout() {
    Timeout timeout = registry.timeouts().get("db", TimeoutConfig.of(Duration.ofSeconds(1)));
    binder.bindTo(ours);
    quietly(timeout.decorate(() -> "answer"));
    quietly(timeout.decorate(Resilience4jMetersTest::fail));
    quietly(
        timeout.decorate(
            () -> {
              clock.advance(Duration.ofSeconds(2));
              return "late";
            }));
    CompletableFuture<String> answered = new CompletableFuture<>();
    CompletableFuture<String> failed = new CompletableFuture<>();
    CompletableFuture<String> late = new CompletableFuture<>();
    List.of(answered, failed, late).forEach(body -> timeout.callAsync(() -> body));
    answered.complete("answer");
    failed.completeExceptionally(new IOException("down"));
    clock.advance(Duration.ofSeconds(2));
    late.complete("late");
    CompletableFuture<String> cancelled =
        timeout.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
    assertThat(cancelled.cancel(true)).isTrue();

    for (String kind : List.of("successful", "failed", "timeout")) {
      assertThat(
              ours.get("resilience4j.timelimiter.calls")
                  .tag("kind", kind)
                  .functionCounter()
                  .count())
          .as(kind)
          .isEqualTo(2);
    }
  }

  @Test
  void comeAndGoWithThePartAndStandBesideForeguardsOwnIfAskedFor() {
    ForeguardMeterBinder twice = ForeguardMeterBinder.of(registry, MeterNaming.BOTH);
    twice.bindTo(ours);
    assertThat(ours.getMeters()).isEmpty();
    registry.circuitBreaker("db");
    assertThat(prefixes()).containsExactlyInAnyOrder("foreguard", "resilience4j");
    registry.circuitBreakers().remove("db");
    assertThat(ours.getMeters()).isEmpty();

    registry.circuitBreaker("db");
    registry.retry("db");
    twice.close();
    assertThat(ours.getMeters()).isEmpty();
    binder.bindTo(ours);
    assertThat(prefixes()).containsExactly("resilience4j");
    binder.close();
    assertThat(ours.getMeters()).isEmpty();
  }

  @Test
  void areTheTableOfTheDocumentation() throws IOException {
    addEverything();
    binder.bindTo(ours);
    assertThat(
            ours.getMeters().stream()
                .map(meter -> row(meter.getId().getName(), meter.getId()))
                .collect(Collectors.toSet()))
        .isEqualTo(
            Arrays.stream(Resilience4jMeter.values())
                .map(row -> row(row.meterName(), row.type(), row.description(), row.tags()))
                .collect(Collectors.toSet()));
    assertThat(Files.readString(DOC).lines().filter(l -> l.startsWith("| `resilience4j.")).toList())
        .containsExactlyElementsOf(
            Arrays.stream(Resilience4jMeter.values())
                .map(row -> row(row.meterName(), row.type(), row.description(), row.tags()))
                .toList());
  }

  private static String row(String name, Meter.Id id) {
    return row(
        name,
        id.getType(),
        id.getDescription(),
        id.getTags().stream().map(Tag::getKey).sorted(byNameFirst()).toList());
  }

  private static Comparator<String> byNameFirst() {
    return Comparator.comparing((String key) -> !key.equals("name"));
  }

  private static String row(String name, Meter.Type type, String description, List<String> tags) {
    return "| `"
        + name
        + "` | "
        + type.name().toLowerCase(Locale.ROOT)
        + " | "
        + description
        + " | "
        + tags.stream().collect(Collectors.joining("`, `", "`", "`"))
        + " |";
  }

  private void addEverything() {
    addBreakers();
    registry.bulkhead(
        "db", io.foreguard.bulkhead.BulkheadConfig.builder().maxConcurrentCalls(25).build());
    registry
        .threadPoolBulkheads()
        .get(
            "pool",
            io.foreguard.bulkhead.ThreadPoolBulkheadConfig.builder()
                .maxThreads(4)
                .coreThreads(2)
                .queueCapacity(3)
                .build());
    registry.retry("db");
    registry.timeouts().get("db", TimeoutConfig.of(Duration.ofSeconds(1)));
  }

  private void addBreakers() {
    registry.circuitBreaker("db", CircuitBreakerConfig.builder().policy(classic()).build());
    theirBreakers.circuitBreaker("db");
  }

  private static ClassicPolicy classic() {
    return ClassicPolicy.builder()
        .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, WINDOW)
        .minimumCalls(WINDOW)
        .build();
  }

  private void bindTheirs(MeterRegistry meters) {
    BulkheadRegistry bulkheads = BulkheadRegistry.ofDefaults();
    RetryRegistry retries = RetryRegistry.ofDefaults();
    TimeLimiterRegistry limiters = TimeLimiterRegistry.ofDefaults();
    bulkheads.bulkhead("db");
    theirPools.bulkhead("pool");
    retries.retry("db");
    limiters.timeLimiter("db");
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(theirBreakers).bindTo(meters);
    if (!registry.bulkheads().entries().isEmpty()) {
      TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(meters);
      TaggedThreadPoolBulkheadMetrics.ofThreadPoolBulkheadRegistry(theirPools).bindTo(meters);
      TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(meters);
      TaggedTimeLimiterMetrics.ofTimeLimiterRegistry(limiters).bindTo(meters);
    }
  }

  private void both(int times, Callable<String> body) {
    for (int i = 0; i < times; i++) {
      quietly(registry.circuitBreaker("db").decorate(body));
      quietly(theirBreakers.circuitBreaker("db").decorateCallable(body));
    }
  }

  private static void quietly(Callable<String> call) {
    try {
      assertThat(call.call()).isEqualTo("answer");
    } catch (InterruptedException
        | IOException
        | TimeoutExceededException
        | io.foreguard.CallRejectedException
        | io.github.resilience4j.circuitbreaker.CallNotPermittedException expected) {
      assertThat(expected).isNotNull();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String fail() throws IOException {
    throw new IOException("down");
  }

  private double value(String meter) {
    return ours.get("resilience4j.circuitbreaker." + meter)
        .tag("name", "db")
        .meter()
        .measure()
        .iterator()
        .next()
        .getValue();
  }

  private Set<String> prefixes() {
    return ours.getMeters().stream()
        .map(meter -> meter.getId().getName().split("\\.", 2)[0])
        .collect(Collectors.toSet());
  }

  private static Set<String> series(MeterRegistry meters) {
    return meters.getMeters().stream().map(m -> series(m.getId())).collect(Collectors.toSet());
  }

  private static String series(Meter.Id id) {
    return id.getName() + id.getTags() + id.getType() + id.getBaseUnit();
  }

  /** What every series says; how often, where it says how long. */
  private static Map<String, Double> values(MeterRegistry meters) {
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : meters.getMeters()) {
      StreamSupport.stream(meter.measure().spliterator(), false)
          .filter(m -> m.getStatistic() != Statistic.MAX)
          .filter(m -> m.getStatistic() != Statistic.TOTAL_TIME)
          .forEach(m -> values.put(series(meter.getId()), m.getValue()));
    }
    return values;
  }

  private static Map<String, Double> states(MeterRegistry meters) {
    Map<String, Double> values = values(meters);
    values.keySet().removeIf(series -> !series.contains(".state["));
    return values;
  }

  /** Types and series, without values and help. */
  private static List<String> scraped(PrometheusMeterRegistry meters) {
    return meters
        .scrape()
        .lines()
        .filter(line -> !line.startsWith("# HELP"))
        .map(line -> line.startsWith("#") ? line : line.substring(0, line.lastIndexOf(' ')))
        .toList();
  }
}
