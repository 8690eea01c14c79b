/** The loyalty lookup service. */
@NullMarked
package io.foreguard.samples.loyalty;

import org.jspecify.annotations.NullMarked;
