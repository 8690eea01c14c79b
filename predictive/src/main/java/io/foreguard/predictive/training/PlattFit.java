package io.foreguard.predictive.training;

import io.foreguard.predictive.scoring.Calibration;

/**
 * Fits a sigmoid to scores (Platt, "Probabilistic Outputs for Support Vector Machines", 1999): the
 * targets are smoothed as there, to {@code (n + 1) / (n + 2)} and {@code 1 / (n + 2)}, so that
 * scores that part the classes perfectly do not make the slope infinite. The minimum is found by
 * Newton's method with halving, as Lin, Lin and Weng show ("A Note on Platt's Probabilistic Outputs
 * for Support Vector Machines", 2007).
 */
final class PlattFit {
  private static final int MOST_STEPS = 100;
  private static final double ENOUGH = 1e-10;
  private static final double LEAST_STEP = 1e-10;

  /** A score that says nothing, or the wrong way round, gets next to no slope. */
  private static final double LEAST_SLOPE = 1e-6;

  private final double[] scores;
  private final double[] targets;
  private final double[] weights;
  private final double failureShare;

  private PlattFit(double[] standard, boolean[] fails, double[] weights) {
    double failures = 0;
    double others = 0;
    for (int i = 0; i < fails.length; i++) {
      failures += fails[i] ? weights[i] : 0;
      others += fails[i] ? 0 : weights[i];
    }
    this.scores = standard;
    this.weights = weights;
    this.failureShare = (failures + 1) / (failures + others + 2);
    this.targets = new double[fails.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = fails[i] ? (failures + 1) / (failures + 2) : 1 / (others + 2);
    }
  }

  /** Fits to scores of rows that the scorer was not trained on. */
  static Calibration fit(double[] scores, boolean[] fails, double[] weights) {
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < scores.length; i++) {
      double step = scores[i] - mean;
      mean += step / (i + 1);
      squares += step * (scores[i] - mean);
    }
    double spread = Math.sqrt(squares / scores.length);
    if (!(spread > 0)) {
      spread = 1;
    }
    double[] standard = new double[scores.length];
    for (int i = 0; i < standard.length; i++) {
      standard[i] = (scores[i] - mean) / spread;
    }
    double[] line = new PlattFit(standard, fails, weights).minimize();
    double slope = line[0] / spread;
    return Calibration.sigmoid(slope, line[1] - slope * mean);
  }

  private double[] minimize() {
    double slope = 0;
    double intercept = Math.log(failureShare / (1 - failureShare));
    double loss = loss(slope, intercept);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] d = derivatives(slope, intercept);
      double determinant = d[2] * d[4] - d[3] * d[3];
      double slopeStep = -(d[4] * d[0] - d[3] * d[1]) / determinant;
      double interceptStep = -(d[2] * d[1] - d[3] * d[0]) / determinant;
      double part = 1;
      double next = loss(slope + slopeStep, intercept + interceptStep);
      while (!(next <= loss) && part > LEAST_STEP) {
        part /= 2;
        next = loss(slope + part * slopeStep, intercept + part * interceptStep);
      }
      if (!(next <= loss)) {
        break;
      }
      slope += part * slopeStep;
      intercept += part * interceptStep;
      boolean done = loss - next < ENOUGH * Math.abs(loss);
      loss = next;
      if (done) {
        break;
      }
    }
    return slope > LEAST_SLOPE
        ? new double[] {slope, intercept}
        : new double[] {LEAST_SLOPE, Math.log(failureShare / (1 - failureShare))};
  }

  private double loss(double slope, double intercept) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double logOdds = slope * scores[i] + intercept;
      double softPlus = Math.max(0, logOdds) + Math.log1p(Math.exp(-Math.abs(logOdds)));
      sum += weights[i] * (softPlus - targets[i] * logOdds);
    }
    return sum;
  }

  /** First derivatives by slope and intercept, then second by slope, both, and intercept. */
  private double[] derivatives(double slope, double intercept) {
    double[] d = {0, 0, 1e-12, 0, 1e-12};
    for (int i = 0; i < scores.length; i++) {
      double p = 1 / (1 + Math.exp(-(slope * scores[i] + intercept)));
      double error = weights[i] * (p - targets[i]);
      double curve = weights[i] * p * (1 - p);
      d[0] += error * scores[i];
      d[1] += error;
      d[2] += curve * scores[i] * scores[i];
      d[3] += curve * scores[i];
      d[4] += curve;
    }
    return d;
  }
}
