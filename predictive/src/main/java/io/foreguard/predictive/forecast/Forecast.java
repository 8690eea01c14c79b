package io.foreguard.predictive.forecast;

/**
 * A quantity as it is expected to be some steps ahead. Immutable.
 *
 * @param value the expected value, in the quantity's unit
 * @param lower lower end of the prediction interval, at most {@code value}
 * @param upper upper end of the prediction interval, at least {@code value}
 */
public record Forecast(double value, double lower, double upper) {}
