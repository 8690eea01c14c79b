package io.foreguard.predictive.training;

import io.foreguard.predictive.scoring.Calibration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Fits an isotonic calibration by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and
 * Silverman, "An Empirical Distribution Function for Sampling with Incomplete Information", 1955).
 *
 * <p>Two departures. Each pool is one knot at its mean score, and probabilities between knots are
 * interpolated (centered isotonic regression; Oron and Flournoy, 2017): plain pools are flat, and
 * all scores in one would tie. And each pool is smoothed by one imagined row of the overall failure
 * share, so that a pool of few rows never says 0 or 1; pools that are not in order afterwards are
 * pooled again.
 */
final class IsotonicFit {
  /** Most knots; pools beyond it are joined by taking scores together beforehand. */
  private static final int MOST_KNOTS = 200;

  private IsotonicFit() {}

  /** Fits to scores of rows that the scorer was not trained on. */
  static Calibration fit(double[] scores, boolean[] fails, double[] weights) {
    int rows = scores.length;
    int[] order =
        IntStream.range(0, rows)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> scores[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double total = 0;
    double failed = 0;
    for (int row = 0; row < rows; row++) {
      total += weights[row];
      failed += fails[row] ? weights[row] : 0;
    }
    Pools pools = new Pools(rows, failed / total, total / rows);
    for (int i = 0; i < rows; ) {
      int from = i;
      double score = scores[order[i]];
      double weight = 0;
      double failures = 0;
      while (i < rows && scores[order[i]] == score) {
        weight += weights[order[i]];
        failures += fails[order[i]] ? weights[order[i]] : 0;
        i++;
      }
      pools.add(score, weight, failures, i - from);
    }
    return pools.calibration();
  }

  /** A stack of pools, each of a higher failure share than the one before. */
  private static final class Pools {
    private final double[] scoreSum;
    private final double[] weight;
    private final double[] failures;
    private final int[] rows;
    private final double share;
    private final double imagined;
    private int count;

    Pools(int capacity, double share, double imagined) {
      scoreSum = new double[capacity];
      weight = new double[capacity];
      failures = new double[capacity];
      rows = new int[capacity];
      this.share = share;
      this.imagined = imagined;
    }

    void add(double score, double poolWeight, double poolFailures, int poolRows) {
      scoreSum[count] = score * poolWeight;
      weight[count] = poolWeight;
      failures[count] = poolFailures;
      rows[count] = poolRows;
      count++;
      while (count > 1 && raw(count - 2) >= raw(count - 1)) {
        joinLast();
      }
    }

    /** The knots, after smoothing and after joining the smallest neighbours if there are many. */
    Calibration calibration() {
      Pools smooth = new Pools(count, share, imagined);
      int least = Arrays.stream(rows, 0, count).sum() / MOST_KNOTS;
      for (int i = 0; i < count; i++) {
        smooth.push(this, i);
        while (smooth.count > 1
            && (smooth.value(smooth.count - 2) >= smooth.value(smooth.count - 1)
                || smooth.rows[smooth.count - 2] < least)) {
          smooth.joinLast();
        }
      }
      double[] scores = new double[smooth.count];
      double[] values = new double[smooth.count];
      int knots = 0;
      for (int i = 0; i < smooth.count; i++) {
        double at = smooth.scoreSum[i] / smooth.weight[i];
        if (knots == 0 || at > scores[knots - 1]) { // rounding can make two means the same
          scores[knots] = at;
          values[knots++] = smooth.value(i);
        }
      }
      return Calibration.isotonic(Arrays.copyOf(scores, knots), Arrays.copyOf(values, knots));
    }

    private void push(Pools other, int pool) {
      scoreSum[count] = other.scoreSum[pool];
      weight[count] = other.weight[pool];
      failures[count] = other.failures[pool];
      rows[count] = other.rows[pool];
      count++;
    }

    private double raw(int pool) {
      return failures[pool] / weight[pool];
    }

    private double value(int pool) {
      return (failures[pool] + imagined * share) / (weight[pool] + imagined);
    }

    private void joinLast() {
      count--;
      scoreSum[count - 1] += scoreSum[count];
      weight[count - 1] += weight[count];
      failures[count - 1] += failures[count];
      rows[count - 1] += rows[count];
    }
  }
}
