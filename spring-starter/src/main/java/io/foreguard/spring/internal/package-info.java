/** What rooms of the starter share and nobody else uses: calls of Reactor. Not an API. */
@NullMarked
package io.foreguard.spring.internal;

import org.jspecify.annotations.NullMarked;
