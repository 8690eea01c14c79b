package io.foreguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.hedge.RefusalReason;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForeguardMeterBinderTest {
  private static final Path DOC = Path.of("..", "docs", "telemetry.md");

  private final ManualClock clock = new ManualClock();
  private final ForeguardRegistry registry =
      ForeguardRegistry.builder()
          .clock(clock)
          .circuitBreakerDefaults(
              CircuitBreakerConfig.builder()
                  .policy(
                      ClassicPolicy.builder()
                          .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 10)
                          .minimumCalls(10)
                          .openDuration(Duration.ofSeconds(30))
                          .halfOpenCalls(3)
                          .build())
                  .build())
          .build();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ForeguardMeterBinder binder = ForeguardMeterBinder.of(registry);

  @Test
  void countsWhatTheBreakerCountsThroughOutageAndRecovery() {
    binder.bindTo(meters);
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");

    calls(breaker, 20, this::answer);
    agree(breaker);
    calls(breaker, 30, this::fail);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    agree(breaker);
    clock.advance(Duration.ofSeconds(31));
    calls(breaker, 1, this::answer);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    agree(breaker);
    calls(breaker, 10, this::answer);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    agree(breaker);

    assertThat(breaker.metrics().rejected()).isPositive();
    assertThat(meters.find("foreguard.circuit.breaker.transitions").counters())
        .as("each that can be, from the start")
        .hasSize(12)
        .filteredOn(counter -> counter.count() > 0)
        .hasSize(3)
        .allSatisfy(counter -> assertThat(counter.count()).isEqualTo(1));
    breaker.mode(Mode.SHADOW);
    calls(breaker, 30, this::fail);
    assertThat(breaker.metrics().shadowRejected()).isPositive();
    assertThat(decisions("reject", "true")).isEqualTo((double) breaker.metrics().shadowRejected());
  }

  @Test
  void measuresHowLongCallsTook() {
    binder.bindTo(meters);
    calls(registry.circuitBreaker("loyalty"), 5, this::answer);
    Timer timer =
        meters
            .get("foreguard.circuit.breaker.calls")
            .tags("name", "loyalty", "outcome", "success")
            .timer();
    assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(100, within(1e-6));
  }

  @Test
  void addsAndRemovesMetersWithTheEntries() {
    CircuitBreaker breaker = registry.circuitBreaker("before");
    binder.bindTo(meters);
    registry.guard(
        "after", guard -> guard.timeout(Duration.ofSeconds(1)).hedge(HedgeConfig.defaults()));
    registry.bulkhead("after");
    registry.retry("after");
    assertThat(names("before")).isNotEmpty();
    assertThat(names("after"))
        .contains(
            "foreguard.circuit.breaker.state",
            "foreguard.timeout.expirations",
            "foreguard.bulkhead.limit",
            "foreguard.retry.attempts",
            "foreguard.hedge.attempts");

    registry.circuitBreakers().remove("before");
    calls(breaker, 30, this::fail);
    assertThat(names("before")).isEmpty();

    registry.circuitBreaker("before");
    assertThat(
            meters
                .get("foreguard.circuit.breaker.calls")
                .tags("name", "before", "outcome", "failure")
                .timer()
                .count())
        .isZero();
  }

  @Test
  void leavesNothingBehindWhenClosed() {
    MeterRegistry second = new SimpleMeterRegistry();
    binder.bindTo(meters);
    binder.bindTo(meters);
    binder.bindTo(second);
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");
    calls(breaker, 1, this::answer);
    assertThat(
            second
                .get("foreguard.circuit.breaker.calls")
                .tags("outcome", "success")
                .timer()
                .count())
        .isEqualTo(1);

    binder.close();
    binder.close();
    calls(breaker, 30, this::fail);
    registry.retry("late");
    binder.bindTo(meters);

    assertThat(meters.getMeters()).isEmpty();
    assertThat(second.getMeters()).isEmpty();
  }

  @Test
  void keepsWhatItReadsAlive() {
    WeakReference<Bulkhead> bulkhead = registerAndForget();
    System.gc(); // would take what is only weakly held
    assertThat(bulkhead.get()).isNotNull();
    bulkhead.get().resize(7);
    assertThat(gauge("foreguard.bulkhead.limit", "name", "forgotten")).isEqualTo(7);
  }

  private WeakReference<Bulkhead> registerAndForget() {
    Bulkhead bulkhead = Bulkhead.of("forgotten");
    new OwnMeters().register(bulkhead, new PartMeters(meters));
    return new WeakReference<>(bulkhead);
  }

  @Test
  void aMeterRegistryThatThrowsReachesNoCall() throws Exception {
    MeterRegistry broken = new SimpleMeterRegistry();
    binder.bindTo(broken);
    CircuitBreaker breaker = registry.circuitBreaker("loyalty");
    broken
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                throw new IllegalStateException("broken filter");
              }
            });
    calls(breaker, 30, this::fail);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(breaker.metrics().inFlight()).isZero();
    assertThat(registry.circuitBreaker("other").call(() -> "answer")).isEqualTo("answer");
  }

  @Test
  void tellsWhatAMonitoredModelKnowsOfItself() {
    binder.bindTo(meters);
    BrokenModel model = new BrokenModel();
    registry.circuitBreaker("advised", CircuitBreakerConfig.builder().model(model).build());
    registry.circuitBreaker("plain");
    String error = "foreguard.prediction.calibration.error";
    String drift = "foreguard.prediction.drift";

    assertThat(gauge(error, "name", "advised")).isZero();
    assertThat(gauge(drift, "name", "advised")).isZero();
    model.known = true;
    assertThat(gauge(error, "name", "advised")).isEqualTo(.25);
    assertThat(gauge(drift, "name", "advised")).isEqualTo(.5);
    model.known = false;
    assertThat(gauge(error, "name", "advised")).isEqualTo(.25);
    assertThat(gauge(drift, "name", "advised")).isEqualTo(.5);
    assertThat(names("plain")).doesNotContain(error, drift);
  }

  @Test
  void listsExactlyTheMetersThereAre() throws Exception {
    playEverything();

    assertThat(
            meters.getMeters().stream().map(m -> m.getId().getName()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ForeguardMeter.values()).map(ForeguardMeter::meterName).toList());
    for (Meter meter : meters.getMeters()) {
      Meter.Id id = meter.getId();
      ForeguardMeter row =
          Arrays.stream(ForeguardMeter.values())
              .filter(m -> m.meterName().equals(id.getName()))
              .findAny()
              .orElseThrow();
      assertThat(id.getType()).as(id.getName()).isEqualTo(row.type());
      assertThat(id.getDescription()).isEqualTo(row.description());
      assertThat(id.getBaseUnit()).as(id.getName()).isEqualTo(row.unit());
      assertThat(id.getTags())
          .extracting(Tag::getKey)
          .containsExactlyInAnyOrderElementsOf(row.tags());
      for (Measurement measurement : meter.measure()) {
        assertThat(measurement.getValue()).as(id.toString()).isFinite();
      }
    }
  }

  @Test
  void isTheTableOfTheDocumentation() throws IOException {
    List<String> expected =
        Arrays.stream(ForeguardMeter.values())
            .map(
                meter ->
                    "| `"
                        + meter.meterName()
                        + "` | "
                        + meter.type().name().toLowerCase(Locale.ROOT)
                        + " | "
                        + (meter.unit() == null ? "" : meter.unit() + " ")
                        + "| "
                        + meter.description()
                        + " | "
                        + meter.tags().stream().collect(Collectors.joining("`, `", "`", "`"))
                        + " |")
            .toList();
    String doc = Files.readString(DOC);
    assertThat(
            doc.substring(doc.indexOf("## Micrometer"))
                .lines()
                .filter(line -> line.startsWith("| `foreguard."))
                .toList())
        .containsExactlyElementsOf(expected);
  }

  private void playEverything() throws Exception {
    binder.bindTo(meters);
    calls(registry.circuitBreaker("loyalty"), 30, this::fail);
    calls(
        registry.circuitBreaker(
            "advised", CircuitBreakerConfig.builder().model(new BrokenModel()).build()),
        10,
        this::fail);
    Bulkhead bulkhead =
        registry.bulkhead("db", BulkheadConfig.builder().maxConcurrentCalls(1).build());
    try (BulkheadPermit permit = bulkhead.acquire()) {
      assertThat(permit).isNotNull();
      assertThat(bulkhead.tryAcquire()).isEmpty();
    }
    assertThat(
            meters.get("foreguard.bulkhead.rejections").tag("name", "db").functionCounter().count())
        .isEqualTo(1);
    Retry retry = registry.retry("db", RetryConfig.builder().maxAttempts(2).build());
    calls(retry.decorate(this::fail));
    assertThat(
            meters
                .get("foreguard.retry.attempts")
                .tags("name", "db", "kind", "retry")
                .functionCounter()
                .count())
        .isEqualTo((double) retry.metrics().retries())
        .isEqualTo(1);
    registry.guard("slow", guard -> guard.timeout(Duration.ofSeconds(1)));
    playHedge();
    playFallback();
  }

  /** Three slow calls, and room for two hedges. */
  private void playHedge() {
    HedgeConfig config =
        HedgeConfig.builder().fixedDelay(Duration.ofMillis(50)).budgetBurst(2).build();
    Guard guard = registry.guard("twice", g -> g.hedge(config));
    CompletableFuture<String> second = CompletableFuture.completedFuture("answer");
    for (int i = 0; i < 3; i++) {
      Iterator<CompletableFuture<String>> attempts =
          List.of(new CompletableFuture<String>(), second).iterator();
      CompletionStage<String> call = guard.callAsync(attempts::next);
      clock.advance(Duration.ofMillis(50));
      assertThat(call.toCompletableFuture().isDone()).isEqualTo(i < 2);
    }
    Hedge hedge = guard.hedge().orElseThrow();
    assertThat(hedge("attempts", "kind", "first")).isEqualTo(3);
    assertThat(hedge("attempts", "kind", "hedge")).isEqualTo(2);
    assertThat(hedge("wins", "name", "twice")).isEqualTo(2);
    for (RefusalReason reason : RefusalReason.values()) {
      assertThat(hedge("refusals", "reason", Words.of(reason)))
          .isEqualTo((double) hedge.metrics().refusals(reason));
    }
    assertThat(hedge("refusals", "reason", "budget")).isEqualTo(1);
    assertThat(gauge("foreguard.hedge.budget.utilization", "name", "twice"))
        .isEqualTo(hedge.budget().utilization())
        .isPositive();
  }

  private double hedge(String meter, String key, String value) {
    return meters.get("foreguard.hedge." + meter).tag(key, value).functionCounter().count();
  }

  private void playFallback() throws Exception {
    Fallback<String> fallback =
        Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)), clock)
            .named("profile");
    binder.observe(fallback);
    assertThat(fallback.call("key", () -> "fresh")).isEqualTo("fresh");
    clock.advance(Duration.ofSeconds(7));
    assertThat(fallback.call("key", this::fail)).isEqualTo("fresh");
    assertThat(
            meters
                .get("foreguard.fallback.served")
                .tag("source", "stale")
                .functionCounter()
                .count())
        .isEqualTo(1);
    assertThat(meters.get("foreguard.fallback.age").timer().totalTime(TimeUnit.SECONDS))
        .isEqualTo(7.02, within(1e-9));
  }

  private void agree(CircuitBreaker breaker) {
    CircuitBreakerMetrics metrics = breaker.metrics();
    for (Outcome outcome : Outcome.values()) {
      assertThat(
              meters
                  .get("foreguard.circuit.breaker.calls")
                  .tags("name", breaker.name(), "outcome", Words.of(outcome))
                  .timer()
                  .count())
          .as(outcome.name())
          .isEqualTo(metrics.calls(outcome));
    }
    assertThat(decisions("reject", "false")).isEqualTo((double) metrics.rejected());
    assertThat(decisions("probe", "false")).isEqualTo((double) metrics.probes());
    assertThat(decisions("admit", "false"))
        .isEqualTo((double) (metrics.calls() - metrics.probes()));
    for (State state : State.values()) {
      assertThat(gauge("foreguard.circuit.breaker.state", "state", Words.of(state)))
          .isEqualTo(state == breaker.state() ? 1 : 0);
    }
    String name = breaker.name();
    assertThat(gauge("foreguard.circuit.breaker.admission.share", "name", name))
        .isEqualTo(breaker.admissionShare());
    assertThat(gauge("foreguard.prediction.success.probability", "name", name))
        .isEqualTo(breaker.estimate().probability());
    assertThat(gauge("foreguard.prediction.threshold", "name", name))
        .isEqualTo(breaker.explain().threshold());
  }

  private double decisions(String decision, String shadow) {
    return meters
        .get("foreguard.prediction.decisions")
        .tags("name", "loyalty", "decision", decision, "shadow", shadow)
        .meters()
        .stream()
        .mapToDouble(counter -> counter.measure().iterator().next().getValue())
        .sum();
  }

  private double gauge(String meter, String key, String value) {
    return meters.get(meter).tag(key, value).gauge().value();
  }

  private Set<String> names(String part) {
    return meters.getMeters().stream()
        .filter(meter -> part.equals(meter.getId().getTag("name")))
        .map(meter -> meter.getId().getName())
        .collect(Collectors.toSet());
  }

  private String answer() {
    clock.advance(Duration.ofMillis(20));
    return "answer";
  }

  private String fail() throws IOException {
    clock.advance(Duration.ofMillis(20));
    throw new IOException("down");
  }

  private static void calls(CircuitBreaker breaker, int times, Callable<String> body) {
    for (int i = 0; i < times; i++) {
      calls(breaker.decorate(body));
    }
  }

  private static void calls(Callable<String> call) {
    try {
      assertThat(call.call()).isEqualTo("answer");
    } catch (CircuitOpenException | IOException expected) {
      assertThat(expected).hasMessageMatching("(?s)down|Call to .*");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static final class BrokenModel implements MonitoredModel {
    private volatile boolean known;

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public double calibrationError() {
      return known ? .25 : Double.NaN;
    }

    @Override
    public double drift() {
      return known ? .5 : Double.NaN;
    }

    @Override
    public Estimate estimate(Signals signals) {
      throw new IllegalStateException("no weights");
    }
  }
}
