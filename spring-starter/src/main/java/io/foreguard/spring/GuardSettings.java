package io.foreguard.spring;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.internal.Require;
import io.foreguard.retry.RetryConfig;
import io.foreguard.spring.ForeguardProperties.GuardProperties;
import io.foreguard.spring.ForeguardProperties.Policy;
import io.foreguard.timeout.TimeoutConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.resilience.InvocationRejectedException;

/** What the properties say about one guard, as settings of its parts. Immutable. */
final class GuardSettings {
  private final LayeredProperties properties;

  GuardSettings(LayeredProperties properties) {
    this.properties = properties;
  }

  /** The name under {@code foreguard.defaults} of a property of a guard. */
  static String inherited(String property) {
    return LayeredProperties.inherited(property);
  }

  Optional<String> modelFile() {
    return Optional.ofNullable(properties.get(GuardProperties::modelFile));
  }

  /** Whether a learned model of calls decides only once it has proved itself. True by default. */
  boolean modelMustProve() {
    return !Boolean.FALSE.equals(properties.get(GuardProperties::modelMustProve));
  }

  /** Sets how long an attempt and the whole call may take. */
  void setTimes(GuardBuilder builder) {
    timeout().ifPresent(builder::timeout);
    properties.set("deadline", GuardProperties::deadline, builder::deadline);
  }

  /** Settings of the time-out of an attempt, if it has one. */
  Optional<TimeoutConfig> timeout() {
    TimeoutConfig.Builder builder = TimeoutConfig.builder();
    properties.set("timeout", GuardProperties::timeout, builder::duration);
    Duration longest = properties.get(GuardProperties::timeout);
    Duration shortest = properties.get(GuardProperties::minTimeout);
    if (longest == null) {
      if (shortest != null) {
        throw properties.refused(
            "timeout", "not set", "must be set beside min-timeout (" + shortest + ")");
      }
      return Optional.empty();
    }
    properties.set("min-timeout", GuardProperties::minTimeout, builder::adaptive);
    return Optional.of(properties.build("", builder::build));
  }

  /**
   * As {@link #timeout()}, where one is asked for.
   *
   * @throws InvalidGuardSettingException if there is none
   */
  TimeoutConfig requiredTimeout() {
    return timeout()
        .orElseThrow(
            () ->
                properties.refused("timeout", "not set", "must be set where @Timeout asks for it"));
  }

  /**
   * Settings of the circuit breaker.
   *
   * @param judgedAt success probability below which the model means the breaker to act
   */
  CircuitBreakerConfig.Builder circuitBreaker(OptionalDouble judgedAt) {
    CircuitBreakerConfig.Builder builder = CircuitBreakerConfig.builder();
    builder.policy(policy(judgedAt)).classifier(classifier());
    properties.set("mode", GuardProperties::mode, builder::mode);
    properties.set(
        "slow-call-duration", GuardProperties::slowCallDuration, builder::slowCallDuration);
    properties.set("permit-lease", GuardProperties::permitLease, builder::permitLease);
    return builder;
  }

  RetryConfig.Builder retry() {
    RetryConfig.Builder builder = RetryConfig.builder();
    properties.set("retry.max-attempts", p -> p.retry().maxAttempts(), builder::maxAttempts);
    properties.set("retry.base-delay", p -> p.retry().baseDelay(), builder::baseDelay);
    properties.set("retry.max-delay", p -> p.retry().maxDelay(), builder::maxDelay);
    properties.set("retry.multiplier", p -> p.retry().multiplier(), builder::multiplier);
    properties.set("retry.jitter", p -> p.retry().jitter(), builder::jitter);
    properties.set("retry.budget-ratio", p -> p.retry().budgetRatio(), builder::budgetRatio);
    properties.set("retry.budget-burst", p -> p.retry().budgetBurst(), builder::budgetBurst);
    Predicate<Throwable> callersFault = callerFaults();
    builder.retryOn(thrown -> isRepeatable(thrown) && !callersFault.test(thrown));
    builder.retryAfter(GuardSettings::retryAfter);
    properties.build("retry.", builder::build);
    return builder;
  }

  HedgeConfig.Builder hedge() {
    HedgeConfig.Builder builder = HedgeConfig.builder();
    properties.set("hedge.quantile", p -> p.hedge().quantile(), builder::quantile);
    properties.set("hedge.min-delay", p -> p.hedge().minDelay(), builder::minDelay);
    properties.set("hedge.fixed-delay", p -> p.hedge().fixedDelay(), builder::fixedDelay);
    properties.set("hedge.max-hedges", p -> p.hedge().maxHedges(), builder::maxHedges);
    properties.set("hedge.budget-ratio", p -> p.hedge().budgetRatio(), builder::budgetRatio);
    properties.set("hedge.budget-burst", p -> p.hedge().budgetBurst(), builder::budgetBurst);
    return builder;
  }

  BulkheadConfig bulkhead() {
    BulkheadConfig.Builder builder = BulkheadConfig.builder();
    properties.set(
        "bulkhead.max-concurrent-calls",
        p -> p.bulkhead().maxConcurrentCalls(),
        builder::maxConcurrentCalls);
    properties.set("bulkhead.max-wait", p -> p.bulkhead().maxWait(), builder::maxWait);
    properties.set("bulkhead.max-queue", p -> p.bulkhead().maxQueue(), builder::maxQueue);
    return properties.build("bulkhead.", builder::build);
  }

  ThreadPoolBulkheadConfig threadPool() {
    ThreadPoolBulkheadConfig.Builder builder = ThreadPoolBulkheadConfig.builder();
    properties.set(
        "thread-pool.max-threads", p -> p.threadPool().maxThreads(), builder::maxThreads);
    properties.set(
        "thread-pool.core-threads", p -> p.threadPool().coreThreads(), builder::coreThreads);
    properties.set(
        "thread-pool.queue-capacity", p -> p.threadPool().queueCapacity(), builder::queueCapacity);
    properties.set("thread-pool.keep-alive", p -> p.threadPool().keepAlive(), builder::keepAlive);
    properties.set(
        "thread-pool.virtual-threads",
        p -> p.threadPool().virtualThreads(),
        builder::virtualThreads);
    properties.set(
        "thread-pool.thread-name-prefix",
        p -> p.threadPool().threadNamePrefix(),
        builder::threadNamePrefix);
    return properties.build("thread-pool.", builder::build);
  }

  Optional<LastKnownGoodConfig> lastKnownGood() {
    String section = "fallback.last-known-good.";
    LastKnownGoodConfig.Builder builder = LastKnownGoodConfig.builder();
    properties.set(
        section + "maximum-age",
        p -> p.fallback().lastKnownGood().maximumAge(),
        builder::maximumAge);
    properties.set(
        section + "maximum-size",
        p -> p.fallback().lastKnownGood().maximumSize(),
        builder::maximumSize);
    return properties.has(p -> p.fallback().lastKnownGood())
        ? Optional.of(properties.build(section, builder::build))
        : Optional.empty();
  }

  /** Name of the Spring cache that keeps last known good answers, if not the built-in store. */
  Optional<String> lastKnownGoodCache() {
    return Optional.ofNullable(properties.get(p -> p.fallback().lastKnownGood().cache()));
  }

  /** What to throw when no last known good answers are configured where they are asked for. */
  InvalidGuardSettingException withoutLastKnownGood() {
    return properties.refused(
        "fallback.last-known-good.maximum-age",
        "not set",
        "must be set where @LastKnownGood asks for it");
  }

  /** What to throw when the cache for last known good answers does not exist. */
  InvalidGuardSettingException unknownCache(String name, String rule) {
    return properties.refused("fallback.last-known-good.cache", name, rule);
  }

  /** Whether nothing that these settings are made of differs from {@code other}. */
  boolean sameAs(GuardSettings other) {
    return same(other, all -> all);
  }

  /** Whether the circuit breaker's policy is the same as in {@code other}. */
  boolean samePolicy(GuardSettings other) {
    return same(other, GuardProperties::policy)
        && same(other, GuardProperties::predictive)
        && same(other, GuardProperties::classic);
  }

  /** Whether what {@code of} reads is the same as in {@code other}. */
  boolean same(GuardSettings other, LayeredProperties.Accessor<?> of) {
    return properties.sameAs(other.properties, of);
  }

  /** What the circuit breaker does with its decisions when it starts. */
  Mode mode() {
    return Optional.ofNullable(properties.get(GuardProperties::mode)).orElse(Mode.ENFORCE);
  }

  /** Runs {@code build}, in which the parts of the guard are checked against each other. */
  <T> T built(Supplier<T> build) {
    return properties.build("", build);
  }

  private TripPolicy policy(OptionalDouble judgedAt) {
    PredictivePolicy predictive = predictive(judgedAt);
    ClassicPolicy classic = classic();
    return properties.get(GuardProperties::policy) == Policy.CLASSIC ? classic : predictive;
  }

  private PredictivePolicy predictive(OptionalDouble judgedAt) {
    PredictivePolicy.Builder builder = PredictivePolicy.builder();
    judgedAt.ifPresent(builder::minimumSuccessProbability);
    properties.set(
        "predictive.fast-failure-cost",
        p -> p.predictive().fastFailureCost(),
        builder::fastFailureCost);
    properties.set("predictive.hold-cost", p -> p.predictive().holdCost(), builder::holdCost);
    properties.set(
        "predictive.rejection-cost", p -> p.predictive().rejectionCost(), builder::rejectionCost);
    properties.set(
        "predictive.minimum-success-probability",
        p -> p.predictive().minimumSuccessProbability(),
        builder::minimumSuccessProbability);
    properties.set(
        "predictive.max-probe-interval",
        p -> p.predictive().maxProbeInterval(),
        builder::maxProbeInterval);
    properties.set(
        "predictive.limits-concurrency",
        p -> p.predictive().limitsConcurrency(),
        builder::limitsConcurrency);
    return builder.build();
  }

  private ClassicPolicy classic() {
    ClassicPolicy.Builder builder = ClassicPolicy.builder();
    properties.set(
        "classic.failure-rate-threshold",
        p -> p.classic().failureRateThreshold(),
        builder::failureRateThreshold);
    properties.set(
        "classic.slow-call-rate-threshold",
        p -> p.classic().slowCallRateThreshold(),
        builder::slowCallRateThreshold);
    ClassicPolicy usual = builder.build();
    properties.set(
        "classic.sliding-window-type",
        p -> p.classic().slidingWindowType(),
        type -> builder.slidingWindow(type, usual.windowSize()));
    properties.set(
        "classic.sliding-window-size",
        p -> p.classic().slidingWindowSize(),
        size ->
            builder.slidingWindow(
                Optional.ofNullable(properties.get(p -> p.classic().slidingWindowType()))
                    .orElse(usual.windowType()),
                size));
    properties.set("classic.minimum-calls", p -> p.classic().minimumCalls(), builder::minimumCalls);
    properties.set("classic.open-duration", p -> p.classic().openDuration(), builder::openDuration);
    properties.set(
        "classic.half-open-calls", p -> p.classic().halfOpenCalls(), builder::halfOpenCalls);
    return properties.build("classic.", builder::build);
  }

  private OutcomeClassifier classifier() {
    Predicate<Throwable> ignored =
        oneOf("ignore-exceptions", GuardProperties::ignoreExceptions)
            .or(InvocationRejectedException.class::isInstance)
            .or(TaskRejectedException.class::isInstance);
    OutcomeClassifier classifier =
        OutcomeClassifier.standard().ignoreIf(ignored).callerFaultIf(callerFaults());
    return (result, thrown) ->
        thrown instanceof JudgedFailure failure
            ? failure.outcome()
            : classifier.classify(result, NotRepeatableException.unwrap(thrown));
  }

  private static boolean isRepeatable(Throwable thrown) {
    return !(thrown instanceof NotRepeatableException)
        && !(thrown instanceof JudgedFailure failure && !failure.isRepeatable());
  }

  private static Optional<Duration> retryAfter(Throwable thrown) {
    return thrown instanceof JudgedFailure failure ? failure.retryAfter() : Optional.empty();
  }

  private Predicate<Throwable> callerFaults() {
    return oneOf("caller-fault-exceptions", GuardProperties::callerFaultExceptions);
  }

  private Predicate<Throwable> oneOf(
      String property, LayeredProperties.Accessor<List<Class<?>>> of) {
    List<Class<?>> types = Optional.ofNullable(properties.get(of)).orElse(List.of());
    properties.set(
        property,
        of,
        checked ->
            checked.forEach(
                type ->
                    Require.that(
                        Throwable.class.isAssignableFrom(type),
                        property,
                        "names of exception classes",
                        type.getName())));
    return thrown -> types.stream().anyMatch(type -> type.isInstance(thrown));
  }

  boolean hasRetry() {
    return properties.has(GuardProperties::retry);
  }

  boolean hasHedge() {
    return properties.has(GuardProperties::hedge);
  }

  /** Where the two bulkheads meet, one that is inherited gives way to one of the guard's own. */
  boolean hasBulkhead() {
    return properties.has(GuardProperties::bulkhead)
        && (properties.hasOwn(GuardProperties::bulkhead)
            || !properties.hasOwn(GuardProperties::threadPool));
  }

  boolean hasThreadPool() {
    return properties.has(GuardProperties::threadPool)
        && (properties.hasOwn(GuardProperties::threadPool)
            || !properties.hasOwn(GuardProperties::bulkhead));
  }
}
