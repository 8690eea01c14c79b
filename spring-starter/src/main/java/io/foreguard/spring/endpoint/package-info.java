/**
 * What an operator sees of the guards: health, the actuator endpoint and the live view. Start at
 * {@link io.foreguard.spring.endpoint.ForeguardEndpoint}.
 */
@NullMarked
package io.foreguard.spring.endpoint;

import org.jspecify.annotations.NullMarked;
