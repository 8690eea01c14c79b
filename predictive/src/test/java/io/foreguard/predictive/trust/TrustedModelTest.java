package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.estimation.Estimate;
import io.foreguard.event.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class TrustedModelTest {
  private static final int LONG = 60_000;

  private final List<TrustChange> changes = new ArrayList<>();

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  private TrustedModel trusted(TrustWorld world, TrustConfig config) {
    TrustedModel trusted = TrustedModel.of("loyalty", world.model, config);
    trusted.changes().subscribe(changes::add);
    return trusted;
  }

  @Test
  void aModelThatKnowsIsPromotedAndDecidesThenOn() {
    TrustWorld world = new TrustWorld(1, p -> p);
    TrustedModel trusted = trusted(world, world.config().build());
    CircuitBreaker breaker = world.breaker(trusted);
    List<CircuitBreakerEvent> told = new ArrayList<>();
    breaker.events().onModelChange(told::add);
    world.run(breaker, 100);
    assertThat(breaker.estimate().model()).isEqualTo("statistical");

    int calls = world.until(breaker, trusted, TrustState.TRUSTED, LONG);

    assertThat(calls).isLessThan(10_000);
    world.run(breaker, 500);
    assertThat(breaker.estimate().model()).isEqualTo("words");
    assertThat(told).hasSize(1);
    assertThat(((CircuitBreakerEvent.ModelChange) told.get(0)).to()).isEqualTo("words");
    assertThat(changes).hasSize(1);
    world.run(breaker, LONG);
    assertThat(changes).as("no flapping").hasSize(1);
    TrustStatus status = trusted.status();
    assertThat(status.calibrationErrorAtLeast()).isLessThan(.02);
    assertThat(status.meanGain()).isPositive();
    assertThat(status.unjudgedCalls()).isLessThan(5);
  }

  @Test
  void aModelThatKnowsNothingIsNotPromoted() {
    int promoted = 0;
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom noise = new SplittableRandom(-seed);
      DoubleUnaryOperator says = seed % 2 == 0 ? p -> .9 : p -> .5 + .5 * noise.nextDouble();
      TrustWorld world = new TrustWorld(seed, says);
      TrustedModel trusted = trusted(world, world.config().build());
      CircuitBreaker breaker = world.breaker(trusted);
      int calls = world.until(breaker, trusted, TrustState.TRUSTED, 10_000);
      promoted += calls < 10_000 ? 1 : 0;
    }
    assertThat(promoted).isLessThanOrEqualTo(1);
  }

  @Test
  void anInvertedModelTrustedFromTheStartIsDemotedSoonAndStaysSo() {
    TrustWorld world = new TrustWorld(3, p -> 1.2 - p);
    TrustedModel trusted = trusted(world, world.config().mustProve(false).build());
    CircuitBreaker breaker = world.breaker(trusted);

    int calls = world.until(breaker, trusted, TrustState.DEMOTED, LONG);

    assertThat(calls).isLessThan(1_500);
    assertThat(trusted.distrust()).isNotEmpty();
    world.run(breaker, LONG);
    assertThat(changes).hasSize(1);
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
  }

  @Test
  void anOverconfidentModelIsDemoted() {
    TrustWorld world = new TrustWorld(4, p -> logistic(6 * (logit(p) - .8)));
    TrustedModel trusted = trusted(world, world.config().mustProve(false).build());
    CircuitBreaker breaker = world.breaker(trusted);

    int calls = world.until(breaker, trusted, TrustState.DEMOTED, LONG);

    assertThat(calls).isLessThan(5_000);
  }

  @Test
  void aModelThatGoesBadIsDemotedAndOneThatRecoversIsPromotedAgainAfterItsRest() {
    TrustWorld world = new TrustWorld(5, p -> p);
    TrustedModel trusted = trusted(world, world.config().build());
    CircuitBreaker breaker = world.breaker(trusted);
    world.until(breaker, trusted, TrustState.TRUSTED, LONG);
    world.run(breaker, LONG);
    assertThat(trusted.state()).isEqualTo(TrustState.TRUSTED);

    world.model.says = p -> 1.2 - p;
    int bad = world.until(breaker, trusted, TrustState.DEMOTED, LONG);
    long demotedAt = world.clock.elapsed().toSeconds();
    world.model.says = p -> p;
    int good = world.until(breaker, trusted, TrustState.TRUSTED, 2 * LONG);
    long rested = world.clock.elapsed().toSeconds() - demotedAt;

    assertThat(bad).isLessThan(2_000);
    assertThat(rested).isGreaterThanOrEqualTo(300);
    assertThat(good).isLessThan(LONG);
    assertThat(changes)
        .extracting(TrustChange::to)
        .containsExactly(TrustState.TRUSTED, TrustState.DEMOTED, TrustState.TRUSTED);
  }

  @Test
  void aNewVersionMustProveItselfWhileTheBreakerKeepsItsEvidence() {
    TrustWorld world = new TrustWorld(6, p -> p);
    TrustedModel trusted = trusted(world, world.config().build());
    CircuitBreaker breaker = world.breaker(trusted);
    world.until(breaker, trusted, TrustState.TRUSTED, LONG);
    long before = breaker.metrics().successes();

    world.model.version = "2";
    world.run(breaker, 10);

    assertThat(trusted.state()).isEqualTo(TrustState.SHADOW);
    assertThat(trusted.status().judgedCalls()).isLessThan(20);
    assertThat(breaker.metrics().successes()).isGreaterThan(before);
    assertThat(changes.get(1).version()).isEqualTo("2");
  }

  @Test
  void featuresThatDriftDemoteAModelThatIsNoBetterOfLate() {
    TrustWorld world = new TrustWorld(7, p -> .95);
    TrustConfig config =
        world
            .config()
            .mustProve(false)
            .demotionBar(1e300)
            .mostCalibrationError(1)
            .driftInterval(Duration.ofSeconds(1))
            .driftMemory(100)
            .mostDrift(.1)
            .build();
    TrustedModel trusted = trusted(world, config);
    ShownModel shown = new ShownModel(world.model);
    TrustedModel watched = TrustedModel.of("loyalty", shown, config);
    CircuitBreaker breaker = world.breaker(watched);
    world.run(breaker, 20_000);
    assertThat(watched.state()).isEqualTo(TrustState.TRUSTED);
    assertThat(watched.status().drifted()).isEmpty();

    shown.offset = 3;
    world.run(breaker, 10_000);

    assertThat(watched.status().drifted()).contains("a", "b");
    assertThat(watched.state()).isEqualTo(TrustState.DEMOTED);
    assertThat(watched.distrust()).contains("drifted: [a, b]");
    assertThat(trusted.state()).isEqualTo(TrustState.TRUSTED);
  }

  @Test
  void aCanaryActsInItsShareOfTimeOnlyAndIsCompared() {
    TrustWorld world = new TrustWorld(8, p -> p);
    CanaryPlan plan = CanaryPlan.ofTime(.5, Duration.ofSeconds(10), "host-1/loyalty");
    TrustedModel trusted = trusted(world, world.config().mustProve(false).canary(plan).build());
    CircuitBreaker breaker = world.breaker(trusted);
    try (Subscription rejections = trusted.attach(breaker)) {
      assertThat(rejections).isNotNull();
      int acted = 0;
      for (int i = 0; i < 1_000; i++) {
        world.run(breaker, 50);
        Estimate estimate = breaker.estimate();
        acted += estimate.model().equals("words") ? 1 : 0;
      }
      assertThat(acted).isBetween(350, 650);
    }
    CanaryReport report = trusted.canary();
    assertThat(report.acting().slices() + report.resting().slices()).isBetween(95L, 101L);
    assertThat(report.acting().calls()).isGreaterThan(15_000);
    assertThat(report.plusOrMinus()).isBetween(.001, .5);
    assertThat(Math.abs(report.gain())).isLessThan(2 * report.plusOrMinus());
    assertThat(report.toMarkdown()).contains("| model acts |", "give or take");
  }

  @Test
  void aCanaryOfBreakersActsInItsShareOfThem() {
    int acting = 0;
    for (int i = 0; i < 2_000; i++) {
      acting += CanaryPlan.ofBreakers(.2, "host-" + i + "/loyalty").acts(i) ? 1 : 0;
    }
    assertThat(acting).isBetween(340, 460);
    assertThat(CanaryPlan.everything().acts(0)).isTrue();
  }
}
