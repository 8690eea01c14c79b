package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * Whether predicted success probabilities come true: of the calls given 0.9, do nine in ten
 * succeed? Forgets old calls exponentially. Constant time and memory, no allocation. Not
 * thread-safe.
 *
 * <p>Calls are put into 16 bins by their prediction, narrow where predictions crowd, near 0 and 1.
 * The <em>expected calibration error</em> is the mean over calls of the distance between what a bin
 * predicted and what came of it.
 *
 * <p><b>Confidence.</b> With few calls the error is far from 0 though every prediction is right. So
 * {@link #errorAtLeast} gives a lower bound: the error less what perfect predictions would show by
 * chance, with {@value #CERTAINTY} standard deviations to spare; were they perfect, the distance in
 * a bin of {@code n} calls would be half-normal with variance {@code p (1 - p) / n}. Calls that
 * fail together say less than their number: {@link #closeCell} learns by how much, from how far
 * sums over cells of time scatter beyond what independent calls would (overdispersion), and the
 * bound widens with its root.
 */
public final class CalibrationMonitor {
  private static final double CERTAINTY = 3;
  private static final double HALF_NORMAL_MEAN = Math.sqrt(2 / Math.PI);
  private static final double HALF_NORMAL_VARIANCE = 1 - 2 / Math.PI;
  private static final double LEAST = 1e-4;
  private static final double MOST_WEIGHT = 1e12;
  private static final double CELLS = 200;
  private static final double[] EDGES = {
    .005, .02, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .995
  };

  private final double growth;
  private final double[] calls = new double[EDGES.length + 1];
  private final double[] predicted = new double[EDGES.length + 1];
  private final double[] succeeded = new double[EDGES.length + 1];
  private double weight = 1;
  private double squares;
  private double logLosses;
  private double cellResidual;
  private double cellVariance;
  private double residualsSquared;
  private double variances;

  /**
   * Creates a monitor.
   *
   * @param memoryCalls after how many more calls one counts for 1/e of what it did, at least 100
   */
  public CalibrationMonitor(int memoryCalls) {
    Require.inRange(memoryCalls, 100, 100_000_000, "memoryCalls");
    growth = Math.exp(1.0 / memoryCalls);
  }

  /**
   * Takes one call.
   *
   * @param probability what was predicted when it started, in {@code [0, 1]}
   * @throws IllegalArgumentException if it is out of range or NaN
   */
  public void record(double probability, boolean success) {
    if (!(probability >= 0 && probability <= 1)) {
      Require.that(false, "probability", "in [0, 1]", probability);
    }
    int bin = bin(probability);
    double outcome = success ? 1 : 0;
    calls[bin] += weight;
    predicted[bin] += weight * probability;
    succeeded[bin] += weight * outcome;
    double residual = outcome - probability;
    squares += weight * residual * residual;
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    logLosses -= weight * Math.log(success ? inside : 1 - inside);
    cellResidual += residual;
    cellVariance += inside * (1 - inside);
    weight *= growth;
    if (weight > MOST_WEIGHT) {
      scale(1 / weight);
    }
  }

  private static int bin(double probability) {
    int found = Arrays.binarySearch(EDGES, probability);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private void scale(double factor) {
    for (int i = 0; i < calls.length; i++) {
      calls[i] *= factor;
      predicted[i] *= factor;
      succeeded[i] *= factor;
    }
    squares *= factor;
    logLosses *= factor;
    weight *= factor;
  }

  /** Ends a cell of time: calls of one cell may have failed together, those of two have not. */
  public void closeCell() {
    residualsSquared += cellResidual * cellResidual - residualsSquared / CELLS;
    variances += cellVariance - variances / CELLS;
    cellResidual = 0;
    cellVariance = 0;
  }

  /** Calls that the figures rest on, after forgetting. */
  public double calls() {
    return total() / weight;
  }

  private double total() {
    double sum = 0;
    for (double inBin : calls) {
      sum += inBin;
    }
    return sum;
  }

  /** Expected calibration error, in {@code [0, 1]}; NaN before the first call. */
  public double error() {
    double sum = 0;
    for (int i = 0; i < calls.length; i++) {
      sum += Math.abs(predicted[i] - succeeded[i]);
    }
    return sum / total();
  }

  /** The calibration error that is there with confidence, in {@code [0, 1]}; see the type. */
  public double errorAtLeast() {
    double total = total();
    if (total == 0) {
      return 0;
    }
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < calls.length; i++) {
      double n = calls[i] / weight;
      if (n > 0) {
        double p = Math.min(1 - LEAST, Math.max(LEAST, predicted[i] / calls[i]));
        // never wider than the bin itself can be wrong
        double chance = Math.min(1, overdispersion() * p * (1 - p) / n);
        double share = calls[i] / total;
        mean += share * Math.sqrt(chance) * HALF_NORMAL_MEAN;
        variance += share * share * chance * HALF_NORMAL_VARIANCE;
      }
    }
    return Math.max(0, error() - mean - CERTAINTY * Math.sqrt(variance));
  }

  /** By how much calls of one cell scatter more than independent ones would, at least 1. */
  public double overdispersion() {
    return variances == 0 ? 1 : Math.max(1, residualsSquared / variances);
  }

  /** Mean square of outcome less prediction (Brier score); NaN before the first call. */
  public double brierScore() {
    return squares / total();
  }

  /** Mean log loss in nats per call, predictions clipped to 0.0001; NaN before the first call. */
  public double logLoss() {
    return logLosses / total();
  }

  /** Forgets everything. */
  public void reset() {
    Arrays.fill(calls, 0);
    Arrays.fill(predicted, 0);
    Arrays.fill(succeeded, 0);
    weight = 1;
    squares = 0;
    logLosses = 0;
    cellResidual = 0;
    cellVariance = 0;
    residualsSquared = 0;
    variances = 0;
  }
}
