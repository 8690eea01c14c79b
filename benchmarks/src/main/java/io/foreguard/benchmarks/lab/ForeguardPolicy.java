package io.foreguard.benchmarks.lab;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Outcome;
import io.foreguard.retry.RetryBudget;
import java.time.Duration;

/**
 * Foreguard itself, unchanged, by permits taken by hand, with the replica and the tenant as keys
 * where there are several. A call whose replica's breaker refuses it goes to another replica.
 */
final class ForeguardPolicy implements Policy {
  private final World world;
  private final CircuitBreaker breaker;
  private final RetryBudget budget = RetryBudget.standard();
  private final CallContext[] contexts;
  private final CallContext[] routes;

  ForeguardPolicy(World world, LabClock clock) {
    this.world = world;
    Duration deadline = Duration.ofNanos((long) (world.deadline * 1e9));
    breaker =
        CircuitBreaker.of(
            "dependency", CircuitBreakerConfig.builder().deadline(deadline).build(), clock);
    routes = new CallContext[world.replicas];
    contexts = new CallContext[world.replicas * world.tenants];
    for (int replica = 0; replica < world.replicas; replica++) {
      CallContext route = CallContext.none();
      if (world.replicas > 1) {
        route = route.and("replica", "r" + replica);
      }
      routes[replica] = route;
      for (int tenant = 0; tenant < world.tenants; tenant++) {
        contexts[replica * world.tenants + tenant] =
            world.tenants > 1 ? route.and("tenant", "t" + tenant) : route;
      }
    }
  }

  @Override
  public boolean admit(Call call, long now) {
    if (call.attempt == 1) {
      budget.onRequest();
    }
    for (int i = 0; i < world.replicas && !breaker.admits(routes[call.replica]); i++) {
      call.replica = (call.replica + 1) % world.replicas;
    }
    CallContext context = contexts[call.replica * world.tenants + call.tenant];
    call.permit =
        (context.size() == 0 ? breaker.tryAcquire() : breaker.tryAcquire(context)).orElse(null);
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
    boolean calm = breaker.latency().condition() == LatencyEvidence.Condition.CALM;
    return breaker.allowsRetry() && (calm || budget.tryWithdraw());
  }

  @Override
  public double estimate(Call call) {
    return breaker.estimate().probability();
  }
}
