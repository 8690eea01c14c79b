package io.foreguard.benchmarks;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.training.SmileConversion;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import smile.base.cart.SplitRule;
import smile.classification.LogisticRegression;
import smile.classification.RandomForest;
import smile.data.DataFrame;
import smile.data.Tuple;
import smile.data.formula.Formula;
import smile.data.vector.IntVector;

/**
 * A forest and a logistic regression that Smile has trained on synthetic calls, and the same in our
 * own form. The features are of three kinds, as are those of calls: heavy-tailed like latencies,
 * symmetric like trends, and shares between 0 and 1; many move with one load.
 */
final class SmileModels {
  static final int FEATURES = 35;

  private static final int TREES = 100;
  private static final int TRAINING_ROWS = 5_000;

  /** Few enough that those of the next scores are in a near cache, as if just computed. */
  private static final int ROWS = 256;

  /** Smile counts a tree's levels of nodes: one more than its splits. */
  private static final int DEPTH = 9;

  private static final int MINIMUM_LEAF = 5;

  final RandomForest smileForest;
  final LogisticRegression.Binomial smileLogistic;
  final Forest forest;
  final CalibratedScorer logistic;
  final double[][] rows;
  final Tuple[] tuples;

  private SmileModels() {
    SplittableRandom random = new SplittableRandom(17);
    double[][] features = rows(TRAINING_ROWS, random);
    int[] fails = IntStream.range(0, TRAINING_ROWS).map(i -> fails(features[i], random)).toArray();
    rows = rows(ROWS, random);
    String[] names = IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).toArray(String[]::new);
    DataFrame data = DataFrame.of(features, names).merge(IntVector.of("fails", fails));
    smileForest =
        RandomForest.fit(
            Formula.lhs("fails"),
            data,
            TREES,
            6,
            SplitRule.GINI,
            DEPTH,
            Integer.MAX_VALUE,
            MINIMUM_LEAF,
            1.0,
            null,
            LongStream.range(2, 2 + TREES));
    forest = SmileConversion.forest(smileForest, FEATURES);
    DataFrame asked = DataFrame.of(rows, names).merge(IntVector.of("fails", new int[ROWS]));
    tuples = IntStream.range(0, ROWS).mapToObj(asked::get).toArray(Tuple[]::new);
    smileLogistic = LogisticRegression.binomial(features, fails, .1, 1e-5, 500);
    double[] weights = smileLogistic.coefficients();
    logistic =
        new CalibratedScorer(
            LinearScorer.of(
                IntStream.range(0, FEATURES).mapToDouble(i -> weights[i]).toArray(),
                weights[FEATURES],
                new double[FEATURES]),
            Calibration.sigmoid(1, 0));
  }

  /** The models, trained once in this JVM. */
  static SmileModels get() {
    return Holder.MODELS;
  }

  private static double[][] rows(int number, SplittableRandom random) {
    double[][] rows = new double[number][FEATURES];
    for (double[] row : rows) {
      double load = random.nextGaussian();
      for (int f = 0; f < FEATURES; f++) {
        double normal = .8 * random.nextGaussian() + load * (f % 5) * .2;
        row[f] =
            switch (f % 3) {
              case 0 -> Math.exp(normal);
              case 1 -> normal;
              default -> 1 / (1 + Math.exp(-normal));
            };
      }
    }
    return rows;
  }

  private static int fails(double[] x, SplittableRandom random) {
    double logOdds =
        -1.5
            + Math.log(x[0])
            + .8 * x[1] * (x[2] > .5 ? 1 : -.3)
            + 1.2 * Math.sin(2 * x[4])
            + (x[7] > .5 ? 1 : 0)
            + .5 * x[10];
    return random.nextDouble() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  }

  private static final class Holder {
    static final SmileModels MODELS = new SmileModels();
  }
}
