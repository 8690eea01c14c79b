package io.foreguard.spring;

import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.micrometer.MeterNaming;
import io.foreguard.retry.Jitter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application configures. Null stands for a property that is not set, so that a guard can
 * inherit it. A property that does not exist is refused: misspelt, it would silently protect less.
 * Built-in defaults are told by additional-spring-configuration-metadata.json.
 *
 * @param enabled Whether to create the registry, its guards and what observes them.
 * @param aspectOrder Order of the advice of guarded methods. Lower values are further out.
 * @param metrics Settings of the meters.
 * @param defaults Settings that guards inherit, property by property.
 * @param guards Settings of guards, by their names.
 */
@ConfigurationProperties(prefix = ForeguardProperties.PREFIX, ignoreUnknownFields = false)
record ForeguardProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("" + Guarded.ASPECT_ORDER) int aspectOrder,
    @DefaultValue MetricsProperties metrics,
    @DefaultValue GuardProperties defaults,
    @DefaultValue Map<String, GuardProperties> guards) {
  static final String PREFIX = "foreguard";

  /**
   * Settings of the meters.
   *
   * @param naming Whose names the meters have: those of this library, those of Resilience4j so that
   *     its dashboards go on working, or both.
   */
  record MetricsProperties(@DefaultValue("foreguard") MeterNaming naming) {}

  /** What turns estimates into decisions. */
  enum Policy {
    /** Admits a call when its success probability makes it worth its expected cost. */
    PREDICTIVE,
    /** Opens at fixed thresholds on a sliding window. */
    CLASSIC
  }

  /** A part of a guard that can be switched on and off. */
  interface Part {
    /** Whether the guard has the part; null when that follows from the other properties. */
    @Nullable Boolean enabled();

    /** The same part with no property set. */
    Part unset();
  }

  /**
   * Settings of one guard.
   *
   * @param policy How the circuit breaker decides.
   * @param mode What the circuit breaker does with its decisions when it starts.
   * @param timeout Longest time of one attempt. Unbounded by default.
   * @param minTimeout Shortest time-out of an attempt. With it the time-out follows the latency
   *     that the circuit breaker has seen, up to timeout. By default the time-out is fixed.
   * @param deadline Longest time of the whole call, retries and waits included. Unbounded by
   *     default.
   * @param slowCallDuration Duration from which a successful call counts as slow. No call is slow
   *     by default.
   * @param permitLease Time after which a call without a result is written off.
   * @param callerFaultExceptions Exceptions that are the caller's fault. They say nothing about the
   *     dependency and are not retried.
   * @param ignoreExceptions Exceptions that say nothing about the dependency.
   * @param modelFile File with a trained success model, which needs foreguard-predictive. The
   *     default model serves while there is none, or when it cannot be loaded.
   * @param modelMustProve Whether a model of calls decides only once its forecasts have proved
   *     better than the default model's. Once it decides it is watched, and demoted when it gets
   *     worse, either way.
   * @param predictive Settings of the predictive policy.
   * @param classic Settings of the classic policy.
   * @param retry Settings of the retry.
   * @param hedge Settings of the hedge, for calls that may run twice at the same time.
   * @param bulkhead Settings of the semaphore bulkhead.
   * @param threadPool Settings of the thread-pool bulkhead.
   * @param fallback Settings of the fallback of guarded methods.
   */
  record GuardProperties(
      @Nullable Policy policy,
      @Nullable Mode mode,
      @Nullable Duration timeout,
      @Nullable Duration minTimeout,
      @Nullable Duration deadline,
      @Nullable Duration slowCallDuration,
      @Nullable Duration permitLease,
      @Nullable List<Class<?>> callerFaultExceptions,
      @Nullable List<Class<?>> ignoreExceptions,
      @Nullable String modelFile,
      @Nullable Boolean modelMustProve,
      @DefaultValue PredictiveProperties predictive,
      @DefaultValue ClassicProperties classic,
      @DefaultValue RetryProperties retry,
      @DefaultValue HedgeProperties hedge,
      @DefaultValue BulkheadProperties bulkhead,
      @DefaultValue ThreadPoolProperties threadPool,
      @DefaultValue FallbackProperties fallback) {
    /** No property set. */
    static final GuardProperties UNSET =
        new GuardProperties(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new PredictiveProperties(null, null, null, null, null, null),
            new ClassicProperties(null, null, null, null, null, null, null),
            RetryProperties.UNSET,
            HedgeProperties.UNSET,
            BulkheadProperties.UNSET,
            ThreadPoolProperties.UNSET,
            new FallbackProperties(LastKnownGoodProperties.UNSET));
  }

  /**
   * Settings of the predictive policy.
   *
   * @param fastFailureCost Cost of a call that fails at once, in the unit of the rejection cost.
   * @param holdCost Further cost of a failure that holds its caller for the whole time-out.
   * @param rejectionCost Cost of rejecting a call that would have succeeded.
   * @param minimumSuccessProbability Success probability below which calls are rejected, instead of
   *     deriving it from costs. By default that of the model file, if there is one.
   * @param maxProbeInterval Longest time between two probes of an open circuit, while calls arrive.
   * @param limitsConcurrency Whether calls in flight are limited to what the dependency is seen to
   *     take.
   */
  record PredictiveProperties(
      @Nullable Double fastFailureCost,
      @Nullable Double holdCost,
      @Nullable Double rejectionCost,
      @Nullable Double minimumSuccessProbability,
      @Nullable Duration maxProbeInterval,
      @Nullable Boolean limitsConcurrency) {}

  /**
   * Settings of the classic policy.
   *
   * @param failureRateThreshold Failure ratio at or above which the circuit opens.
   * @param slowCallRateThreshold Ratio of slow calls at or above which the circuit opens.
   * @param slidingWindowType What the window counts: calls or seconds.
   * @param slidingWindowSize Size of the window, in calls or seconds.
   * @param minimumCalls Calls in the window below which nothing is judged.
   * @param openDuration Time that the circuit stays open before probes are admitted.
   * @param halfOpenCalls Number of probes that are judged.
   */
  record ClassicProperties(
      @Nullable Double failureRateThreshold,
      @Nullable Double slowCallRateThreshold,
      @Nullable WindowType slidingWindowType,
      @Nullable Integer slidingWindowSize,
      @Nullable Integer minimumCalls,
      @Nullable Duration openDuration,
      @Nullable Integer halfOpenCalls) {}

  /**
   * Settings of the retry.
   *
   * @param enabled Whether failed calls are tried again. By default when the guard itself sets one
   *     of the other properties.
   * @param maxAttempts Most attempts of one call, the first one included.
   * @param baseDelay Delay after the first attempt, before jitter.
   * @param maxDelay Longest wait between two attempts.
   * @param multiplier Growth of the delay per attempt.
   * @param jitter How delays are spread at random.
   * @param budgetRatio Retries earned per request.
   * @param budgetBurst Retries that can be saved up.
   */
  record RetryProperties(
      @Nullable Boolean enabled,
      @Nullable Integer maxAttempts,
      @Nullable Duration baseDelay,
      @Nullable Duration maxDelay,
      @Nullable Double multiplier,
      @Nullable Jitter jitter,
      @Nullable Double budgetRatio,
      @Nullable Integer budgetBurst)
      implements Part {
    static final RetryProperties UNSET =
        new RetryProperties(null, null, null, null, null, null, null, null);

    @Override
    public Part unset() {
      return UNSET;
    }
  }

  /**
   * Settings of a hedge.
   *
   * @param enabled Whether the guard has a hedge.
   * @param fixedDelay Time after which a second attempt starts. By default it follows the latency
   *     that the circuit breaker has seen.
   * @param quantile Quantile of the latency seen that the delay follows.
   * @param minDelay Shortest delay that follows the latency seen.
   * @param maxHedges Most attempts of a call beside its first.
   * @param budgetRatio Hedges earned with each call.
   * @param budgetBurst Hedges that can be saved up.
   */
  record HedgeProperties(
      @Nullable Boolean enabled,
      @Nullable Duration fixedDelay,
      @Nullable Double quantile,
      @Nullable Duration minDelay,
      @Nullable Integer maxHedges,
      @Nullable Double budgetRatio,
      @Nullable Integer budgetBurst)
      implements Part {
    static final HedgeProperties UNSET =
        new HedgeProperties(null, null, null, null, null, null, null);

    @Override
    public Part unset() {
      return UNSET;
    }
  }

  /**
   * Settings of the semaphore bulkhead.
   *
   * @param enabled Whether calls at the same time are bounded by a semaphore. By default when the
   *     guard itself sets one of the other properties.
   * @param maxConcurrentCalls How many calls may run at the same time.
   * @param maxWait How long a call may wait for room.
   * @param maxQueue How many calls may wait at the same time.
   */
  record BulkheadProperties(
      @Nullable Boolean enabled,
      @Nullable Integer maxConcurrentCalls,
      @Nullable Duration maxWait,
      @Nullable Integer maxQueue)
      implements Part {
    static final BulkheadProperties UNSET = new BulkheadProperties(null, null, null, null);

    @Override
    public Part unset() {
      return UNSET;
    }
  }

  /**
   * Settings of the thread-pool bulkhead.
   *
   * @param enabled Whether calls run on a pool of threads. By default when the guard itself sets
   *     one of the other properties.
   * @param maxThreads How many calls may run at the same time, each on its own thread.
   * @param coreThreads How many idle threads are kept for ever.
   * @param queueCapacity How many calls may wait for a thread.
   * @param keepAlive How long an idle thread beyond the core is kept.
   * @param virtualThreads Whether calls run on virtual threads, from Java 21 on.
   * @param threadNamePrefix What thread names start with. Default the guard's name.
   */
  record ThreadPoolProperties(
      @Nullable Boolean enabled,
      @Nullable Integer maxThreads,
      @Nullable Integer coreThreads,
      @Nullable Integer queueCapacity,
      @Nullable Duration keepAlive,
      @Nullable Boolean virtualThreads,
      @Nullable String threadNamePrefix)
      implements Part {
    static final ThreadPoolProperties UNSET =
        new ThreadPoolProperties(null, null, null, null, null, null, null);

    @Override
    public Part unset() {
      return UNSET;
    }
  }

  /**
   * Settings of the fallback of guarded methods.
   *
   * @param lastKnownGood Settings of last known good answers.
   */
  record FallbackProperties(@DefaultValue LastKnownGoodProperties lastKnownGood) {}

  /**
   * Settings of last known good answers.
   *
   * @param enabled Whether guarded methods answer with the last good answer when a call fails. By
   *     default when the guard itself sets one of the other properties.
   * @param maximumAge How old an answer may be to be given again. Required where they are enabled.
   * @param maximumSize How many answers are kept, unless in a cache.
   * @param cache Name of the Spring cache that keeps the answers. By default they are kept in
   *     memory, which needs Caffeine.
   */
  record LastKnownGoodProperties(
      @Nullable Boolean enabled,
      @Nullable Duration maximumAge,
      @Nullable Long maximumSize,
      @Nullable String cache)
      implements Part {
    static final LastKnownGoodProperties UNSET =
        new LastKnownGoodProperties(null, null, null, null);

    @Override
    public Part unset() {
      return UNSET;
    }
  }
}
