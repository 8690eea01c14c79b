/** A limit on how long a call may take. Start at {@link io.foreguard.timeout.Timeout}. */
@NullMarked
package io.foreguard.timeout;

import org.jspecify.annotations.NullMarked;
