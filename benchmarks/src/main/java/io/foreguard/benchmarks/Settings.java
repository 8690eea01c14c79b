package io.foreguard.benchmarks;

import dev.failsafe.RetryPolicy;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.resilience4j.AdapterConfig;
import io.foreguard.resilience4j.AdaptiveCircuitBreaker;
import io.foreguard.retry.RetryConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/**
 * The same settings for every library: open at 50 % failures of the last 100 calls, at most 25
 * calls at a time without waiting, at most 3 attempts 100 ms apart, one second per call. An open
 * circuit stays open for a day, longer than any measurement. Foreguard's predictive policy, its
 * default, has no window to set.
 */
final class Settings {
  static final String NAME = "benchmark";
  static final int WINDOW = 100;
  static final int MAX_CONCURRENT_CALLS = 25;
  static final int MAX_ATTEMPTS = 3;
  static final Duration OPEN = Duration.ofDays(1);
  static final Duration DELAY = Duration.ofMillis(100);
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final int WINDOW_SECONDS = 60;

  private Settings() {}

  static CircuitBreakerConfig foreguardClassic() {
    return CircuitBreakerConfig.builder()
        .policy(
            ClassicPolicy.builder()
                .failureRateThreshold(.5)
                .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, WINDOW)
                .minimumCalls(WINDOW)
                .openDuration(OPEN)
                .build())
        .build();
  }

  static BulkheadConfig foreguardBulkhead() {
    return BulkheadConfig.builder().maxConcurrentCalls(MAX_CONCURRENT_CALLS).build();
  }

  static RetryConfig foreguardRetry() {
    return RetryConfig.builder().maxAttempts(MAX_ATTEMPTS).baseDelay(DELAY).build();
  }

  static CircuitBreaker resilience4jBreaker(boolean timeWindow, boolean stackTrace) {
    return CircuitBreaker.of(NAME, resilience4jConfig(timeWindow, stackTrace));
  }

  /** Resilience4j's interface, with Foreguard behind it. */
  static CircuitBreaker adapter(AdapterConfig adapter) {
    return AdaptiveCircuitBreaker.of(NAME, resilience4jConfig(false, true), adapter);
  }

  private static io.github.resilience4j.circuitbreaker.CircuitBreakerConfig resilience4jConfig(
      boolean timeWindow, boolean stackTrace) {
    return io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.custom()
        .failureRateThreshold(50)
        .slidingWindowType(
            timeWindow ? SlidingWindowType.TIME_BASED : SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(timeWindow ? WINDOW_SECONDS : WINDOW)
        .minimumNumberOfCalls(WINDOW)
        .waitDurationInOpenState(OPEN)
        .writableStackTraceEnabled(stackTrace)
        .build();
  }

  static io.github.resilience4j.bulkhead.Bulkhead resilience4jBulkhead() {
    return io.github.resilience4j.bulkhead.Bulkhead.of(
        NAME,
        io.github.resilience4j.bulkhead.BulkheadConfig.custom()
            .maxConcurrentCalls(MAX_CONCURRENT_CALLS)
            .maxWaitDuration(Duration.ZERO)
            .build());
  }

  static io.github.resilience4j.retry.Retry resilience4jRetry() {
    return io.github.resilience4j.retry.Retry.of(
        NAME,
        io.github.resilience4j.retry.RetryConfig.custom()
            .maxAttempts(MAX_ATTEMPTS)
            .waitDuration(DELAY)
            .build());
  }

  static dev.failsafe.CircuitBreaker<Integer> failsafeBreaker(boolean timeWindow) {
    return timeWindow
        ? dev.failsafe.CircuitBreaker.<Integer>builder()
            .withFailureRateThreshold(50, WINDOW, Duration.ofSeconds(WINDOW_SECONDS))
            .withDelay(OPEN)
            .build()
        : dev.failsafe.CircuitBreaker.<Integer>builder()
            .withFailureThreshold(WINDOW / 2, WINDOW)
            .withDelay(OPEN)
            .build();
  }

  static dev.failsafe.Bulkhead<Integer> failsafeBulkhead() {
    return dev.failsafe.Bulkhead.of(MAX_CONCURRENT_CALLS);
  }

  static RetryPolicy<Integer> failsafeRetry() {
    return RetryPolicy.<Integer>builder().withMaxAttempts(MAX_ATTEMPTS).withDelay(DELAY).build();
  }
}
