package io.foreguard.predictive.evaluation;

import io.foreguard.internal.Require;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The order that scores put rows in, highest first, from which rankings under any weights follow in
 * one pass: sorting is done once, however often the weights change. Immutable, thread-safe.
 */
public final class RankOrder {
  private final int[] order;
  private final boolean[] tiedWithNext;
  private final boolean[] failed;

  private RankOrder(int[] order, boolean[] tiedWithNext, boolean[] failed) {
    this.order = order;
    this.tiedWithNext = tiedWithNext;
    this.failed = failed;
  }

  /**
   * Sorts {@code scores}, where higher means likelier to fail.
   *
   * @param failed whether each row failed
   * @throws IllegalArgumentException if the lengths differ or a score is NaN
   */
  public static RankOrder of(double[] scores, boolean[] failed) {
    int rows = scores.length;
    Require.that(failed.length == rows, "failed", "of length " + rows, failed.length);
    for (double score : scores) {
      Require.that(!Double.isNaN(score), "scores", "numbers", score);
    }
    int[] order =
        IntStream.range(0, rows)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer row) -> scores[row] + 0.0).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] tied = new boolean[rows];
    for (int i = 0; i + 1 < rows; i++) {
      tied[i] = scores[order[i]] == scores[order[i + 1]];
    }
    return new RankOrder(order, tied, failed.clone());
  }

  /** The ranking of all rows, each as important as any other. */
  public Ranking ranking() {
    double[] weights = new double[order.length];
    Arrays.fill(weights, 1);
    return ranking(weights);
  }

  /**
   * The ranking with each row counted {@code weights[row]} times.
   *
   * @throws IllegalArgumentException if there is another number of weights
   */
  public Ranking ranking(double[] weights) {
    int rows = order.length;
    Require.that(weights.length == rows, "weights", "of length " + rows, weights.length);
    double positives = 0;
    double negatives = 0;
    for (int row = 0; row < rows; row++) {
      positives += failed[row] ? weights[row] : 0;
      negatives += failed[row] ? 0 : weights[row];
    }
    double hits = 0;
    double misses = 0;
    double wins = 0;
    double precisionSum = 0;
    double groupHits = 0;
    double groupMisses = 0;
    for (int i = 0; i < rows; i++) {
      int row = order[i];
      groupHits += failed[row] ? weights[row] : 0;
      groupMisses += failed[row] ? 0 : weights[row];
      if (!tiedWithNext[i]) {
        wins += groupHits * (negatives - misses - groupMisses / 2);
        hits += groupHits;
        misses += groupMisses;
        precisionSum += groupHits > 0 ? groupHits * (hits / (hits + misses)) : 0;
        groupHits = 0;
        groupMisses = 0;
      }
    }
    boolean judged = positives > 0 && negatives > 0;
    double auc = judged ? wins / (positives * negatives) : Double.NaN;
    return new Ranking(positives, negatives, auc, judged ? precisionSum / positives : Double.NaN);
  }
}
