/**
 * What every pattern of the library shares: the root of all refusals, {@link
 * io.foreguard.CallRejectedException}, and the marker of young API. Start at {@code
 * io.foreguard.guard.Guard}.
 */
@NullMarked
package io.foreguard;

import org.jspecify.annotations.NullMarked;
