/** The call routing service. */
@NullMarked
package io.foreguard.samples.routing;

import org.jspecify.annotations.NullMarked;
