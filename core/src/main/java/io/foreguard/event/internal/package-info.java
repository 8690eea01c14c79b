/** Delivery of events to listeners. Not for users: not part of the API. */
@NullMarked
package io.foreguard.event.internal;

import org.jspecify.annotations.NullMarked;
