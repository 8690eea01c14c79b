/**
 * Foreguard in a Spring Boot application: guards from properties, an annotation for methods,
 * health, metrics, an actuator endpoint and a live view of all guards. Start at {@link
 * io.foreguard.spring.Guarded}.
 */
@NullMarked
package io.foreguard.spring;

import org.jspecify.annotations.NullMarked;
