package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resilience4j's own circuit breaker and semaphore bulkhead, on virtual time by the clock that its
 * configuration takes. It has no retry budget; a {@link RetryTokens} stands in where one is wanted.
 *
 * <p>A full bulkhead does not count as a failure of the dependency here, as it would if the breaker
 * were left to record every exception.
 *
 * <p>Source: <a href="https://resilience4j.readme.io/docs/circuitbreaker">its documentation</a>.
 */
final class Resilience4j implements Peer {
  private final Exception failed = new CallFailed();
  private final Exception callerFault = new CallerFault();

  private final VirtualClock clock = new VirtualClock();
  private final CircuitBreaker breaker;
  private final @Nullable Bulkhead bulkhead;
  private final @Nullable RetryTokens budget;

  private Resilience4j(
      CircuitBreakerConfig config, @Nullable Bulkhead bulkhead, @Nullable RetryTokens budget) {
    breaker = CircuitBreaker.of("peer", CircuitBreakerConfig.from(config).clock(clock).build());
    this.bulkhead = bulkhead;
    this.budget = budget;
  }

  /** The breaker alone. */
  static Resilience4j of(CircuitBreakerConfig.Builder config) {
    return new Resilience4j(config.build(), null, null);
  }

  /** The breaker outside a bulkhead of default size, and retries up to 20 % of the requests. */
  static Resilience4j withBulkheadAndBudget(CircuitBreakerConfig.Builder config) {
    BulkheadConfig wait = BulkheadConfig.custom().maxWaitDuration(java.time.Duration.ZERO).build();
    return new Resilience4j(config.build(), Bulkhead.of("peer", wait), new RetryTokens(.2, 1));
  }

  /** Takes errors that the caller caused for no evidence. */
  static CircuitBreakerConfig.Builder ignoringCallerFaults(CircuitBreakerConfig.Builder config) {
    return config.ignoreException(thrown -> thrown instanceof CallerFault);
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    clock.now = now;
    if (budget != null && attempt == 1) {
      budget.onRequest(now);
    }
    if (!breaker.tryAcquirePermission()) {
      return REJECT;
    }
    if (bulkhead != null && !bulkhead.tryAcquirePermission()) {
      breaker.releasePermission();
      return REJECT;
    }
    return replica;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    clock.now = now;
    if (bulkhead != null) {
      bulkhead.onComplete();
    }
    if (outcome.isSuccess()) {
      breaker.onSuccess(now - start, TimeUnit.NANOSECONDS);
    } else {
      Exception thrown = outcome == Outcome.CALLER_FAULT ? callerFault : failed;
      breaker.onError(now - start, TimeUnit.NANOSECONDS, thrown);
    }
  }

  @Override
  public boolean retries(Outcome outcome, long now) {
    return budget == null || budget.tryWithdraw(now);
  }

  private static final class VirtualClock extends Clock {
    private long now;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(now);
    }
  }

  private static final class CallFailed extends Exception {
    CallFailed() {
      super("failed", null, false, false);
    }
  }

  private static final class CallerFault extends Exception {
    CallerFault() {
      super("caller's fault", null, false, false);
    }
  }
}
