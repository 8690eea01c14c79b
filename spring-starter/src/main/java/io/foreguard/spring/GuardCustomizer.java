package io.foreguard.spring;

import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.RetryConfig;

/**
 * Changes guards beyond what properties can say. Beans of this type are asked for each guard that
 * the starter creates, in their order, after the properties have been applied. Must be thread-safe.
 */
@FunctionalInterface
public interface GuardCustomizer {
  /**
   * Changes a guard before it is built. Setting the circuit breaker here replaces all that the
   * properties say about it; see {@link #circuitBreaker}.
   *
   * @param guard name of the guard
   * @param builder holds what the properties say
   */
  void customize(String guard, GuardBuilder builder);

  /**
   * Changes the settings of a guard's circuit breaker, for example its classifier. Does nothing by
   * default.
   *
   * @param guard name of the guard
   * @param settings hold what the properties say
   */
  default void circuitBreaker(String guard, CircuitBreakerConfig.Builder settings) {}

  /**
   * Changes the settings of a guard's retry, if it has one, for example which results are refused.
   * Does nothing by default.
   *
   * @param guard name of the guard
   * @param settings hold what the properties say
   */
  default void retry(String guard, RetryConfig.Builder settings) {}

  /**
   * Changes the settings of a guard's hedge, if it has one, for example its executor. Does nothing
   * by default.
   *
   * @param guard name of the guard
   * @param settings hold what the properties say
   */
  default void hedge(String guard, HedgeConfig.Builder settings) {}
}
