package io.foreguard.benchmarks.lab;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Outcome;
import io.foreguard.retry.RetryBudget;
import io.foreguard.time.Clock;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
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
  private final Set<Part> parts;
  private final CircuitBreaker breaker;
  private final RetryBudget budget = RetryBudget.standard();
  private final RetryBudget hedges = RetryBudget.of(.05, 5);
  private final Timeout timeout;
  private final CallContext[] contexts;
  private final CallContext[] routes;

  ForeguardPolicy(World world, LabClock clock, Set<Part> parts, Models models) {
    this.world = world;
    this.parts = parts;
    Duration deadline = Duration.ofNanos((long) (world.deadline * 1e9));
    Duration least = Duration.ofNanos((long) (LEAST_TIMEOUT_SHARE * world.deadline * 1e9));
    CircuitBreakerConfig.Builder config = CircuitBreakerConfig.builder();
    config.policy(PredictivePolicy.builder().limitsConcurrency(has(Part.LIMIT)).build());
    if (has(Part.DEADLINE)) {
      config.deadline(deadline);
    }
    config.model(models.create(deadline, clock));
    breaker = CircuitBreaker.of("dependency", config.build(), clock);
    timeout = Timeout.of("dependency", TimeoutConfig.adaptive(least, deadline), clock);
    timeout.follow(breaker.latency());
    routes = new CallContext[world.replicas];
    contexts = new CallContext[world.replicas * world.tenants];
    for (int replica = 0; replica < world.replicas; replica++) {
      CallContext route = CallContext.none();
      if (has(Part.KEYS) && world.replicas > 1) {
        route = route.and("replica", "r" + replica);
      }
      routes[replica] = route;
      for (int tenant = 0; tenant < world.tenants; tenant++) {
        contexts[replica * world.tenants + tenant] =
            has(Part.KEYS) && world.tenants > 1 ? route.and("tenant", "t" + tenant) : route;
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
      boolean untold = outcome == Outcome.CALLER_FAULT && !has(Part.CALLER_FAULTS);
      permit.record(untold ? Outcome.FAILURE : outcome);
    }
  }

  @Override
  public boolean retries(Call call, Outcome outcome, long now) {
    boolean advised = has(Part.RETRY_ADVICE);
    if (advised && !breaker.allowsRetry()) {
      return false;
    }
    return !has(Part.RETRY_BUDGET) || (advised && isCalm()) || budget.tryWithdraw();
  }

  @Override
  public double timeout(Call call, double deadline) {
    if (!has(Part.ADAPTIVE_TIMEOUT)) {
      return deadline;
    }
    // The time-out learns when calls pass; the lab's own event stands for the call.
    CompletionStage<Boolean> passed =
        timeout.callAsync(() -> CompletableFuture.completedFuture(true));
    return passed == null ? deadline : timeout.limit().toNanos() / 1e9;
  }

  @Override
  public double hedgeAfter(Call call) {
    boolean known = has(Part.HEDGE) && breaker.latency().successes() >= SUCCESSES_TO_HEDGE;
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

  private boolean has(Part part) {
    return parts.contains(part);
  }

  private boolean isCalm() {
    return breaker.latency().condition() == LatencyEvidence.Condition.CALM;
  }

  /** What a variant of Foreguard may have or not. */
  enum Part {
    /** Limit on calls in flight. */
    LIMIT,
    /** Breakers of replicas and tenants. */
    KEYS,
    /** A deadline that the breaker knows: latency says whether calls will end in time. */
    DEADLINE,
    /** Word of which errors are the caller's fault; without it they are failures. */
    CALLER_FAULTS,
    /** Retries only where the breaker thinks them worth it. */
    RETRY_ADVICE,
    /** A budget of retries, which with the advice is spent only while load shows. */
    RETRY_BUDGET,
    /** Time-out from the latency of healthy calls. */
    ADAPTIVE_TIMEOUT,
    /** A second attempt beside one that takes long. */
    HEDGE;

    static final Set<Part> DEFAULTS =
        Collections.unmodifiableSet(EnumSet.range(LIMIT, RETRY_BUDGET));
  }

  /** Makes the model that a breaker consults, one for each breaker. */
  @FunctionalInterface
  interface Models {
    SuccessModel create(Duration deadline, Clock clock);
  }
}
