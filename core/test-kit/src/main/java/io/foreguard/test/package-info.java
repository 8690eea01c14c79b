/**
 * Tests of code that uses Foreguard, in virtual time: an incident passes on the test's thread
 * without a sleep. Start at {@link io.foreguard.test.VirtualTime}, or with JUnit at {@link
 * io.foreguard.test.ForeguardExtension}.
 */
@NullMarked
package io.foreguard.test;

import org.jspecify.annotations.NullMarked;
