/**
 * The circuit breaker: asks before every call how likely it is to succeed and whether it is worth
 * sending. Start at {@link io.foreguard.circuitbreaker.CircuitBreaker}; what decides is a {@link
 * io.foreguard.circuitbreaker.TripPolicy}.
 */
@NullMarked
package io.foreguard.circuitbreaker;

import org.jspecify.annotations.NullMarked;
