/**
 * Tests of code that uses Foreguard, in virtual time: a day of incident passes in milliseconds on
 * the test's thread. Start at {@link io.foreguard.test.VirtualTime}, or with JUnit at {@link
 * io.foreguard.test.ForeguardExtension}.
 */
@NullMarked
package io.foreguard.test;

import org.jspecify.annotations.NullMarked;
