package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ConfigMappingTest {
  @Test
  void classicTakesThresholdsWindowAndWaits() {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .failureRateThreshold(25)
            .slowCallRateThreshold(40)
            .slowCallDurationThreshold(Duration.ofMillis(700))
            .slidingWindowSize(30)
            .minimumNumberOfCalls(12)
            .slidingWindowType(SlidingWindowType.TIME_BASED)
            .waitDurationInOpenState(Duration.ofSeconds(7))
            .permittedNumberOfCallsInHalfOpenState(4)
            .build();

    io.foreguard.circuitbreaker.CircuitBreakerConfig mapped = ConfigMapping.classic(config);

    ClassicPolicy policy = (ClassicPolicy) mapped.policy();
    assertThat(policy.failureRateThreshold()).isEqualTo(.25);
    assertThat(policy.slowCallRateThreshold()).isEqualTo(.4);
    assertThat(policy.windowType()).isEqualTo(WindowType.TIME_BASED);
    assertThat(policy.windowSize()).isEqualTo(30);
    assertThat(policy.minimumCalls()).isEqualTo(12);
    assertThat(policy.openDuration()).isEqualTo(Duration.ofSeconds(7));
    assertThat(policy.halfOpenCalls()).isEqualTo(4);
    assertThat(mapped.slowCallDuration()).contains(Duration.ofMillis(700).plusNanos(1));
  }

  @Test
  void aMinimumBeyondTheWindowIsTheWindow() {
    CircuitBreakerConfig config = CircuitBreakerConfig.custom().slidingWindowSize(5).build();

    ClassicPolicy policy = (ClassicPolicy) ConfigMapping.classic(config).policy();

    assertThat(policy.minimumCalls()).isEqualTo(5);
  }

  @Test
  void whatForeguardDoesNotTakeIsRefused() {
    CircuitBreakerConfig config = CircuitBreakerConfig.custom().slidingWindowSize(200_000).build();

    assertThatThrownBy(() -> ConfigMapping.classic(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("windowSize");
  }

  @Test
  void predicatesBecomeTheClassifier() {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .ignoreExceptions(UnsupportedOperationException.class)
            .recordException(e -> !(e instanceof IllegalArgumentException))
            .recordResult("bad"::equals)
            .build();

    io.foreguard.circuitbreaker.CircuitBreakerConfig mapped = ConfigMapping.predictive(config);

    assertThat(mapped.policy()).isInstanceOf(PredictivePolicy.class);
    assertThat(mapped.classifier().classify("good", null)).isEqualTo(Outcome.SUCCESS);
    assertThat(mapped.classifier().classify(null, null)).isEqualTo(Outcome.SUCCESS);
    assertThat(mapped.classifier().classify("bad", null)).isEqualTo(Outcome.FAILURE);
    assertThat(mapped.classifier().classify(null, new UnsupportedOperationException()))
        .isEqualTo(Outcome.IGNORED);
    assertThat(mapped.classifier().classify(null, new IllegalArgumentException()))
        .isEqualTo(Outcome.SUCCESS);
    assertThat(mapped.classifier().classify(null, new IOException())).isEqualTo(Outcome.FAILURE);
    assertThat(mapped.classifier().classify(null, new TimeoutException()))
        .isEqualTo(Outcome.TIMEOUT);
  }

  @Test
  void aSlownessBeyondTheDeadlineDoesNotCount() {
    io.foreguard.circuitbreaker.CircuitBreakerConfig base =
        io.foreguard.circuitbreaker.CircuitBreakerConfig.builder()
            .deadline(Duration.ofSeconds(2))
            .build();

    assertThat(ConfigMapping.predictive(CircuitBreakerConfig.ofDefaults(), base).slowCallDuration())
        .isEmpty();
  }

  @Test
  void endlessDurationsAreCut() {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom().slowCallDurationThreshold(Duration.ofDays(100_000)).build();

    assertThat(ConfigMapping.predictive(config).slowCallDuration().orElseThrow())
        .isGreaterThan(Duration.ofDays(10_000));
  }
}
