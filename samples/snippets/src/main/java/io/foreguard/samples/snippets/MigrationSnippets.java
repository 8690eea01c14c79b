package io.foreguard.samples.snippets;

import io.foreguard.resilience4j.AdapterConfig;
import io.foreguard.resilience4j.AdaptiveCircuitBreaker;
import io.foreguard.resilience4j.AdaptiveCircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

/** docs/migrating-from-resilience4j.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class MigrationSnippets {
  private MigrationSnippets() {}

  static void adapter() {
    CircuitBreakerRegistry registry = AdaptiveCircuitBreakerRegistry.ofDefaults();
    CircuitBreakerRegistry same = AdaptiveCircuitBreakerRegistry.of(AdapterConfig.classic());
    CircuitBreaker one =
        AdaptiveCircuitBreaker.of(
            "loyalty", CircuitBreakerConfig.ofDefaults(), AdapterConfig.classic());
  }
}
