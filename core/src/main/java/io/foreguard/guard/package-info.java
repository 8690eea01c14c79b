/**
 * The composed pipeline around a call: fallback( retry( hedge( breaker( bulkhead( timeout( call
 * )))))). Start at {@link io.foreguard.guard.Guard}.
 */
@NullMarked
package io.foreguard.guard;

import org.jspecify.annotations.NullMarked;
