/**
 * Annotations of methods that want one policy, or some, instead of a whole guard: {@link
 * io.foreguard.spring.annotation.CircuitBreaker}, {@link io.foreguard.spring.annotation.Retry},
 * {@link io.foreguard.spring.annotation.Bulkhead}, {@link io.foreguard.spring.annotation.Timeout}
 * and {@link io.foreguard.spring.annotation.LastKnownGood}. For all at once see {@link
 * io.foreguard.spring.Guarded}.
 */
@NullMarked
package io.foreguard.spring.annotation;

import org.jspecify.annotations.NullMarked;
