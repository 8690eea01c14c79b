/**
 * Meters of guards for Micrometer, which this package alone needs. Start at {@link
 * io.foreguard.micrometer.ForeguardMeterBinder}.
 */
@NullMarked
package io.foreguard.micrometer;

import org.jspecify.annotations.NullMarked;
