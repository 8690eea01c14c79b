package io.foreguard.benchmarks.lab.replay;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.Clock;

/** Foreguard's own breaker, unchanged, by permits taken by hand. */
final class ForeguardContender implements Contender {
  private final ReplayLog log;
  private final CircuitBreaker breaker;
  private final CallContext[] contexts;
  private final long slowNanos;

  ForeguardContender(Configuration configuration, ReplayLog log, Clock clock) {
    this.log = log;
    breaker = CircuitBreaker.of(log.dependency(), configuration.breaker(), clock);
    slowNanos =
        configuration.slowCallDuration() == null
            ? Long.MAX_VALUE
            : configuration.slowCallDuration().toNanos();
    contexts = new CallContext[log.keyNames().size()];
    for (int key = 0; key < contexts.length; key++) {
      String name = log.keyNames().get(key);
      boolean has = configuration.keyed() && !name.isEmpty();
      contexts[key] = has ? CallContext.of("key", name) : CallContext.none();
    }
  }

  @Override
  public boolean admits(Attempt attempt, long now) {
    CallContext context = contexts[log.key(attempt.call)];
    attempt.permit =
        (context.size() == 0 ? breaker.tryAcquire() : breaker.tryAcquire(context)).orElse(null);
    return attempt.permit != null;
  }

  @Override
  public void ended(Attempt attempt, Outcome outcome, long now) {
    if (attempt.permit instanceof Permit permit) {
      boolean slow = outcome == Outcome.SUCCESS && now - attempt.start >= slowNanos;
      permit.record(slow ? Outcome.SLOW_SUCCESS : outcome);
    }
  }
}
