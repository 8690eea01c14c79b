package io.foreguard.predictive.training;

import io.foreguard.predictive.evaluation.ProbabilityQuality;
import io.foreguard.predictive.scoring.Calibration;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Chooses the calibration that makes scores of rows not trained on into probabilities: isotonic or
 * Platt's sigmoid, whichever has the lower log loss when fitted on some groups and judged on
 * others. Isotonic takes part only where there is {@link #ENOUGH_PER_CLASS} of either class and
 * {@link #ENOUGH_ROWS} rows: with less it follows accidents.
 */
final class Calibrator {
  /** Rows of either class without which isotonic calibration does not take part. */
  static final int ENOUGH_PER_CLASS = 50;

  /** Rows without which isotonic calibration does not take part. */
  static final int ENOUGH_ROWS = 1_000;

  private static final int FOLDS = 5;

  private Calibrator() {}

  /** Chooses and fits. {@code scores} has one per row. */
  static Fitted fit(double[] scores, LabelledRows rows) {
    int[] fold = folds(rows);
    double platt = logLoss(scores, rows, fold, PlattFit::fit);
    int failures = rows.failures();
    boolean enough =
        rows.size() >= ENOUGH_ROWS
            && failures >= ENOUGH_PER_CLASS
            && rows.size() - failures >= ENOUGH_PER_CLASS;
    double isotonic = enough ? logLoss(scores, rows, fold, IsotonicFit::fit) : Double.NaN;
    boolean better = isotonic < platt;
    Method method = better ? IsotonicFit::fit : PlattFit::fit;
    Calibration calibration = method.fit(scores, rows.fails(), rows.weights());
    return new Fitted(calibration, better ? isotonic : platt, platt, isotonic);
  }

  /** Whole groups if there are enough of them, else runs of rows in order. */
  private static int[] folds(LabelledRows rows) {
    if (rows.groupCount() >= 2) {
      return TimeSplit.foldOf(rows, Math.min(FOLDS, rows.groupCount()));
    }
    return IntStream.range(0, rows.size())
        .map(row -> (int) ((long) row * FOLDS / rows.size()))
        .toArray();
  }

  private static double logLoss(double[] scores, LabelledRows rows, int[] fold, Method method) {
    double sum = 0;
    double weight = 0;
    int folds = Arrays.stream(fold).max().orElse(0) + 1;
    for (int f = 0; f < folds; f++) {
      int judged = f;
      int[] others = rows.where(row -> fold[row] != judged);
      int[] own = rows.where(row -> fold[row] == judged);
      LabelledRows fitted = rows.select(others);
      double[] picked = IntStream.of(others).mapToDouble(row -> scores[row]).toArray();
      Calibration calibration = method.fit(picked, fitted.fails(), fitted.weights());
      for (int row : own) {
        double probability = calibration.probability(scores[row]);
        sum += rows.weights()[row] * ProbabilityQuality.loss(probability, rows.fails()[row]);
        weight += rows.weights()[row];
      }
    }
    return sum / weight;
  }

  private interface Method {
    Calibration fit(double[] scores, boolean[] fails, double[] weights);
  }

  /**
   * A calibration and how it was chosen.
   *
   * @param calibration fitted on all rows
   * @param logLoss its cross-validated log loss
   * @param platt cross-validated log loss of the sigmoid
   * @param isotonic the same of isotonic calibration; NaN if it did not take part
   */
  record Fitted(Calibration calibration, double logLoss, double platt, double isotonic) {}
}
