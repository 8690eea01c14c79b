package io.foreguard.predictive.forest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompiledForestTest {
  private static final double[] STRANGE = {
    Double.NaN,
    Double.NEGATIVE_INFINITY,
    Double.POSITIVE_INFINITY,
    -Double.MAX_VALUE,
    Double.MAX_VALUE,
    -0.0,
    0.0,
    Double.MIN_VALUE,
    1e-300
  };

  @Test
  void scoresToTheLastBitAsThePlainWalk() {
    SplittableRandom random = new SplittableRandom(1);
    for (int depth = 0; depth <= 8; depth++) {
      assertSame(Forests.random(5, 1 + random.nextInt(20), depth, depth), random);
      assertSame(Forests.ragged(5, 1 + random.nextInt(20), depth, depth), random);
    }
  }

  @Test
  void scoresTheSameWhereThresholdsAreStrange() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] sets = {
      {-0.0, 0.0},
      {1, Math.nextUp(1.0), Math.nextUp(Math.nextUp(1.0))},
      {-Double.MAX_VALUE, 0, Double.MAX_VALUE},
      {0, Double.MIN_VALUE, 2 * Double.MIN_VALUE},
      {1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9, 1e300},
      {7},
      {0.1f, Math.nextDown(0.1f), 0.1, Math.nextUp(0.1f)}
    };
    for (double[] thresholds : sets) {
      assertSame(stumps(thresholds, false), thresholds, random);
      assertSame(stumps(thresholds, true), thresholds, random);
    }
  }

  @Test
  void leavesInfiniteThresholdsAndDeepTreesToThePlainWalk() {
    double[] infinite = {Double.NEGATIVE_INFINITY, 0, Double.POSITIVE_INFINITY};
    Forest forest = stumps(infinite, false);
    ForestBuilder chain = new ForestBuilder(1).tree(1);
    for (int i = 0; i < 40; i++) {
      chain.node(0, 80 - i, 40 - i, i);
    }
    for (int i = 0; i <= 40; i++) {
      chain.leaf(i);
    }
    Forest deep = chain.build();

    assertThat(deep.compiled()).isNull();
    for (int i = 0; i < 42; i++) {
      assertThat(deep.score(new double[] {i})).isEqualTo(Math.max(0, i - 1));
    }
    assertThat(forest.compiled()).isNull();
    for (double value : STRANGE) {
      assertThat(forest.score(new double[] {value}))
          .isEqualTo(forest.plainScore(new double[] {value}));
    }
  }

  @Test
  void walksTheTreesAsTheyAreWhereAllPlacesAreTaken() {
    Forest forest = Forests.ragged(5, 20, 6, 3);
    CompiledForest compiled = forest.compiled();
    assertThat(compiled).isNotNull();
    double[] features = {0.1, 0.5, Double.NaN, 0.7, 0.3};
    double expected = forest.plainScore(features);

    compiled.takeAllPlaces();

    assertThat(compiled.sum(features)).isNaN();
    assertThat(forest.score(features)).isEqualTo(expected);
  }

  @Test
  void manyThreadsMayScoreAtOnce() throws Exception {
    Forest forest = Forests.random(5, 20, 6, 3);
    int threads = 40;
    CountDownLatch start = new CountDownLatch(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var results =
          IntStream.range(0, threads)
              .mapToObj(
                  seed ->
                      pool.submit(
                          () -> {
                            start.countDown();
                            start.await();
                            SplittableRandom random = new SplittableRandom(seed);
                            for (int i = 0; i < 2_000; i++) {
                              double[] features = random.doubles(5).toArray();
                              assertThat(forest.score(features))
                                  .isEqualTo(forest.plainScore(features));
                            }
                            return seed;
                          }))
              .toList();
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Forest stumps(double[] thresholds, boolean single) {
    ForestBuilder builder =
        new ForestBuilder(1).aggregation(Forest.Aggregation.SUM).singlePrecision(single);
    for (int i = 0; i < thresholds.length; i++) {
      builder.tree(1);
      int split = builder.split(0, thresholds[i], 0, i % 2 == 0);
      builder.leaf(1 << i).falseBranchHere(split).leaf(1.0 / 3 / (1 << i));
    }
    return builder.build();
  }

  private static void assertSame(Forest forest, double[] thresholds, SplittableRandom random) {
    assertThat(forest.compiled()).isNotNull();
    for (double threshold : thresholds) {
      assertSame(forest, new double[] {threshold});
      assertSame(forest, new double[] {Math.nextUp(threshold)});
      assertSame(forest, new double[] {Math.nextDown(threshold)});
      assertSame(forest, new double[] {threshold * random.nextDouble(0.9, 1.1)});
    }
    for (double value : STRANGE) {
      assertSame(forest, new double[] {value});
    }
  }

  private static void assertSame(Forest forest, SplittableRandom random) {
    assertThat(forest.compiled()).isNotNull();
    double[] features = new double[forest.featureCount()];
    for (int round = 0; round < 500; round++) {
      for (int f = 0; f < features.length; f++) {
        features[f] =
            switch (random.nextInt(4)) {
              case 0 -> STRANGE[random.nextInt(STRANGE.length)];
              case 1 -> aThreshold(forest, random);
              default -> random.nextDouble(-0.1, 1.1);
            };
      }
      assertSame(forest, features);
    }
  }

  private static double aThreshold(Forest forest, SplittableRandom random) {
    return forest.threshold(random.nextInt(forest.nodes()));
  }

  private static void assertSame(Forest forest, double[] features) {
    assertThat(forest.score(features)).as("%s", features).isEqualTo(forest.plainScore(features));
  }
}
