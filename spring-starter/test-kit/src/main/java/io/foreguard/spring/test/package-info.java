/**
 * Tests of Spring Boot applications with guards, in virtual time and with scripted faults. Start at
 * {@link io.foreguard.spring.test.AutoConfigureForeguard}.
 */
@NullMarked
package io.foreguard.spring.test;

import org.jspecify.annotations.NullMarked;
