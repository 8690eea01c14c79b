package io.foreguard.predictive.evaluation;

import io.foreguard.internal.Require;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How much a figure depends on the incidents that happened to be in the log: whole groups are drawn
 * again, with replacement, and the figure is computed anew (Efron and Tibshirani, "An Introduction
 * to the Bootstrap", 1993, percentile intervals). Rows of one incident are alike, so drawing single
 * rows would make every figure look far surer than it is. Immutable, thread-safe.
 */
public final class GroupBootstrap {
  /** Draws unless said otherwise. */
  public static final int DRAWS = 200;

  private final int[] group;
  private final int groups;
  private final int draws;
  private final long seed;

  /**
   * Creates a bootstrap over rows that belong to {@code groups}.
   *
   * @param groups number of each row's group, any numbers
   * @param draws how often to draw, at least 20
   * @param seed the same seed gives the same intervals
   */
  public GroupBootstrap(int[] groups, int draws, long seed) {
    int[] distinct = Arrays.stream(groups).distinct().sorted().toArray();
    this.group = Arrays.stream(groups).map(g -> Arrays.binarySearch(distinct, g)).toArray();
    this.groups = distinct.length;
    this.draws = Require.inRange(draws, 20, 1_000_000, "draws");
    this.seed = seed;
  }

  /** Number of different groups. */
  public int groups() {
    return groups;
  }

  /**
   * By how much {@code better} ranks higher than {@code worse}, as a difference of areas under the
   * curve, with its interval of 95 %. Draws without both classes are left out.
   */
  public Interval aucDifference(RankOrder better, RankOrder worse, double[] weights) {
    double[] values = new double[draws];
    int known = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (int draw = 0; draw < draws; draw++) {
      double[] drawn = draw(weights, random);
      double difference = better.ranking(drawn).auc() - worse.ranking(drawn).auc();
      if (!Double.isNaN(difference)) {
        values[known++] = difference;
      }
    }
    double value = better.ranking(weights).auc() - worse.ranking(weights).auc();
    return interval(value, Arrays.copyOf(values, known));
  }

  /** The weighted mean of {@code values}, one per row, with its interval of 95 %. */
  public Interval mean(double[] values, double[] weights) {
    double[] sums = new double[groups];
    double[] totals = new double[groups];
    for (int row = 0; row < values.length; row++) {
      sums[group[row]] += weights[row] * values[row];
      totals[group[row]] += weights[row];
    }
    double[] means = new double[draws];
    SplittableRandom random = new SplittableRandom(seed);
    for (int draw = 0; draw < draws; draw++) {
      double sum = 0;
      double total = 0;
      for (int i = 0; i < groups; i++) {
        int picked = random.nextInt(groups);
        sum += sums[picked];
        total += totals[picked];
      }
      means[draw] = sum / total;
    }
    return interval(Arrays.stream(sums).sum() / Arrays.stream(totals).sum(), means);
  }

  private double[] draw(double[] weights, SplittableRandom random) {
    int[] times = new int[groups];
    for (int i = 0; i < groups; i++) {
      times[random.nextInt(groups)]++;
    }
    double[] drawn = new double[weights.length];
    for (int row = 0; row < drawn.length; row++) {
      drawn[row] = weights[row] * times[group[row]];
    }
    return drawn;
  }

  private static Interval interval(double value, double[] drawn) {
    if (drawn.length == 0) {
      return new Interval(value, Double.NaN, Double.NaN);
    }
    Arrays.sort(drawn);
    double low = drawn[(int) Math.round(0.025 * (drawn.length - 1))];
    double high = drawn[(int) Math.round(0.975 * (drawn.length - 1))];
    return new Interval(value, low, high);
  }

  /**
   * A figure and where it lies in 95 of 100 draws.
   *
   * @param value the figure on all rows
   * @param low lower end; NaN if no draw had the figure
   * @param high upper end; NaN if no draw had the figure
   */
  public record Interval(double value, double low, double high) {}
}
