package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.event.Subscription;
import org.junit.jupiter.api.Test;

class ShadowComparisonTest {
  /** Costs under which a call is worth it from 50 % on, whatever failures hold. */
  private final PredictivePolicy policy =
      PredictivePolicy.builder().minimumSuccessProbability(.5).limitsConcurrency(false).build();

  private CircuitBreaker breaker(TrustWorld world, ShadowComparison shadow) {
    return CircuitBreaker.of(
        "loyalty",
        CircuitBreakerConfig.builder().policy(policy).model(shadow).build(),
        world.clock);
  }

  @Test
  void saysWhatTheChallengerWouldHaveRefusedAndWhatOfItSucceeded() {
    TrustWorld world = new TrustWorld(1, p -> p < .5 ? .3 : p);
    ShadowComparison shadow = ShadowComparison.of(StatisticalModel.instance(), world.model, policy);
    CircuitBreaker breaker = breaker(world, shadow);
    world.run(breaker, 20_000);

    ShadowReport report = shadow.report();
    double refused = report.rightly() + report.wrongly();
    assertThat(report.calls()).isBetween(10_000L, 20_000L);
    assertThat(refused).isGreaterThan(500);
    assertThat(report.wrongly() / refused).isBetween(.25, .45); // the rate is .35
    assertThat(report.secondsSaved()).isBetween(.0049 * report.rightly(), .0051 * report.rightly());
    double costs = policy.fastFailureCost() + policy.holdCost() * .005 / 2;
    assertThat(report.netValue())
        .isBetween(
            costs * report.rightly() - report.wrongly() - .1,
            costs * report.rightly() - report.wrongly() + .1);
    assertThat(report.challengerLoss()).isLessThan(report.championLoss());
    assertThat(report.toMarkdown())
        .contains("it would have refused, rightly (they failed) | " + report.rightly());
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
  }

  @Test
  void boundsWhatTheChallengerWouldHaveSentOfWhatWasRefused() {
    TrustWorld world = new TrustWorld(2, p -> .7); // would send always
    ShadowComparison shadow = ShadowComparison.of(StatisticalModel.instance(), world.model, policy);
    CircuitBreaker breaker = breaker(world, shadow);
    try (Subscription rejections = shadow.attach(breaker)) {
      assertThat(rejections).isNotNull();
      world.run(breaker, 20_000);
    }
    ShadowReport report = shadow.report();
    assertThat(report.refused()).isEqualTo(breaker.metrics().rejected()).isPositive();
    assertThat(report.wouldSend()).isEqualTo(report.refused());
    assertThat(report.lostAtLeast()).isPositive().isLessThan(report.lostAtMost());
    assertThat(report.lostAtMost()).isLessThanOrEqualTo((double) report.wouldSend());
    assertThat(report.rightly() + report.wrongly()).isZero();
  }

  @Test
  void aChallengerThatThrowsChangesNothing() {
    TrustWorld world =
        new TrustWorld(
            3,
            p -> {
              throw new IllegalStateException("no");
            });
    ShadowComparison shadow = ShadowComparison.of(StatisticalModel.instance(), world.model, policy);
    CircuitBreaker breaker = breaker(world, shadow);
    world.rate = .99;
    world.run(breaker, 50);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
    assertThat(shadow.report().abstained()).isEqualTo(shadow.report().calls()).isPositive();
  }
}
