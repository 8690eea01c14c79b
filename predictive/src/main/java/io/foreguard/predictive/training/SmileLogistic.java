package io.foreguard.predictive.training;

import io.foreguard.predictive.scoring.LinearScorer;
import smile.classification.LogisticRegression;

/**
 * Logistic regression with Smile, by BFGS with a ridge penalty.
 *
 * <p>Features are trained standardised, so that the penalty treats all alike whatever their units;
 * mean and deviation are then folded into the weights, so scoring knows nothing of it. Missing
 * values are neutral: they count as the feature's mean over the training rows in which it was
 * known, which adds nothing to the log odds. Beyond {@link #FARTHEST} deviations from the mean a
 * training value is drawn in to there, as one absurd latency would otherwise own its weight.
 */
final class SmileLogistic {
  /** Standard deviations from the mean at which training values end. */
  static final double FARTHEST = 8;

  private static final int MOST_STEPS = 100;
  private static final double TOLERANCE = 1e-5;

  private SmileLogistic() {}

  /** Fits weights; the same for the same input. The score is the log odds of failure. */
  static LinearScorer train(LabelledRows rows, TrainingConfig config) {
    LabelledRows sample = Resampling.byWeight(rows, config.seed());
    Standard standard = Standard.of(sample);
    return fold(fit(sample, standard, config), standard);
  }

  static LogisticRegression.Binomial fit(
      LabelledRows rows, Standard standard, TrainingConfig config) {
    double[][] x = new double[rows.size()][];
    for (int i = 0; i < x.length; i++) {
      x[i] = standard.of(rows.features()[i]);
    }
    return LogisticRegression.binomial(
        x, SmileTrees.labels(rows.fails()), config.ridge(), TOLERANCE, MOST_STEPS);
  }

  /** The same function of features in their own units. */
  static LinearScorer fold(LogisticRegression.Binomial fitted, Standard standard) {
    double[] coefficients = fitted.coefficients();
    int features = coefficients.length - 1;
    double[] weights = new double[features];
    double intercept = coefficients[features];
    for (int f = 0; f < features; f++) {
      weights[f] = coefficients[f] / standard.deviation()[f];
      intercept -= weights[f] * standard.mean()[f];
    }
    return LinearScorer.of(weights, intercept, standard.mean());
  }

  /**
   * Where features lie.
   *
   * @param mean mean of each feature where it is known
   * @param deviation standard deviation of each; 1 for a constant, whose weight ends up about 0
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Standard(double[] mean, double[] deviation) {
    static Standard of(LabelledRows rows) {
      int features = rows.names().size();
      double[] mean = new double[features];
      double[] deviation = new double[features];
      for (int f = 0; f < features; f++) {
        double squares = 0;
        int known = 0;
        for (double value : rows.feature(f)) {
          if (Double.isFinite(value)) {
            known++;
            double step = value - mean[f];
            mean[f] += step / known; // Welford's running mean
            squares += step * (value - mean[f]);
          }
        }
        double spread = known > 1 ? Math.sqrt(squares / known) : 0;
        deviation[f] = spread > 0 ? spread : 1;
      }
      return new Standard(mean, deviation);
    }

    double[] of(double[] row) {
      double[] standard = new double[row.length];
      for (int f = 0; f < row.length; f++) {
        double value = (row[f] - mean[f]) / deviation[f];
        standard[f] = Double.isNaN(value) ? 0 : Math.max(-FARTHEST, Math.min(FARTHEST, value));
      }
      return standard;
    }
  }
}
