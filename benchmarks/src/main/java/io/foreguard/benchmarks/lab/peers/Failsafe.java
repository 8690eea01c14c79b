package io.foreguard.benchmarks.lab.peers;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerBuilder;
import io.foreguard.evidence.Outcome;
import java.time.Duration;

/**
 * Failsafe's own circuit breaker with count-based thresholds. It reads {@code System.nanoTime} for
 * one thing, the delay while open; here the delay is a year, and {@link CircuitBreaker#halfOpen()}
 * is called when it is over in virtual time. Everything else is the library's.
 *
 * <p>Source: <a href="https://failsafe.dev/circuit-breaker/">its documentation</a>.
 */
final class Failsafe implements Peer {
  private final Exception failed = new CallFailed();

  private final CircuitBreaker<Object> breaker;
  private final CallerFaults callerFaults;
  private final long delayNanos;
  private long openedAt;
  private long now;

  private Failsafe(CircuitBreakerBuilder<Object> builder, Duration delay, CallerFaults faults) {
    breaker = builder.withDelay(Duration.ofDays(365)).onOpen(opened -> openedAt = now).build();
    callerFaults = faults;
    delayNanos = delay.toNanos();
  }

  /** The defaults: opens at one failure, for a minute, and closes at one success. */
  static Failsafe defaults() {
    return new Failsafe(CircuitBreaker.builder(), Duration.ofMinutes(1), CallerFaults.FAILURES);
  }

  /** Opens at so many failures among so many calls, and closes at three successes of three. */
  static Failsafe of(int failures, int calls, Duration delay, CallerFaults faults) {
    return new Failsafe(
        CircuitBreaker.builder().withFailureThreshold(failures, calls).withSuccessThreshold(3),
        delay,
        faults);
  }

  @Override
  public int admit(int attempt, int replica, long time) {
    now = time;
    if (breaker.isOpen() && now - openedAt >= delayNanos) {
      breaker.halfOpen();
    }
    return breaker.tryAcquirePermit() ? replica : REJECT;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long time) {
    now = time;
    if (callerFaults.isFailure(outcome)) {
      breaker.recordException(failed);
    } else {
      breaker.recordSuccess(); // what it does with an exception that it was told not to handle
    }
  }

  private static final class CallFailed extends Exception {
    CallFailed() {
      super("failed", null, false, false);
    }
  }
}
