/**
 * Guards behind the circuit breaker factories of Spring Cloud. Start at {@link
 * io.foreguard.spring.cloud.ForeguardCircuitBreakerFactory}.
 */
@NullMarked
package io.foreguard.spring.cloud;

import org.jspecify.annotations.NullMarked;
