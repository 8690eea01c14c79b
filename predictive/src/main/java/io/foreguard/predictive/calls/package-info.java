/**
 * Logs of single calls: what was asked of a dependency, when, and how it ended. Start at {@link
 * io.foreguard.predictive.calls.CallRecord}.
 */
@NullMarked
package io.foreguard.predictive.calls;

import org.jspecify.annotations.NullMarked;
