/**
 * Limits on how many calls run at the same time, so that one slow dependency cannot take every
 * thread. Start at {@link io.foreguard.bulkhead.Bulkhead}, which runs calls where they are made;
 * {@link io.foreguard.bulkhead.ThreadPoolBulkhead} runs them on threads of its own.
 */
@NullMarked
package io.foreguard.bulkhead;

import org.jspecify.annotations.NullMarked;
