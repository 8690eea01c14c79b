/**
 * What implementations of Foreguard's interfaces must do, as tests to extend: one class for each
 * interface, whose factory method gives it what to test.
 */
@NullMarked
package io.foreguard.test.contract;

import org.jspecify.annotations.NullMarked;
