package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;

/** A classic breaker while it is open. Results of calls from before still count in its numbers. */
final class OpenPhase extends Phase {
  final Duration wait;
  private final Clock clock;
  private final long openedNanos;
  private final long waitNanos;

  OpenPhase(Phase before, int attempts, Duration wait, Clock clock) {
    super(State.OPEN, before.window, before.records, attempts);
    this.wait = Durations.capped(wait);
    this.clock = clock;
    openedNanos = clock.nanoTime();
    waitNanos = wait.isNegative() ? -1 : this.wait.toNanos();
  }

  @Override
  boolean admit() {
    return false;
  }

  /** Whether the wait is over. */
  boolean isOver() {
    return clock.nanoTime() - openedNanos > waitNanos;
  }
}
