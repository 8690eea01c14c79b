package io.foreguard.predictive.training;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestBuilder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Stochastic gradient boosting of small trees on the logistic loss (Friedman, "Greedy Function
 * Approximation: A Gradient Boosting Machine", 2001, and "Stochastic Gradient Boosting", 2002). The
 * result is a sum of leaves in log odds of failure.
 *
 * <p>Rows of one incident are alike, so the number of rows says little of how much there is to
 * learn: trees are small, their leaves hold a share of all rows, and each split tries a part of the
 * features. Trees are our own: Smile's sort each feature anew for every tree, and know no weights.
 */
final class Boosting {
  private static final int BATCH = 20;

  private Boosting() {}

  /** Grows trees one after another; the same for the same input. */
  static Forest train(LabelledRows rows, TrainingConfig config, IntConsumer treesDone) {
    int size = rows.size();
    double total = Arrays.stream(rows.weights()).sum();
    double share = Trainer.failureShare(rows);
    double offset = Math.log(share / (1 - share));
    double[] logOdds = new double[size];
    Arrays.fill(logOdds, offset);
    double[] gradient = new double[size];
    double[] curvature = new double[size];
    SplittableRandom random = new SplittableRandom(config.seed());
    Bins bins = Bins.of(rows, random.nextLong());
    int part = (int) Math.max(1, Math.round(config.boostingPart() * size));
    long leaf = Math.round(config.boostingLeafShare() * part);
    int leastRows = (int) Math.max(config.minimumLeafSize(), leaf);
    BoostedTree grower = new BoostedTree(bins, config, leastRows, gradient, curvature, random);
    ForestBuilder builder =
        new ForestBuilder(bins.features()).aggregation(Aggregation.SUM).offset(offset);
    for (int t = 1; t <= config.boostingTrees(); t++) {
      for (int row = 0; row < size; row++) {
        double p = 1 / (1 + Math.exp(-logOdds[row]));
        double weight = rows.weights()[row] * size / total;
        gradient[row] = weight * ((rows.fails()[row] ? 1 : 0) - p);
        curvature[row] = weight * p * (1 - p);
      }
      BoostedTree.Node tree = grower.grow(part(size, part, random));
      for (int row = 0; row < size; row++) {
        logOdds[row] += tree.value(bins, row);
      }
      builder.tree(1);
      tree.copyTo(builder, bins);
      if (t % BATCH == 0 || t == config.boostingTrees()) {
        treesDone.accept(t);
      }
    }
    return builder.build();
  }

  /** A random part of the rows without repetition: Knuth's selection sampling, algorithm S. */
  private static int[] part(int rows, int wanted, SplittableRandom random) {
    int[] part = new int[wanted];
    int taken = 0;
    for (int row = 0; taken < wanted; row++) {
      if (random.nextInt(rows - row) < wanted - taken) {
        part[taken++] = row;
      }
    }
    return part;
  }
}
