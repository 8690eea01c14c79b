/**
 * What is answered when a call fails: a value, what a function makes of the failure, or the last
 * answer known to be good. Start at {@link io.foreguard.fallback.Fallback}.
 */
@NullMarked
package io.foreguard.fallback;

import org.jspecify.annotations.NullMarked;
