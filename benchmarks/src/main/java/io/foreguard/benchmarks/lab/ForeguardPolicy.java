package io.foreguard.benchmarks.lab;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.Outcome;
import io.foreguard.retry.RetryBudget;
import java.time.Duration;

/** Foreguard itself, unchanged, by permits taken by hand. */
final class ForeguardPolicy implements Policy {
  private final CircuitBreaker breaker;
  private final RetryBudget budget = RetryBudget.standard();

  ForeguardPolicy(World world, LabClock clock) {
    Duration deadline = Duration.ofNanos((long) (world.deadline * 1e9));
    breaker =
        CircuitBreaker.of(
            "dependency", CircuitBreakerConfig.builder().deadline(deadline).build(), clock);
  }

  @Override
  public boolean admit(Call call, long now) {
    if (call.attempt == 1) {
      budget.onRequest();
    }
    call.permit = breaker.tryAcquire().orElse(null);
    return call.permit != null;
  }

  @Override
  public void ended(Call call, Outcome outcome, long now) {
    if (call.permit instanceof Permit permit) {
      permit.record(outcome);
    }
  }

  @Override
  public boolean retries(Call call, Outcome outcome, long now) {
    return breaker.allowsRetry() && budget.tryWithdraw();
  }

  @Override
  public double estimate(Call call) {
    return breaker.estimate().probability();
  }
}
