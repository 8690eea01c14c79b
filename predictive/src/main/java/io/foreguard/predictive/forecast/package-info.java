/**
 * What a quantity will be a little later, with an interval that holds what it promises. Start at
 * {@link io.foreguard.predictive.forecast.Forecaster}.
 */
@NullMarked
package io.foreguard.predictive.forecast;

import org.jspecify.annotations.NullMarked;
