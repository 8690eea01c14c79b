/**
 * Foreguard in a Spring Boot application: guards from properties, an annotation for methods, health
 * and metrics. Start at {@link io.foreguard.spring.Guarded}.
 */
@NullMarked
package io.foreguard.spring;

import org.jspecify.annotations.NullMarked;
