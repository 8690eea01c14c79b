package io.foreguard.guard;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.internal.Require;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.Clock;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link Guard} and checks that they fit together. Not thread-safe. */
public final class GuardBuilder {
  private static final List<Layer> USUAL_ORDER =
      List.of(Layer.RETRY, Layer.HEDGE, Layer.CIRCUIT_BREAKER, Layer.BULKHEAD, Layer.TIMEOUT);

  private final String name;
  private Clock clock = Clock.system();
  private BiFunction<Clock, @Nullable Timeout, CircuitBreaker> breaker;
  private @Nullable Function<Clock, Bulkhead> bulkhead;
  private @Nullable Function<Clock, ThreadPoolBulkhead> pool;
  private @Nullable Function<Clock, Retry> retry;
  private @Nullable Function<Clock, Hedge> hedge;
  private @Nullable Function<Clock, Timeout> timeout;
  private boolean timeoutIsOurs;
  private @Nullable Duration deadline;
  private @Nullable List<Layer> order;

  GuardBuilder(String name) {
    this.name = Require.name(name, "name");
    breaker = (time, attempt) -> newBreaker(CircuitBreakerConfig.defaults(), time, attempt);
  }

  /** Sets the time that all parts live by. Default the system clock. */
  @CanIgnoreReturnValue
  public GuardBuilder clock(Clock value) {
    clock = Require.nonNull(value, "clock");
    return this;
  }

  /**
   * Sets the breaker's settings. Unless they name a deadline, the guard's time-out becomes it, or
   * without one the guard's deadline. Default {@link CircuitBreakerConfig#defaults()}.
   */
  @CanIgnoreReturnValue
  public GuardBuilder circuitBreaker(CircuitBreakerConfig config) {
    Require.nonNull(config, "circuitBreaker");
    breaker = (time, attempt) -> newBreaker(config, time, attempt);
    return this;
  }

  /** Uses a breaker that exists, perhaps shared with other guards of the same dependency. */
  @CanIgnoreReturnValue
  public GuardBuilder circuitBreaker(CircuitBreaker existing) {
    Require.nonNull(existing, "circuitBreaker");
    breaker = (time, attempt) -> existing;
    return this;
  }

  /** Bounds the calls in flight by a semaphore. None by default. */
  @CanIgnoreReturnValue
  public GuardBuilder bulkhead(BulkheadConfig config) {
    Require.nonNull(config, "bulkhead");
    bulkhead = time -> Bulkhead.of(name, config, time);
    return this;
  }

  /** Bounds the calls in flight by a bulkhead that exists. */
  @CanIgnoreReturnValue
  public GuardBuilder bulkhead(Bulkhead existing) {
    Require.nonNull(existing, "bulkhead");
    bulkhead = time -> existing;
    return this;
  }

  /** Runs calls on a pool of threads. None by default. */
  @CanIgnoreReturnValue
  public GuardBuilder threadPoolBulkhead(ThreadPoolBulkheadConfig config) {
    Require.nonNull(config, "threadPoolBulkhead");
    pool = time -> ThreadPoolBulkhead.of(name, config, time);
    return this;
  }

  /** Runs calls on a pool of threads that exists. */
  @CanIgnoreReturnValue
  public GuardBuilder threadPoolBulkhead(ThreadPoolBulkhead existing) {
    Require.nonNull(existing, "threadPoolBulkhead");
    pool = time -> existing;
    return this;
  }

  /**
   * Tries again after failures, where the budget and the success model allow it. None by default.
   */
  @CanIgnoreReturnValue
  public GuardBuilder retry(RetryConfig config) {
    Require.nonNull(config, "retry");
    retry = time -> Retry.of(name, config, time);
    return this;
  }

  /**
   * Tries again after failures with a retry that exists, where the success model agrees as well.
   */
  @CanIgnoreReturnValue
  public GuardBuilder retry(Retry existing) {
    Require.nonNull(existing, "retry");
    retry = time -> existing;
    return this;
  }

  /**
   * Starts a second attempt beside one that takes long, where the budget and the breaker allow it;
   * only for calls that may run twice at the same time. The delay follows the latency that the
   * breaker has seen, and each attempt takes permits of its own. Synchronous calls need {@link
   * HedgeConfig.Builder#executor}. None by default.
   */
  @CanIgnoreReturnValue
  public GuardBuilder hedge(HedgeConfig config) {
    Require.nonNull(config, "hedge");
    hedge = time -> Hedge.of(name, config, time);
    return this;
  }

  /**
   * Bounds the time of each attempt. None by default.
   *
   * @throws IllegalArgumentException if zero, negative or longer than 73 years
   */
  @CanIgnoreReturnValue
  public GuardBuilder timeout(Duration duration) {
    Require.positive(duration, "timeout");
    return timeout(TimeoutConfig.of(duration));
  }

  /**
   * Bounds the time of each attempt. An adaptive duration follows the latency that the breaker has
   * seen; what is derived from the time-out is derived from its longest. None by default.
   */
  @CanIgnoreReturnValue
  public GuardBuilder timeout(TimeoutConfig config) {
    Require.nonNull(config, "timeout");
    timeout = time -> Timeout.of(name, config, time);
    timeoutIsOurs = true;
    return this;
  }

  /**
   * Bounds the time of each attempt with a time-out that exists. What an adaptive one follows is
   * not touched.
   */
  @CanIgnoreReturnValue
  public GuardBuilder timeout(Timeout existing) {
    Require.nonNull(existing, "timeout");
    timeout = time -> existing;
    timeoutIsOurs = false;
    return this;
  }

  /**
   * Bounds the time of the whole call, waits and retries included. None by default.
   *
   * @throws IllegalArgumentException if zero, negative or longer than 73 years
   */
  @CanIgnoreReturnValue
  public GuardBuilder deadline(Duration duration) {
    deadline = Require.positive(duration, "deadline");
    return this;
  }

  /**
   * Puts the layers in another order, outermost first; it must name each layer that is configured
   * once. Default RETRY, HEDGE, CIRCUIT_BREAKER, BULKHEAD, TIMEOUT.
   */
  @CanIgnoreReturnValue
  public GuardBuilder order(Layer... outermostFirst) {
    order = List.of(outermostFirst);
    return this;
  }

  /**
   * Builds the guard.
   *
   * @throws IllegalArgumentException if the parts contradict each other: a time-out longer than the
   *     deadline, a first backoff or a wait for the bulkhead that the bound around it never lets
   *     end, a permit lease that is not longer than the time-out, two bulkheads, or an order that
   *     cannot work
   */
  public Guard build() {
    Require.that(
        bulkhead == null || pool == null,
        "threadPoolBulkhead",
        "absent when there is a semaphore bulkhead",
        name);
    Timeout attempt = made(timeout);
    CircuitBreaker gate = breaker.apply(clock, attempt);
    Bulkhead semaphore = made(bulkhead);
    Retry again = made(retry);
    Timeout whole =
        deadline == null ? null : Timeout.of(name + "-deadline", TimeoutConfig.of(deadline), clock);
    Hedge twice = made(hedge);
    checkTimes(gate, semaphore, again, attempt);
    checkHedge(twice, attempt);
    List<Layer> checked = checkedOrder(semaphore, attempt);
    if (twice != null) {
      twice.follow(gate.latency());
    }
    if (attempt != null && timeoutIsOurs) {
      attempt.follow(gate.latency());
    }
    return new Guard(
        name, new Parts(gate, semaphore, made(pool), again, twice, attempt, whole, checked));
  }

  private <P> @Nullable P made(@Nullable Function<Clock, P> part) {
    return part == null ? null : part.apply(clock);
  }

  private CircuitBreaker newBreaker(
      CircuitBreakerConfig config, Clock time, @Nullable Timeout attempt) {
    Duration bound = attempt == null ? deadline : attempt.config().duration();
    if (bound == null || config.deadline().isPresent() || (attempt == null && isLong(config))) {
      return CircuitBreaker.of(name, config, time);
    }
    return CircuitBreaker.of(name, config.toBuilder().deadline(bound).build(), time);
  }

  /** Whether single calls are written off, or slow, long before the whole deadline is over. */
  private boolean isLong(CircuitBreakerConfig config) {
    Duration longest = config.slowCallDuration().orElse(Duration.ZERO);
    return deadline == null
        || deadline.compareTo(config.permitLease()) >= 0
        || deadline.compareTo(longest) < 0;
  }

  private void checkTimes(
      CircuitBreaker gate,
      @Nullable Bulkhead semaphore,
      @Nullable Retry again,
      @Nullable Timeout attempt) {
    Duration each = attempt == null ? null : attempt.config().duration();
    if (each != null) {
      Duration lease = gate.config().permitLease();
      Require.that(
          lease.compareTo(each) > 0, "permitLease", "longer than timeout (" + each + ")", lease);
    }
    if (deadline == null) {
      return;
    }
    String within = "shorter than deadline (" + deadline + "), which would always come first";
    if (each != null) {
      String most = "at most deadline (" + deadline + "), which would always come first";
      Require.that(each.compareTo(deadline) <= 0, "timeout", most, each);
    }
    if (again != null) {
      Duration delay = again.config().baseDelay();
      Require.that(delay.compareTo(deadline) < 0, "retry.baseDelay", within, delay);
    }
    if (semaphore != null) {
      Duration wait = semaphore.config().maxWait();
      Require.that(wait.compareTo(deadline) < 0, "bulkhead.maxWait", within, wait);
    }
  }

  private void checkHedge(@Nullable Hedge twice, @Nullable Timeout attempt) {
    Duration bound = attempt == null ? deadline : attempt.config().duration();
    Duration delay = twice == null ? null : twice.config().fixedDelay().orElse(null);
    if (bound != null && delay != null) {
      String rule = "shorter than the time of an attempt (" + bound + "), or no hedge would start";
      Require.that(delay.compareTo(bound) < 0, "hedge.fixedDelay", rule, delay);
    }
  }

  private List<Layer> checkedOrder(@Nullable Bulkhead semaphore, @Nullable Timeout attempt) {
    Set<Layer> there = EnumSet.of(Layer.CIRCUIT_BREAKER);
    if (retry != null) {
      there.add(Layer.RETRY);
    }
    if (hedge != null) {
      there.add(Layer.HEDGE);
    }
    if (bulkhead != null || pool != null) {
      there.add(Layer.BULKHEAD);
    }
    if (timeout != null) {
      there.add(Layer.TIMEOUT);
    }
    if (order == null) {
      return USUAL_ORDER.stream().filter(there::contains).toList();
    }
    Require.that(
        order.size() == there.size() && there.equals(new HashSet<>(order)),
        "order",
        "one mention of each configured layer " + there,
        order);
    checkHedgePlace(order);
    checkTimeoutPlace(order, semaphore, attempt);
    return order;
  }

  private static void checkHedgePlace(List<Layer> wanted) {
    int hedgeAt = wanted.indexOf(Layer.HEDGE);
    if (hedgeAt < 0) {
      return;
    }
    int bulkheadAt = wanted.indexOf(Layer.BULKHEAD);
    Require.that(
        hedgeAt < wanted.indexOf(Layer.CIRCUIT_BREAKER) && (bulkheadAt < 0 || hedgeAt < bulkheadAt),
        "order",
        "with HEDGE outside CIRCUIT_BREAKER and BULKHEAD: each attempt takes permits of its own",
        wanted);
    Require.that(
        hedgeAt > wanted.indexOf(Layer.RETRY),
        "order",
        "with HEDGE inside RETRY: it takes a call that fails for failed, and repeats no failure",
        wanted);
  }

  private void checkTimeoutPlace(
      List<Layer> wanted, @Nullable Bulkhead semaphore, @Nullable Timeout attempt) {
    int timeoutAt = wanted.indexOf(Layer.TIMEOUT);
    if (attempt == null || timeoutAt < 0) {
      return;
    }
    Require.that(
        timeoutAt > wanted.indexOf(Layer.RETRY),
        "order",
        "with TIMEOUT inside RETRY: it bounds one attempt; use deadline for the whole call",
        wanted);
    Require.that(
        !attempt.config().isAdaptive()
            || !timeoutIsOurs
            || timeoutAt > wanted.indexOf(Layer.CIRCUIT_BREAKER),
        "order",
        "with an adaptive TIMEOUT inside CIRCUIT_BREAKER: it follows the latency seen there",
        wanted);
    int bulkheadAt = wanted.indexOf(Layer.BULKHEAD);
    if (pool != null) {
      Require.that(
          timeoutAt == bulkheadAt + 1,
          "order",
          "with TIMEOUT next inside the thread pool: they work as one",
          wanted);
    } else if (semaphore != null && timeoutAt < bulkheadAt) {
      Duration each = attempt.config().duration();
      Duration wait = semaphore.config().maxWait();
      Require.that(
          wait.compareTo(each) < 0,
          "bulkhead.maxWait",
          "shorter than the timeout around it (" + each + ")",
          wait);
    }
  }
}
