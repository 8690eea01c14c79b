/**
 * AssertJ assertions on calls, answers, breakers and probes. Start at {@link
 * io.foreguard.test.assertion.ForeguardAssertions}.
 */
@NullMarked
package io.foreguard.test.assertion;

import org.jspecify.annotations.NullMarked;
