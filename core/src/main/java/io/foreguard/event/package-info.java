/**
 * How components tell what happened. A component has one {@link io.foreguard.event.Topic} per kind
 * of event; events live with the pattern they belong to.
 */
@NullMarked
package io.foreguard.event;

import org.jspecify.annotations.NullMarked;
