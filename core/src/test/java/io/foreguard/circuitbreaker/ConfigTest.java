package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import java.time.Duration;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, -.1, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
  void aRatioOutsideItsRangeIsRefused(double ratio) {
    refused(
        () -> ClassicPolicy.builder().failureRateThreshold(ratio),
        "failureRateThreshold must be in (0, 1], but was " + ratio);
    refused(
        () -> ClassicPolicy.builder().slowCallRateThreshold(ratio),
        "slowCallRateThreshold must be in (0, 1], but was " + ratio);
  }

  @Test
  void countsOutsideTheirRangeAreRefused() {
    for (int calls : new int[] {0, -1, 100_001, Integer.MIN_VALUE}) {
      refused(
          () -> ClassicPolicy.builder().slidingWindow(WindowType.COUNT_BASED, calls),
          "windowSize must be in [1, 100000], but was " + calls);
      refused(
          () -> ClassicPolicy.builder().minimumCalls(calls),
          "minimumCalls must be in [1, 100000], but was " + calls);
    }
    for (int calls : new int[] {0, -1, 10_001}) {
      refused(
          () -> ClassicPolicy.builder().halfOpenCalls(calls),
          "halfOpenCalls must be in [1, 10000], but was " + calls);
    }
  }

  @Test
  void boundsThemselvesAreAccepted() {
    ClassicPolicy policy =
        ClassicPolicy.builder()
            .failureRateThreshold(1)
            .slowCallRateThreshold(Double.MIN_VALUE)
            .slidingWindow(WindowType.COUNT_BASED, 100_000)
            .minimumCalls(100_000)
            .halfOpenCalls(10_000)
            .openDuration(Duration.ofNanos(1))
            .build();

    assertThat(policy.minimumCalls()).isEqualTo(100_000);
    assertThat(policy.toBuilder().build()).hasToString(policy.toString());
    assertThat(policy.name()).isEqualTo("classic");
  }

  @Test
  void durationsThatAreNotPositiveOrTooLongAreRefused() {
    for (Duration time :
        new Duration[] {Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(30_000)}) {
      String rule = " must be longer than zero and at most 73 years, but was " + time;
      CircuitBreakerConfig.Builder config = CircuitBreakerConfig.builder();
      refused(() -> ClassicPolicy.builder().openDuration(time), "openDuration" + rule);
      refused(() -> config.slowCallDuration(time), "slowCallDuration" + rule);
      refused(() -> config.deadline(time), "deadline" + rule);
      refused(() -> config.permitLease(time), "permitLease" + rule);
      refused(() -> config.modelBudget(time), "modelBudget" + rule);
    }
  }

  @Test
  void costsOutsideTheirRangeAreRefused() {
    for (double cost : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(
          () -> PredictivePolicy.builder().fastFailureCost(cost),
          "fastFailureCost must be positive and finite, but was " + cost);
      refused(
          () -> PredictivePolicy.builder().rejectionCost(cost),
          "rejectionCost must be positive and finite, but was " + cost);
    }
    for (double cost : new double[] {-.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(
          () -> PredictivePolicy.builder().holdCost(cost),
          "holdCost must be zero or more, and finite, but was " + cost);
    }
    for (double probability : new double[] {0, 1, -1, Double.NaN}) {
      refused(
          () -> PredictivePolicy.builder().minimumSuccessProbability(probability),
          "minimumSuccessProbability must be in (0, 1), bounds excluded, but was " + probability);
    }
  }

  @Test
  void costsThatLeaveNothingToDecideAreRefused() {
    refused(
        () -> PredictivePolicy.builder().fastFailureCost(1e308).holdCost(1e308).build(),
        "rejectionCost must be comparable with the cost of a failure (1.0E308 to Infinity), but"
            + " was 1.0");
    refused(
        () -> PredictivePolicy.builder().rejectionCost(1e-17).build(),
        "rejectionCost must be comparable with the cost of a failure (0.25 to 1.25), but was"
            + " 1.0E-17");
    refused(
        () -> PredictivePolicy.builder().fastFailureCost(1e-20).rejectionCost(1e308).build(),
        "rejectionCost must be comparable with the cost of a failure (1.0E-20 to 1.0), but was"
            + " 1.0E308");
    assertThat(PredictivePolicy.builder().rejectionCost(1e-9).build().threshold(1)).isLessThan(1);
  }

  @Test
  void refusesAPolicyThatWouldNeverProbe() {
    for (Duration interval :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(30_000)}) {
      refused(
          () -> PredictivePolicy.builder().maxProbeInterval(interval),
          "maxProbeInterval must be longer than zero and at most 73 years, but was " + interval);
    }
    PredictivePolicy policy =
        PredictivePolicy.builder()
            .maxProbeInterval(Duration.ofSeconds(9))
            .limitsConcurrency(false)
            .build();
    assertThat(policy.toBuilder().build().maxProbeInterval()).isEqualTo(Duration.ofSeconds(9));
    assertThat(policy.toBuilder().build().limitsConcurrency()).isFalse();
  }

  @Test
  void costsBecomeTheProbabilityThatIsWorthACall() {
    PredictivePolicy policy = TripPolicy.predictive();

    assertThat(policy.threshold(0)).isEqualTo(.2);
    assertThat(policy.threshold(1)).isEqualTo(1.25 / 2.25);
    assertThat(policy.threshold(7)).isEqualTo(policy.threshold(1));
    assertThat(policy.toBuilder().minimumSuccessProbability(.15).build().threshold(1))
        .isEqualTo(.15);
    assertThat(PredictivePolicy.builder().holdCost(0).build().threshold(1)).isEqualTo(.2);
  }

  @Test
  void contradictionsAreRefusedWhenBuilt() {
    refused(
        () ->
            ClassicPolicy.builder()
                .slidingWindow(WindowType.COUNT_BASED, 10)
                .minimumCalls(50)
                .build(),
        "minimumCalls must be at most windowSize (10), but was 50");
    refused(
        () ->
            CircuitBreakerConfig.builder()
                .deadline(Duration.ofSeconds(60))
                .permitLease(Duration.ofSeconds(60))
                .build(),
        "permitLease must be longer than deadline (PT1M), but was PT1M");
    refused(
        () ->
            CircuitBreakerConfig.builder()
                .deadline(Duration.ofSeconds(1))
                .slowCallDuration(Duration.ofSeconds(2))
                .build(),
        "slowCallDuration must be at most deadline (PT1S), but was PT2S");
    assertThat(
            ClassicPolicy.builder()
                .slidingWindow(WindowType.TIME_BASED, 10)
                .minimumCalls(50)
                .build()
                .windowSize())
        .isEqualTo(10);
  }

  @Test
  void missingSettingsAreRefusedByName() {
    CircuitBreakerConfig.Builder config = CircuitBreakerConfig.builder();
    missing(() -> config.policy(null), "policy");
    missing(() -> config.model(null), "model");
    missing(() -> config.mode(null), "mode");
    missing(() -> config.classifier(null), "classifier");
    missing(() -> config.slowCallDuration(null), "slowCallDuration");
    missing(() -> config.deadline(null), "deadline");
    missing(() -> config.permitLease(null), "permitLease");
    missing(() -> config.modelBudget(null), "modelBudget");
    missing(() -> config.modelExecutor(null), "modelExecutor");
    missing(() -> ClassicPolicy.builder().slidingWindow(null, 1), "windowType");
    missing(() -> CircuitBreaker.of(null), "name");
    missing(() -> CircuitBreaker.of("a", null), "config");
    refused(
        () -> CircuitBreaker.of(" "),
        "name must be 1 to 256 characters and not blank, but was \" \"");
  }

  @Test
  void aSettingThatWasRefusedChangesNothing() {
    ClassicPolicy.Builder builder = ClassicPolicy.builder();
    for (Consumer<ClassicPolicy.Builder> bad :
        java.util.List.<Consumer<ClassicPolicy.Builder>>of(
            b -> b.failureRateThreshold(2),
            b -> b.slidingWindow(WindowType.TIME_BASED, 0),
            b -> b.halfOpenCalls(0))) {
      assertThatIllegalArgumentException().isThrownBy(() -> bad.accept(builder));
    }

    assertThat(builder.build()).hasToString(TripPolicy.classic().toString());
  }

  @Test
  void aCopyHasTheSameSettings() {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.builder()
            .policy(TripPolicy.classic())
            .mode(Mode.SHADOW)
            .deadline(Duration.ofSeconds(2))
            .slowCallDuration(Duration.ofSeconds(1))
            .permitLease(Duration.ofSeconds(9))
            .modelBudget(Duration.ofMillis(3))
            .modelExecutor(Runnable::run)
            .build();

    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
  }

  private static void refused(ThrowingCallable code, String message) {
    assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
  }

  private static void missing(ThrowingCallable code, String name) {
    assertThatNullPointerException().isThrownBy(code).withMessage(name + " must not be null");
  }
}
