package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_NAME;
import static io.foreguard.otel.ForeguardAttributes.BULKHEAD_TYPE;
import static io.foreguard.otel.ForeguardAttributes.CALL_OUTCOME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_STATE;
import static io.foreguard.otel.ForeguardAttributes.DECISION;
import static io.foreguard.otel.ForeguardAttributes.ERROR_TYPE;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_NAME;
import static io.foreguard.otel.ForeguardAttributes.HEDGE_REFUSAL_REASON;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_SHADOW;
import static io.foreguard.otel.ForeguardAttributes.RETRY_ATTEMPT_KIND;
import static io.foreguard.otel.ForeguardAttributes.RETRY_NAME;
import static io.foreguard.otel.ForeguardAttributes.RETRY_RESULT;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_FROM;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.event.Subscription;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeAdvisor;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.hedge.RefusalReason;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryBudget;
import io.foreguard.retry.RetryConfig;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForeguardTelemetryTest {
  private static final Attributes LOYALTY = Attributes.of(CIRCUIT_BREAKER_NAME, "loyalty");

  private final Recorder recorder = new Recorder();
  private final Incident incident = new Incident();
  private final ForeguardTelemetry telemetry = ForeguardTelemetry.create(recorder.sdk);

  @AfterEach
  void close() {
    telemetry.close();
    recorder.close();
  }

  @Test
  void countsWhatTheBreakerCountsThroughOutageAndRecovery() {
    telemetry.observe(incident.registry);
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty", Incident.classic());

    incident.succeed(breaker, 20);
    agree(breaker);
    incident.fail(breaker, 30);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    agree(breaker);
    incident.clock.advance(Duration.ofSeconds(31));
    incident.succeed(breaker, 1);
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    agree(breaker);
    incident.succeed(breaker, 10);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    agree(breaker);

    assertThat(breaker.metrics().rejected()).isPositive();
    assertThat(breaker.metrics().probes()).isEqualTo(3);
    for (State[] move :
        new State[][] {
          {State.CLOSED, State.OPEN}, {State.OPEN, State.HALF_OPEN}, {State.HALF_OPEN, State.CLOSED}
        }) {
      Attributes which =
          LOYALTY.toBuilder()
              .put(TRANSITION_FROM, Words.of(move[0]))
              .put(TRANSITION_TO, Words.of(move[1]))
              .build();
      assertThat(recorder.value(ForeguardMetric.CIRCUIT_BREAKER_TRANSITIONS, which)).isEqualTo(1);
    }
    assertThat(recorder.points(ForeguardMetric.CIRCUIT_BREAKER_TRANSITIONS)).hasSize(3);
  }

  @Test
  void countsWhatThePredictiveBreakerCountsAndWhatShadowModeWouldDo() {
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty");
    telemetry.observe(incident.registry);

    incident.playOutage(breaker);
    agree(breaker);
    assertThat(breaker.metrics().rejected()).isPositive();
    incident.succeed(breaker, 200);
    incident.playShadow(breaker);

    double wouldHave =
        recorder.sum(
            ForeguardMetric.PREDICTION_DECISIONS,
            LOYALTY.toBuilder().put(REJECTION_SHADOW, true).build());
    assertThat(wouldHave).isPositive().isEqualTo((double) breaker.metrics().shadowRejected());
  }

  private void agree(CircuitBreaker breaker) {
    CircuitBreakerMetrics metrics = breaker.metrics();
    for (Outcome outcome : Outcome.values()) {
      assertThat(
              recorder.sum(
                  ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION,
                  LOYALTY.toBuilder().put(CALL_OUTCOME, Words.of(outcome)).build()))
          .as(outcome.name())
          .isEqualTo((double) metrics.calls(outcome));
    }
    assertThat(decisions("reject")).isEqualTo((double) metrics.rejected());
    assertThat(decisions("probe")).isEqualTo((double) metrics.probes());
    assertThat(decisions("admit")).isEqualTo((double) (metrics.calls() - metrics.probes()));
    for (State state : State.values()) {
      assertThat(
              recorder.value(
                  ForeguardMetric.CIRCUIT_BREAKER_STATUS,
                  LOYALTY.toBuilder().put(CIRCUIT_BREAKER_STATE, Words.of(state)).build()))
          .isEqualTo(state == breaker.state() ? 1 : 0);
    }
    assertThat(recorder.value(ForeguardMetric.CIRCUIT_BREAKER_ADMISSION_SHARE, LOYALTY))
        .isEqualTo(breaker.admissionShare());
    assertThat(recorder.value(ForeguardMetric.PREDICTION_THRESHOLD, LOYALTY))
        .isEqualTo(breaker.explain().threshold());
    assertThat(recorder.sum(ForeguardMetric.PREDICTION_SUCCESS_PROBABILITY, LOYALTY))
        .isEqualTo(breaker.estimate().probability());
  }

  private double decisions(String word) {
    return recorder.sum(
        ForeguardMetric.PREDICTION_DECISIONS, LOYALTY.toBuilder().put(DECISION, word).build());
  }

  @Test
  void measuresDurationsInSecondsAndNamesErrorsOnFailuresOnly() {
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty");
    telemetry.observe(incident.registry);
    incident.succeed(breaker, 5);
    incident.fail(breaker, 1);

    MetricData durations =
        recorder.metrics().get(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION.metricName());
    assertThat(durations.getHistogramData().getPoints())
        .hasSize(2)
        .allSatisfy(
            point -> assertThat(point.getSum() / point.getCount()).isEqualTo(.02, within(1e-9)));
    assertThat(durations.getHistogramData().getPoints())
        .extracting(point -> point.getAttributes().get(ERROR_TYPE))
        .containsExactlyInAnyOrder(null, "_OTHER");
  }

  @Test
  void reportsUnderItsOwnScope() {
    telemetry.observe(incident.registry);
    incident.playOutage(incident.registry.circuitBreaker("loyalty"));

    InstrumentationScopeInfo metrics =
        recorder.metrics().values().iterator().next().getInstrumentationScopeInfo();
    assertThat(metrics.getName()).isEqualTo("io.foreguard");
    assertThat(metrics.getVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(metrics.getSchemaUrl()).isEqualTo(Scope.SCHEMA_URL);
    assertThat(recorder.logs())
        .isNotEmpty()
        .allSatisfy(log -> assertThat(log.getInstrumentationScopeInfo()).isEqualTo(metrics));
  }

  @Test
  void removesWhatTheRegistryRemovesAndAddsWhatComes() {
    telemetry.observe(incident.registry);
    CircuitBreaker first = incident.registry.circuitBreaker("loyalty");
    incident.registry.bulkhead("loyalty");
    incident.registry.retry("loyalty");
    assertThat(recorder.points(ForeguardMetric.CIRCUIT_BREAKER_STATUS)).hasSize(4);

    incident.registry.circuitBreakers().remove("loyalty");
    incident.registry.bulkheads().remove("loyalty");
    incident.registry.retries().remove("loyalty");
    incident.playOutage(first);

    assertThat(recorder.metrics()).isEmpty();
    assertThat(recorder.logs()).isEmpty();
    incident.registry.circuitBreaker("loyalty");
    assertThat(recorder.points(ForeguardMetric.CIRCUIT_BREAKER_STATUS)).hasSize(4);
  }

  @Test
  void reportsOnceWhatIsObservedTwiceUntilNobodyAsksForIt() {
    Guard guard = incident.registry.guard("loyalty");
    Subscription all = telemetry.observe(incident.registry);
    Subscription one = telemetry.observe(guard);
    incident.succeed(guard.circuitBreaker(), 3);
    assertThat(recorder.sum(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION, LOYALTY)).isEqualTo(3);

    all.close();
    all.close();
    incident.succeed(guard.circuitBreaker(), 1);
    assertThat(recorder.sum(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION, LOYALTY)).isEqualTo(4);
    one.close();
    incident.succeed(guard.circuitBreaker(), 1);
    assertThat(recorder.sum(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION, LOYALTY)).isEqualTo(4);
  }

  @Test
  void stopsWhenClosed() {
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty");
    telemetry.observe(incident.registry);
    incident.succeed(breaker, 2);

    telemetry.close();
    telemetry.close();
    incident.playOutage(breaker);
    incident.registry.bulkhead("late");
    telemetry.observe(Guard.of("later"));

    Map<String, MetricData> left = recorder.metrics();
    assertThat(left.keySet())
        .containsExactly(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION.metricName());
    assertThat(recorder.sum(ForeguardMetric.CIRCUIT_BREAKER_CALL_DURATION, LOYALTY)).isEqualTo(2);
    assertThat(recorder.logs()).isEmpty();
  }

  @Test
  void countsWhatBulkheadAndRetryCount() throws Exception {
    telemetry.observe(incident.registry);
    Bulkhead bulkhead = incident.registry.bulkhead("db", Incident.single());
    Retry retry =
        incident.registry.retry(
            "db", RetryConfig.builder().maxAttempts(3).budget(RetryBudget.of(.1, 2)).build());
    Incident.refuse(bulkhead, 4);
    for (int i = 0; i < 3; i++) {
      try {
        retry.call(
            () -> {
              throw new IOException("down");
            });
      } catch (IOException expected) {
        assertThat(expected).hasMessage("down");
      }
    }
    retry.call(() -> "answer");

    Attributes semaphore = Attributes.of(BULKHEAD_NAME, "db", BULKHEAD_TYPE, "semaphore");
    assertThat(recorder.value(ForeguardMetric.BULKHEAD_REJECTIONS, semaphore)).isEqualTo(4);
    assertThat(recorder.value(ForeguardMetric.BULKHEAD_LIMIT, semaphore)).isEqualTo(1);
    assertThat(recorder.value(ForeguardMetric.BULKHEAD_USAGE, semaphore)).isZero();
    Attributes name = Attributes.of(RETRY_NAME, "db");
    assertThat(
            recorder.value(
                ForeguardMetric.RETRY_ATTEMPTS,
                name.toBuilder().put(RETRY_ATTEMPT_KIND, "retry").build()))
        .isEqualTo((double) retry.metrics().retries())
        .isEqualTo(2);
    assertThat(
            recorder.value(
                ForeguardMetric.RETRY_CALLS, name.toBuilder().put(RETRY_RESULT, "failure").build()))
        .isEqualTo(2);
    assertThat(recorder.value(ForeguardMetric.RETRY_BUDGET_UTILIZATION, name))
        .isEqualTo(retry.budget().utilization());
    assertThat(recorder.value(ForeguardMetric.RETRY_BUDGET_REFUSALS, name))
        .isEqualTo((double) retry.metrics().budgetRefusals())
        .isPositive();
  }

  @Test
  void countsWhatAHedgeAndItsViewsCount() {
    HedgeConfig config = HedgeConfig.builder().fixedDelay(Duration.ofMillis(50)).build();
    Hedge hedge = incident.registry.hedges().get("twice", config);
    telemetry.observe(incident.registry);
    CompletableFuture<String> quick = CompletableFuture.completedFuture("answer");
    Iterator<CompletableFuture<String>> attempts =
        List.of(new CompletableFuture<String>(), quick, new CompletableFuture<String>()).iterator();
    for (HedgeAdvisor advisor : List.<HedgeAdvisor>of(n -> true, n -> false)) {
      assertThat(hedge.advisedBy(advisor).callAsync(attempts::next)).isNotNull();
      incident.clock.advance(Duration.ofMillis(50));
    }

    Attributes name = Attributes.of(HEDGE_NAME, "twice");
    assertThat(hedgeAttempts(name, "first")).isEqualTo(2);
    assertThat(hedgeAttempts(name, "hedge")).isEqualTo(1);
    assertThat(recorder.value(ForeguardMetric.HEDGE_WINS, name)).isEqualTo(1);
    for (RefusalReason reason : RefusalReason.values()) {
      Attributes why = name.toBuilder().put(HEDGE_REFUSAL_REASON, Words.of(reason)).build();
      assertThat(recorder.value(ForeguardMetric.HEDGE_REFUSALS, why))
          .isEqualTo(reason == RefusalReason.ADVICE ? 1 : 0);
    }
    assertThat(recorder.value(ForeguardMetric.HEDGE_BUDGET_UTILIZATION, name))
        .isEqualTo(hedge.budget().utilization())
        .isPositive();
    incident.registry.hedges().remove("twice");
    assertThat(recorder.metrics()).isEmpty();
  }

  private double hedgeAttempts(Attributes name, String kind) {
    return recorder.value(
        ForeguardMetric.HEDGE_ATTEMPTS, name.toBuilder().put(HEDGE_ATTEMPT_KIND, kind).build());
  }

  @Test
  void reportsTheHedgeOfAGuardThatIsInNoRegistry() {
    Guard guard = Guard.builder("twice").hedge(HedgeConfig.defaults()).build();
    Subscription handle = telemetry.observe(guard);
    assertThat(recorder.points(ForeguardMetric.HEDGE_WINS)).hasSize(1);
    handle.close();
    assertThat(recorder.points(ForeguardMetric.HEDGE_WINS)).isEmpty();
  }

  @Test
  void spacesRejectionEventsAndCountsThoseLeftOut() {
    telemetry.observe(incident.registry);
    CircuitBreaker breaker = incident.registry.circuitBreaker("loyalty", Incident.classic());
    breaker.transitionToOpen();

    for (int i = 0; i < 50; i++) {
      assertThat(breaker.tryAcquire()).isEmpty();
    }
    assertThat(recorder.logs(ForeguardEvent.CIRCUIT_BREAKER_REJECTION)).hasSize(1);
    incident.clock.advance(Duration.ofMillis(100));
    assertThat(breaker.tryAcquire()).isEmpty();

    List<LogRecordData> events = recorder.logs(ForeguardEvent.CIRCUIT_BREAKER_REJECTION);
    assertThat(events).hasSize(2);
    assertThat(events.get(0).getAttributes().get(ForeguardAttributes.SUPPRESSED)).isNull();
    assertThat(events.get(1).getAttributes().get(ForeguardAttributes.SUPPRESSED)).isEqualTo(49);
    assertThat(recorder.logs(ForeguardEvent.CIRCUIT_BREAKER_TRANSITION))
        .singleElement()
        .satisfies(
            log -> {
              assertThat(log.getSeverity()).isEqualTo(Severity.WARN);
              assertThat(log.getAttributes().get(ForeguardAttributes.TRANSITION_TRIGGER))
                  .isEqualTo("by an operator");
            });
  }

  @Test
  void countsModelsOfUnboundedNumberTogether() {
    Decisions decisions = new Decisions("loyalty", Estimate.of(new Versioned("first"), .9));
    Instruments instruments = new Instruments(recorder.sdk.getMeter("test"), new Failures());
    for (int i = 0; i < 40; i++) {
      decisions.admitted(Estimate.of(new Versioned("v" + i), .9), false);
    }
    instruments.onCollection(() -> decisions.collect(instruments));
    assertThat(recorder.sum(ForeguardMetric.PREDICTION_DECISIONS, LOYALTY)).isEqualTo(40);
    assertThat(recorder.points(ForeguardMetric.PREDICTION_DECISIONS))
        .hasSize(2 * (Decisions.MODELS + 1));
  }

  @Test
  void refusesLimitsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ForeguardTelemetry.builder(recorder.sdk).limitedEventsPerSecond(1_001))
        .withMessage("limitedEventsPerSecond must be in [0, 1000], but was 1001");
  }

  private record Versioned(String version) implements SuccessModel {
    @Override
    public String name() {
      return "versioned";
    }

    @Override
    public Estimate estimate(Signals signals) {
      return Estimate.of(this, .9);
    }
  }
}
