package io.foreguard.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;

/** Settings that Resilience4j has since 2.4.0, and what they are before. */
final class Since24 {
  private Since24() {}

  static State initialState(CircuitBreakerConfig config) {
    try {
      State initial = config.getInitialState();
      return initial == null ? State.CLOSED : initial;
    } catch (NoSuchMethodError before) {
      return State.CLOSED;
    }
  }

  static State stateAfterHalfOpen(CircuitBreakerConfig config) {
    try {
      State then = config.getTransitionToStateAfterWaitDuration();
      return then == null ? State.OPEN : then;
    } catch (NoSuchMethodError before) {
      return State.OPEN;
    }
  }
}
