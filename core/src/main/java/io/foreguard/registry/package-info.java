/**
 * Named components in one place, on the registry types of resilience4j-core. Start at {@link
 * io.foreguard.registry.ForeguardRegistry}.
 */
@NullMarked
package io.foreguard.registry;

import org.jspecify.annotations.NullMarked;
