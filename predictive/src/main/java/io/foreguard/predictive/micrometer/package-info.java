/**
 * Meters of {@link io.foreguard.predictive.trust trusted models}, for programs with Micrometer:
 * {@link io.foreguard.predictive.micrometer.TrustMeterBinder}.
 */
@NullMarked
package io.foreguard.predictive.micrometer;

import org.jspecify.annotations.NullMarked;
