/**
 * Trying again, within limits. {@link io.foreguard.retry.Retry} repeats a call that failed; {@link
 * io.foreguard.retry.Backoff} says how long to wait in between, {@link
 * io.foreguard.retry.RetryBudget} bounds the load that retries add to a dependency, and {@link
 * io.foreguard.retry.RetryAdvisor} lets the success model say whether another try is worth it.
 */
@NullMarked
package io.foreguard.retry;

import org.jspecify.annotations.NullMarked;
