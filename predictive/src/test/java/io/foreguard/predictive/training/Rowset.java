package io.foreguard.predictive.training;

import java.util.List;
import java.util.SplittableRandom;

/** Made-up rows of which the true probability of failure is known. */
final class Rowset {
  static final List<String> NAMES = List.of("signal", "curve", "noise", "sometimes");

  private Rowset() {}

  /** {@code rows} rows a second apart in {@code groups} groups; log odds grow with signal. */
  static LabelledRows of(int rows, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] features = new double[rows][];
    boolean[] fails = new boolean[rows];
    long[] times = new long[rows];
    int[] group = new int[rows];
    double[] weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      double sometimes = random.nextDouble();
      boolean missing = random.nextInt(4) == 0;
      features[i] =
          new double[] {
            random.nextDouble() * 4 - 2,
            random.nextDouble() * 2 - 1,
            random.nextDouble(),
            missing ? Double.NaN : sometimes
          };
      fails[i] = random.nextDouble() < probability(features[i]);
      times[i] = 1_000L * i;
      group[i] = (int) ((long) i * groups / rows);
      weights[i] = 1;
    }
    return new LabelledRows(NAMES, features, fails, times, group, weights);
  }

  static double probability(double[] f) {
    double missing = Double.isNaN(f[3]) ? 1.5 : 0;
    double logOdds = -3 + 1.5 * f[0] + 3 * (f[1] * f[1] - 0.33) + missing;
    return 1 / (1 + Math.exp(-logOdds));
  }
}
