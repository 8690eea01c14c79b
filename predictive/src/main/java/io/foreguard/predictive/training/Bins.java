package io.foreguard.predictive.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Features cut into at most 128 bins each, for trees that need not sort. Half of the cuts lie at
 * quantiles of rows that fail, half at those of others: failures are rare, and quantiles of all
 * rows would leave one or two bins to where nearly all of them are. The last bin is of missing
 * values. Immutable.
 */
final class Bins {
  /** Most bins of a feature. */
  static final int MOST = 128;

  private static final int CUTS_PER_CLASS = 62;

  /** Rows of each class that cuts are found from, at most. */
  private static final int SAMPLE = 20_000;

  private final double[][] cuts;
  private final byte[][] bins;

  private Bins(double[][] cuts, byte[][] bins) {
    this.cuts = cuts;
    this.bins = bins;
  }

  static Bins of(LabelledRows rows, long seed) {
    double[][] features = rows.features();
    int count = rows.names().size();
    SplittableRandom random = new SplittableRandom(seed);
    int[] failed = sample(rows.where(row -> rows.fails()[row]), random);
    int[] held = sample(rows.where(row -> !rows.fails()[row]), random);
    double[][] cuts = new double[count][];
    byte[][] bins = new byte[count][features.length];
    for (int f = 0; f < count; f++) {
      cuts[f] = cuts(features, failed, held, f);
      for (int row = 0; row < features.length; row++) {
        bins[f][row] = (byte) bin(cuts[f], features[row][f]);
      }
    }
    return new Bins(cuts, bins);
  }

  int features() {
    return cuts.length;
  }

  /** Bin of each row by one feature. */
  byte[] of(int feature) {
    return bins[feature];
  }

  /** Cuts of a feature: values up to the one of a bin's number are in it or a lower one. */
  int cuts(int feature) {
    return cuts[feature].length;
  }

  double cut(int feature, int bin) {
    return cuts[feature][bin];
  }

  private static int bin(double[] cuts, double value) {
    if (Double.isNaN(value)) {
      return cuts.length;
    }
    int at = Arrays.binarySearch(cuts, value);
    return at >= 0 ? at : Math.min(cuts.length, -at - 1);
  }

  private static double[] cuts(double[][] features, int[] failed, int[] held, int feature) {
    double[] low = quantiles(features, failed, feature);
    double[] high = quantiles(features, held, feature);
    double[] all = Arrays.copyOf(low, low.length + high.length);
    System.arraycopy(high, 0, all, low.length, high.length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }

  /** Values below which equal parts of the rows lie; the largest is one of them. */
  private static double[] quantiles(double[][] features, int[] rows, int feature) {
    double[] sorted =
        Arrays.stream(rows)
            .mapToDouble(row -> features[row][feature])
            .filter(value -> Math.abs(value) < SmileTrees.MISSING)
            .sorted()
            .toArray();
    double[] cuts = new double[Math.min(sorted.length, CUTS_PER_CLASS)];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = sorted[(int) ((i + 1L) * sorted.length / cuts.length) - 1];
    }
    return cuts;
  }

  private static int[] sample(int[] rows, SplittableRandom random) {
    if (rows.length <= SAMPLE) {
      return rows;
    }
    int[] sample = new int[SAMPLE];
    for (int i = 0; i < SAMPLE; i++) {
      sample[i] = rows[random.nextInt(rows.length)];
    }
    return sample;
  }
}
