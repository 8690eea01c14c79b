package io.foreguard.predictive.feature;

/**
 * An exponentially weighted mean and deviation that starts as the plain ones: before there are as
 * many values as it remembers, all of them count alike. Not thread-safe.
 */
final class Mean {
  private final double step;
  private double count;
  private double mean;
  private double variance;

  /** Remembers about {@code calls} values. */
  Mean(double calls) {
    step = 1 / calls;
  }

  void add(double value) {
    count++;
    double weight = Math.max(step, 1 / count);
    double difference = value - mean;
    mean += weight * difference;
    variance = (1 - weight) * (variance + weight * difference * difference);
  }

  boolean isEmpty() {
    return count == 0;
  }

  double count() {
    return count;
  }

  /** The mean, or what is given when there is none. */
  double or(double otherwise) {
    return count == 0 ? otherwise : mean;
  }

  double deviation() {
    return Math.sqrt(variance);
  }
}
