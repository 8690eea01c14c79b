/**
 * Foreguard's circuit breaker as Resilience4j's, for programs and integrations written for that.
 * Start at {@link io.foreguard.resilience4j.AdaptiveCircuitBreakerRegistry}. Needs the optional
 * library {@code resilience4j-circuitbreaker}, 2.3.0 or later.
 */
@NullMarked
package io.foreguard.resilience4j;

import org.jspecify.annotations.NullMarked;
