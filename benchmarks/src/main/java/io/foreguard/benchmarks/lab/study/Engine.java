package io.foreguard.benchmarks.lab.study;

import io.foreguard.benchmarks.lab.peers.Peer;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Foreguard's breaker by its public API, for one call at a time. */
final class Engine implements Peer {
  private final StudyClock clock = new StudyClock();
  private final CircuitBreaker breaker;
  private @Nullable Permit permit;

  private Engine(PredictivePolicy policy) {
    breaker =
        CircuitBreaker.of(
            "study",
            CircuitBreakerConfig.builder().policy(policy).deadline(Duration.ofSeconds(1)).build(),
            clock);
  }

  /** Rejects below a success probability. */
  static Engine rejectingBelow(double probability) {
    return new Engine(PredictivePolicy.builder().minimumSuccessProbability(probability).build());
  }

  /** Decides by the default costs. */
  static Engine withDefaultCosts() {
    return new Engine(PredictivePolicy.builder().build());
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    clock.now = now;
    permit = breaker.tryAcquire().orElse(null);
    return permit == null ? REJECT : replica;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    clock.now = now;
    if (permit != null) {
      permit.record(outcome);
    }
  }

  /** Time as the study has it. Nothing is scheduled: calls end before the next begins. */
  private static final class StudyClock implements Clock {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Instant wallTime() {
      return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public void sleep(Duration duration) {
      throw new IllegalStateException("nobody waits in a study");
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      return () -> true;
    }
  }
}
