package io.foreguard.predictive.forest;

import java.util.SplittableRandom;

/** Makes forests that no one trained. */
public final class Forests {
  private Forests() {}

  /** A forest of complete trees with random splits on features in {@code [0, 1)}. */
  public static Forest random(int features, int trees, int depth, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ForestBuilder builder = new ForestBuilder(features);
    for (int t = 0; t < trees; t++) {
      builder.tree(0.5 + random.nextDouble());
      grow(builder, features, depth, random);
    }
    return builder.build();
  }

  /** A forest of one tree that says {@code high} where the feature is above the threshold. */
  public static Forest stump(int features, int feature, double threshold, double low, double high) {
    ForestBuilder builder = new ForestBuilder(features).tree(1);
    int split = builder.split(feature, threshold, (low + high) / 2);
    return builder.leaf(low).falseBranchHere(split).leaf(high).build();
  }

  /** Boosted trees of single precision with leaves at any depth, and missing features anywhere. */
  public static Forest ragged(int features, int trees, int depth, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ForestBuilder builder =
        new ForestBuilder(features)
            .aggregation(Forest.Aggregation.SUM)
            .offset(-0.1)
            .singlePrecision(true);
    for (int t = 0; t < trees; t++) {
      builder.tree(0.1);
      growRagged(builder, features, depth, random);
    }
    return builder.build();
  }

  private static double growRagged(
      ForestBuilder builder, int features, int depth, SplittableRandom random) {
    if (depth == 0 || random.nextInt(5) == 0) {
      double value = random.nextDouble(-3, 3);
      builder.leaf(value);
      return value;
    }
    double threshold = random.nextInt(1, 20) / 20.0;
    int split = builder.split(random.nextInt(features), threshold, 0, random.nextBoolean());
    double yes = growRagged(builder, features, depth - 1, random);
    builder.falseBranchHere(split);
    double no = growRagged(builder, features, depth - 1, random);
    builder.value(split, (yes + no) / 2);
    return (yes + no) / 2;
  }

  private static void grow(
      ForestBuilder builder, int features, int depth, SplittableRandom random) {
    if (depth == 0) {
      builder.leaf(random.nextDouble());
      return;
    }
    int split = builder.split(random.nextInt(features), random.nextDouble(), random.nextDouble());
    grow(builder, features, depth - 1, random);
    builder.falseBranchHere(split);
    grow(builder, features, depth - 1, random);
  }
}
