package io.foreguard.predictive.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.Estimate.Contribution;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.forest.Forests;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CallModelTest {
  private static final double EXACT = 1e-9;

  private final ManualClock clock = new ManualClock();
  private final AtomicReference<TrainedCallModel> source = new AtomicReference<>(plain());
  private final CallModel model = new CallModel(source::get, CallFeatures.of(clock));
  private final CircuitBreaker breaker =
      CircuitBreaker.of("points", CircuitBreakerConfig.builder().model(model).build(), clock);

  @Test
  void oneThatOnlyRepeatsTheDefaultModelChangesNothing() {
    CircuitBreaker other = CircuitBreaker.of("points", CircuitBreakerConfig.defaults(), clock);
    for (int i = 0; i < 300; i++) {
      Outcome outcome = i % 9 == 0 ? Outcome.FAILURE : Outcome.SUCCESS;
      Permit one = breaker.acquire();
      Permit two = other.acquire();
      clock.advance(Duration.ofMillis(20));
      one.record(outcome);
      two.record(outcome);

      assertThat(breaker.estimate().model()).isEqualTo("repeats");
      assertThat(breaker.estimate().probability())
          .isCloseTo(other.estimate().probability(), within(i < 27 ? .2 : .05));
    }
    assertThat(breaker.state()).isEqualTo(other.state());
  }

  @Test
  void actsOnLatencyThatTheDefaultModelIsNotTroubledBy() {
    source.set(trained("latency", Map.of("default_log_odds", 1.0, "latency_10", 3.0)));
    calls(500, Duration.ofMillis(10));
    assertThat(breaker.estimate().probability()).isGreaterThan(.9);

    calls(60, Duration.ofMillis(40));

    Estimate estimate = breaker.estimate();
    assertThat(estimate.model()).isEqualTo("latency");
    Contribution strongest =
        estimate.contributions().stream()
            .filter(reason -> reason.signal().equals("latency_10"))
            .findFirst()
            .orElseThrow();
    assertThat(strongest.logOdds()).isBetween(-4.5, -3.0);
    assertThat(strongest.words())
        .matches("recent latency (3[.]9|4[.]0)x the usual one, over 10 calls");
  }

  @Test
  void itsReasonsAddUpFromTheBaseToTheEstimate() {
    source.set(trained("mixed", Map.of("default_log_odds", .8, "latency_3", 2.0, "overdue", 1.0)));
    calls(300, Duration.ofMillis(10));
    calls(5, Duration.ofMillis(35));
    breaker.acquire().record(Outcome.FAILURE);

    Estimate estimate = breaker.estimate();

    assertThat(estimate.baseLogOdds())
        .isCloseTo(-source.get().scorer().baseLogOdds(), within(EXACT));
    assertThat(estimate.contributions()).hasSizeGreaterThan(1);
  }

  @Test
  void staysNearTheDefaultModelWhateverItLearned() {
    source.set(trained("mad", Map.of("failed_usual", 1_000.0)));
    calls(100, Duration.ofMillis(10));

    Estimate estimate = breaker.estimate();
    double byDefault = estimate(CircuitBreakerConfig.defaults());

    double logOdds = Math.log(estimate.probability() / (1 - estimate.probability()));
    assertThat(Math.log(byDefault / (1 - byDefault)) - logOdds)
        .isCloseTo(CallModel.MOST_REFINEMENT, within(.3));
    assertThat(estimate.contributions())
        .anySatisfy(reason -> assertThat(reason.signal()).isEqualTo("bound"));
  }

  @Test
  void anotherScorerTakesOverWithTheHistory() {
    calls(300, Duration.ofMillis(10));
    calls(30, Duration.ofMillis(40));

    source.set(trained("second", Map.of("default_log_odds", 1.0, "latency_10", 3.0)));
    calls(30, Duration.ofMillis(40));

    assertThat(breaker.estimate().model()).isEqualTo("second");
    assertThat(breaker.estimate().contributions())
        .filteredOn(reason -> reason.signal().equals("latency_10"))
        .allSatisfy(reason -> assertThat(reason.logOdds()).isLessThan(-3))
        .hasSize(1);
  }

  @Test
  void aRefusalNamesItsReasons() {
    source.set(trained("latency", Map.of("default_log_odds", 1.0, "latency_10", 3.0)));
    calls(300, Duration.ofMillis(10));
    for (int i = 0; i < 40 && breaker.state() != State.OPEN; i++) {
      breaker.tryAcquire().ifPresent(permit -> permit.record(Outcome.FAILURE));
    }

    assertThatExceptionOfType(CircuitOpenException.class)
        .isThrownBy(() -> breaker.call(() -> "unreached"))
        .withMessageContaining("was rejected")
        .withMessageContaining("(latency 7)")
        .withMessageContaining("by the default model (-");
  }

  @Test
  void watchesForFeaturesThatItDidNotLearnFrom() {
    FeatureReference far = FeatureReference.of(new double[] {1e6, 2e6, 3e6, 4e6});
    source.set(
        new TrainedCallModel(
            "elsewhere",
            "1",
            plain().scorer(),
            Collections.nCopies(FeatureSchema.calls().size(), far)));
    TrustConfig config =
        TrustConfig.builder()
            .mustProve(false)
            .driftInterval(Duration.ofSeconds(1))
            .driftMemory(100)
            .build();
    TrustedModel trusted = TrustedModel.of("points", model, config);
    CircuitBreaker watched =
        CircuitBreaker.of("points", CircuitBreakerConfig.builder().model(trusted).build(), clock);
    for (int i = 0; i < 20_000 && trusted.distrust().isEmpty(); i++) {
      Permit permit = watched.acquire();
      clock.advance(Duration.ofMillis(20));
      permit.record(Outcome.SUCCESS);
    }

    assertThat(trusted.distrust()).contains("drifted", "latency_10");
  }

  @Test
  void aLargeForestIsAskedOnABackgroundThread() {
    assertThat(model.isCheap()).isTrue();

    source.set(
        new TrainedCallModel(
            "large",
            "1",
            new CalibratedScorer(
                Forests.random(FeatureSchema.calls().size(), 400, 6, 1), Calibration.none())));
    assertThat(model.isCheap()).isFalse();

    source.set(
        new TrainedCallModel(
            "small",
            "1",
            new CalibratedScorer(
                Forests.random(FeatureSchema.calls().size(), 100, 8, 1), Calibration.none())));
    assertThat(model.isCheap()).isTrue();
  }

  @Test
  void refusesAScorerOfOtherFeatures() {
    CalibratedScorer small =
        new CalibratedScorer(
            LinearScorer.of(new double[2], 0, new double[2]), Calibration.sigmoid(1, 0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainedCallModel("small", "1", small))
        .withMessageContaining("features of scorer must be exactly");
  }

  private double estimate(CircuitBreakerConfig config) {
    CircuitBreaker other = CircuitBreaker.of("other", config, clock);
    for (int i = 0; i < 100; i++) {
      Permit permit = other.acquire();
      clock.advance(Duration.ofMillis(10));
      permit.record(Outcome.SUCCESS);
    }
    return other.estimate().probability();
  }

  private void calls(int calls, Duration latency) {
    for (int i = 0; i < calls; i++) {
      breaker
          .tryAcquire()
          .ifPresent(
              permit -> {
                clock.advance(latency);
                permit.record(Outcome.SUCCESS);
              });
    }
  }

  private static TrainedCallModel plain() {
    return trained("repeats", Map.of("default_log_odds", 1.0));
  }

  private static TrainedCallModel trained(String name, Map<String, Double> weights) {
    List<String> names = FeatureSchema.calls().names();
    double[] all = new double[names.size()];
    weights.forEach((feature, weight) -> all[names.indexOf(feature)] = weight);
    LinearScorer scorer = LinearScorer.of(all, 0, new double[all.length]);
    return new TrainedCallModel(name, "7", new CalibratedScorer(scorer, Calibration.sigmoid(1, 0)));
  }
}
