/** Argument checks shared by the packages of this library. Not for users: not part of the API. */
@NullMarked
package io.foreguard.internal;

import org.jspecify.annotations.NullMarked;
