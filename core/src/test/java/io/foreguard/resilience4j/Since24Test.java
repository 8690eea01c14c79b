package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Settings that Resilience4j 2.3.0 does not have: of all tests of the adapter, only these need
 * 2.4.0.
 */
class Since24Test {
  private final ManualClock clock = new ManualClock();

  @ParameterizedTest
  @EnumSource(State.class)
  void theInitialStateIsTheConfiguredOne(State state) {
    CircuitBreakerConfig config = config().initialState(state).build();

    assertThat(breaker(config, AdapterConfig.classic()).getState()).isEqualTo(state);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void theInitialStateOfAPredictiveOneToo(State state) {
    CircuitBreakerConfig config = config().initialState(state).build();

    assertThat(breaker(config, AdapterConfig.predictive()).getState()).isEqualTo(state);
  }

  @Test
  void aCircuitThatStartsOpenRecoversByItself() {
    AdaptiveCircuitBreaker open =
        breaker(
            config().initialState(State.OPEN).enableAutomaticTransitionFromOpenToHalfOpen().build(),
            AdapterConfig.classic());

    clock.advance(Duration.ofSeconds(2));

    assertThat(open.getState()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void aRecoveryThatTakesTooLongMayCloseTheCircuit() {
    CircuitBreakerConfig config =
        config()
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(3))
            .transitionToStateAfterWaitDuration(State.CLOSED)
            .build();
    AdaptiveCircuitBreaker breaker = breaker(config, AdapterConfig.classic());
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();

    clock.advance(Duration.ofSeconds(3));

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
  }

  private static CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom().waitDurationInOpenState(Duration.ofSeconds(2));
  }

  private AdaptiveCircuitBreaker breaker(CircuitBreakerConfig config, AdapterConfig policy) {
    return AdaptiveCircuitBreaker.of("since", config, policy.toBuilder().clock(clock).build());
  }
}
