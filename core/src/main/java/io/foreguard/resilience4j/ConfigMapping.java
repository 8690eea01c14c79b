package io.foreguard.resilience4j;

import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/** Resilience4j's settings in Foreguard's words. */
public final class ConfigMapping {
  private static final double PERCENT = 100;

  private ConfigMapping() {}

  /**
   * Settings for a Foreguard breaker with the classic policy that come as close as they can to
   * {@code config}: for code that leaves Resilience4j's interface. The differences are in {@code
   * docs/migrating-from-resilience4j.md}; of {@code waitIntervalFunctionInOpenState} the first wait
   * is taken.
   *
   * @throws IllegalArgumentException if a setting is beyond what Foreguard takes, such as a window
   *     of more than 100,000 calls
   */
  public static CircuitBreakerConfig classic(
      io.github.resilience4j.circuitbreaker.CircuitBreakerConfig config) {
    boolean counts = config.getSlidingWindowType() == SlidingWindowType.COUNT_BASED;
    int size = config.getSlidingWindowSize();
    int minimum = config.getMinimumNumberOfCalls();
    ClassicPolicy policy =
        ClassicPolicy.builder()
            .failureRateThreshold(config.getFailureRateThreshold() / PERCENT)
            .slowCallRateThreshold(config.getSlowCallRateThreshold() / PERCENT)
            .slidingWindow(counts ? WindowType.COUNT_BASED : WindowType.TIME_BASED, size)
            .minimumCalls(counts ? Math.min(size, minimum) : minimum)
            .openDuration(Duration.ofMillis(config.getWaitIntervalFunctionInOpenState().apply(1)))
            .halfOpenCalls(config.getPermittedNumberOfCallsInHalfOpenState())
            .build();
    return predictive(config, CircuitBreakerConfig.defaults()).toBuilder().policy(policy).build();
  }

  /** Default settings with the predictive policy, for which thresholds and windows do not count. */
  public static CircuitBreakerConfig predictive(
      io.github.resilience4j.circuitbreaker.CircuitBreakerConfig config) {
    return predictive(config, CircuitBreakerConfig.defaults());
  }

  /** {@code base}, but with what a failure is, and what is slow, as {@code config} says. */
  static CircuitBreakerConfig predictive(
      io.github.resilience4j.circuitbreaker.CircuitBreakerConfig config,
      CircuitBreakerConfig base) {
    CircuitBreakerConfig.Builder builder =
        base.toBuilder().classifier(classifier(config, base.classifier()));
    Duration slow =
        Durations.capped(Durations.capped(config.getSlowCallDurationThreshold()).plusNanos(1));
    boolean fits = base.deadline().map(deadline -> slow.compareTo(deadline) <= 0).orElse(true);
    if (base.slowCallDuration().isEmpty() && fits) {
      builder.slowCallDuration(slow);
    }
    return builder.build();
  }

  /** The predicates say what is a failure, and {@code kinds} of what kind. */
  private static OutcomeClassifier classifier(
      io.github.resilience4j.circuitbreaker.CircuitBreakerConfig config, OutcomeClassifier kinds) {
    return (result, thrown) -> {
      if (thrown == null) {
        boolean failed = result != null && config.getRecordResultPredicate().test(result);
        return failed ? Outcome.FAILURE : Outcome.SUCCESS;
      }
      if (config.getIgnoreExceptionPredicate().test(thrown)) {
        return Outcome.IGNORED;
      }
      if (!config.getRecordExceptionPredicate().test(thrown)) {
        return Outcome.SUCCESS;
      }
      return failure(thrown, kinds);
    };
  }

  /** The kind of failure that {@code thrown} is. */
  static Outcome failure(Throwable thrown, OutcomeClassifier kinds) {
    Outcome kind = kinds.classify(null, thrown);
    return kind != null && kind.isFailure() ? kind : Outcome.FAILURE;
  }
}
