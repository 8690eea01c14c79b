package io.foreguard.resilience4j;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutomaticTransitionTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> moves = new ArrayList<>();

  @Test
  void anOpenCircuitRecoversWithoutACall() {
    AdaptiveCircuitBreaker breaker =
        breaker(config().enableAutomaticTransitionFromOpenToHalfOpen());
    breaker.transitionToOpenState();

    clock.advance(Duration.ofSeconds(2));

    assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    assertThat(moves).containsExactly("CLOSED_TO_OPEN", "OPEN_TO_HALF_OPEN");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aCircuitThatWasOpenedForLongerRecoversLater() {
    AdaptiveCircuitBreaker breaker =
        breaker(config().enableAutomaticTransitionFromOpenToHalfOpen());
    breaker.transitionToOpenStateFor(Duration.ofMinutes(1));

    clock.advance(Duration.ofSeconds(59));
    assertThat(breaker.getState()).isEqualTo(State.OPEN);
    clock.advance(Duration.ofSeconds(1));

    assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void withoutItNothingIsScheduled() {
    AdaptiveCircuitBreaker breaker = breaker(config());
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();

    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aTimerEndsWithItsState() {
    AdaptiveCircuitBreaker breaker =
        breaker(config().enableAutomaticTransitionFromOpenToHalfOpen());
    breaker.transitionToOpenState();
    breaker.transitionToForcedOpenState();

    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofMinutes(1));
    assertThat(breaker.getState()).isEqualTo(State.FORCED_OPEN);
  }

  @Test
  void aRecoveryThatTakesTooLongOpensTheCircuitAgain() {
    AdaptiveCircuitBreaker breaker =
        breaker(config().maxWaitDurationInHalfOpenState(Duration.ofSeconds(3)));
    breaker.transitionToOpenState();
    breaker.transitionToHalfOpenState();
    breaker.onSuccess(0, NANOSECONDS);

    clock.advance(Duration.ofMillis(2_999));
    assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    clock.advance(Duration.ofMillis(1));

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
  }

  private static CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom().waitDurationInOpenState(Duration.ofSeconds(2));
  }

  private AdaptiveCircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
    AdaptiveCircuitBreaker breaker =
        AdaptiveCircuitBreaker.of(
            "timed", config.build(), AdapterConfig.classic().toBuilder().clock(clock).build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> moves.add(event.getStateTransition().name()));
    return breaker;
  }
}
