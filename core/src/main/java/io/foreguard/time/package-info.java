/**
 * The one source of time. Everything in the library that reads a time, sleeps or schedules does it
 * through a {@link io.foreguard.time.Clock}, so that it runs unchanged on a {@link
 * io.foreguard.time.ManualClock} in tests and simulations.
 */
@NullMarked
package io.foreguard.time;

import org.jspecify.annotations.NullMarked;
