package io.foreguard.predictive.online;

import java.util.Arrays;

/**
 * The weights of a logistic regression with an offset, learned one batch at a time. Constant time
 * and memory, no allocation. Not thread-safe.
 *
 * <p>Each weight is a normal distribution around {@code mean} with {@code variance}; at first and
 * without evidence it is the prior: mean 0, so the offset alone speaks. A batch of outcomes that
 * were seen at the same features moves them by the extended Kalman filter's step for a logistic
 * observation, with the covariance taken as diagonal: second-order, and normalised by how uncertain
 * the prediction was, so that many features that say the same do not overshoot together. Between
 * batches mean and variance drift back to the prior (an Ornstein-Uhlenbeck process whose stationary
 * distribution the prior is): what was learned is forgotten at that rate, and learned anew as fast.
 *
 * <p>Sources: W. D. Penny, S. J. Roberts, "Dynamic logistic regression" (IJCNN 1999); the shrunken
 * prediction is D. J. C. MacKay, "The evidence framework applied to classification networks"
 * (Neural Computation 4, 1992). We bound each step on top, so that no single batch moves a
 * prediction by more than {@value #MOST_STEP}.
 */
final class OnlineWeights {
  static final double MOST_STEP = .5;

  private final double priorVariance;
  private final double memorySeconds;
  private final double[] means = new double[OnlineFeatures.SIZE];
  private final double[] variances = new double[OnlineFeatures.SIZE];

  OnlineWeights(double priorDeviation, double memorySeconds) {
    priorVariance = priorDeviation * priorDeviation;
    this.memorySeconds = memorySeconds;
    reset();
  }

  /** Back to the prior. */
  void reset() {
    Arrays.fill(means, 0);
    Arrays.fill(variances, priorVariance);
  }

  double mean(int feature) {
    return means[feature];
  }

  double variance(int feature) {
    return variances[feature];
  }

  /** Sum of weights times features: log odds of failure to add to the offset. */
  double sum(double[] x) {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      sum += means[i] * x[i];
    }
    return sum;
  }

  /** Variance of {@link #sum}. */
  double variance(double[] x) {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      sum += variances[i] * x[i] * x[i];
    }
    return sum;
  }

  /** The factor by which to shrink {@link #sum}, because a probability is a mean over weights. */
  static double shrinkage(double variance) {
    return 1 / Math.sqrt(1 + Math.PI / 8 * variance);
  }

  /** Lets time pass. */
  void forget(double seconds) {
    double share = -Math.expm1(-Math.max(0, seconds) / memorySeconds);
    double ofVariance = share * (2 - share);
    for (int i = 0; i < means.length; i++) {
      means[i] -= share * means[i];
      variances[i] += ofVariance * (priorVariance - variances[i]);
    }
  }

  /**
   * Learns from outcomes seen at one moment.
   *
   * @param x features from {@code at} on, in an array of many such
   * @param offset log odds of failure without the weights
   * @param calls weight of the outcomes, above 0
   * @param failures weight of those that were failures, in {@code [0, calls]}
   */
  void learn(float[] x, int at, double offset, double calls, double failures) {
    double sum = 0;
    double variance = 0;
    for (int i = 0; i < means.length; i++) {
      double xi = x[at + i];
      sum += means[i] * xi;
      variance += variances[i] * xi * xi;
    }
    double p = 1 / (1 + Math.exp(-(offset + sum)));
    double information = calls * p * (1 - p);
    double shared = 1 / (1 + information * variance);
    double slope = (failures - calls * p) * shared;
    double step = variance * Math.abs(slope);
    double bounded = step > MOST_STEP ? slope * (MOST_STEP / step) : slope;
    for (int i = 0; i < means.length; i++) {
      double gain = variances[i] * x[at + i];
      means[i] += gain * bounded;
      variances[i] -= gain * gain * information * shared;
    }
  }
}
