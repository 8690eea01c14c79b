package io.foreguard.benchmarks.lab;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Outcome;
import io.foreguard.retry.RetryBudget;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Foreguard itself, unchanged, by permits taken by hand, with the replica and the tenant as keys
 * where there are several. A call whose replica's breaker refuses it goes to another replica.
 */
final class ForeguardPolicy implements Policy {
  private static final double HEDGED_QUANTILE = .95;
  private static final int SUCCESSES_TO_HEDGE = 100;
  private static final double LEAST_TIMEOUT_SHARE = .02;

  private final World world;
  private final Parts parts;
  private final CircuitBreaker breaker;
  private final RetryBudget budget = RetryBudget.standard();
  private final RetryBudget hedges = RetryBudget.of(.05, 5);
  private final Timeout timeout;
  private final CallContext[] contexts;
  private final CallContext[] routes;

  ForeguardPolicy(World world, LabClock clock) {
    this(world, clock, Parts.DEFAULTS);
  }

  ForeguardPolicy(World world, LabClock clock, Parts parts) {
    this.world = world;
    this.parts = parts;
    Duration deadline = Duration.ofNanos((long) (world.deadline * 1e9));
    Duration least = Duration.ofNanos((long) (LEAST_TIMEOUT_SHARE * world.deadline * 1e9));
    breaker =
        CircuitBreaker.of(
            "dependency",
            CircuitBreakerConfig.builder()
                .policy(PredictivePolicy.builder().limitsConcurrency(parts.limit).build())
                .deadline(deadline)
                .build(),
            clock);
    timeout = Timeout.of("dependency", TimeoutConfig.adaptive(least, deadline), clock);
    timeout.follow(breaker.latency());
    routes = new CallContext[world.replicas];
    contexts = new CallContext[world.replicas * world.tenants];
    for (int replica = 0; replica < world.replicas; replica++) {
      CallContext route = CallContext.none();
      if (parts.keys && world.replicas > 1) {
        route = route.and("replica", "r" + replica);
      }
      routes[replica] = route;
      for (int tenant = 0; tenant < world.tenants; tenant++) {
        contexts[replica * world.tenants + tenant] =
            parts.keys && world.tenants > 1 ? route.and("tenant", "t" + tenant) : route;
      }
    }
  }

  @Override
  public boolean admit(Call call, long now) {
    if (call.attempt == 1) {
      budget.onRequest();
      hedges.onRequest();
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
    return switch (parts.retries) {
      case ALWAYS -> true;
      case BUDGET_ALONE -> budget.tryWithdraw();
      case ADVISED -> breaker.allowsRetry() && (isCalm() || budget.tryWithdraw());
    };
  }

  @Override
  public double timeout(Call call, double deadline) {
    if (!parts.adaptiveTimeout) {
      return deadline;
    }
    // The time-out learns when calls pass; the lab's own event stands for the call.
    CompletionStage<Boolean> passed =
        timeout.callAsync(() -> CompletableFuture.completedFuture(true));
    return passed == null ? deadline : timeout.limit().toNanos() / 1e9;
  }

  @Override
  public double hedgeAfter(Call call) {
    boolean known = parts.hedge && breaker.latency().successes() >= SUCCESSES_TO_HEDGE;
    return known ? breaker.latency().quantile(HEDGED_QUANTILE) : Double.NaN;
  }

  @Override
  public boolean hedges(Call call, long now) {
    return breaker.allowsRetry() && isCalm() && hedges.tryWithdraw();
  }

  @Override
  public double estimate(Call call) {
    return breaker.estimate().probability();
  }

  private boolean isCalm() {
    return breaker.latency().condition() == LatencyEvidence.Condition.CALM;
  }

  /** When a failed call is tried again. */
  enum Retries {
    /** Where the breaker thinks it worth it, and within the budget while load shows. */
    ADVISED,
    /** Within the budget. */
    BUDGET_ALONE,
    /** As often as the world allows. */
    ALWAYS
  }

  /**
   * Parts of Foreguard that a variant has.
   *
   * @param limit limit on calls in flight
   * @param keys breakers of replicas and tenants
   * @param retries when a failed call is tried again
   * @param adaptiveTimeout time-out from the latency of healthy calls
   * @param hedge a second attempt beside one that takes long
   */
  record Parts(
      boolean limit, boolean keys, Retries retries, boolean adaptiveTimeout, boolean hedge) {
    static final Parts DEFAULTS = new Parts(true, true, Retries.ADVISED, false, false);
  }
}
