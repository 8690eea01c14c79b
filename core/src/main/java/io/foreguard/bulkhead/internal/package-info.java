/**
 * How many calls a dependency takes at the same time, learned from how they end. Not for users: not
 * part of the API.
 */
@NullMarked
package io.foreguard.bulkhead.internal;

import org.jspecify.annotations.NullMarked;
