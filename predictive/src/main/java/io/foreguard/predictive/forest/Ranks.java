package io.foreguard.predictive.forest;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Replaces features by ranks: the number of the forest's distinct thresholds that a feature
 * exceeds. {@code feature <= threshold} then is the same as {@code rank of feature <= rank of
 * threshold}, exactly, and a node is one int. Immutable, thread-safe.
 *
 * <p>A feature's rank is looked up in a grid of equal cells between its least and its greatest
 * threshold, which tells how many thresholds lie in earlier cells; those in the same cell are
 * searched. As rounding never changes the order of two numbers, the grid is exact too: it may be
 * uneven, never wrong.
 *
 * <p>As a missing feature takes whichever branch a split says, a feature has two ranks, of which
 * one is below and one above all thresholds where it is missing.
 */
final class Ranks {
  /** Most distinct thresholds of one feature. */
  static final int MOST_CUTS = 65_535;

  /** A rank that exceeds that of every threshold. */
  static final int ABOVE_ALL = 65_535;

  private static final int CELLS_PER_CUT = 8;
  private static final int MOST_CELLS = 1 << 16;

  private final boolean singlePrecision;

  /** Whether some split sends a missing feature to its true branch, so that second ranks count. */
  private final boolean twice;

  /** Features that are asked for, in order: theirs is the order of the ranks too. */
  private final int[] feature;

  /** Distinct thresholds of all those features, each feature's in order from its start. */
  private final double[] cuts;

  private final int[] cutsFrom;

  /** Per cell, and once after the last, how many of the feature's thresholds lie before it. */
  private final char[] grid;

  private final int[] gridFrom;
  private final int[] lastCell;
  private final double[] least;
  private final double[] cellsPerUnit;

  private Ranks(Forest forest, double[][] cutsByFeature) {
    singlePrecision = forest.isSinglePrecision();
    feature = asked(cutsByFeature);
    int asked = feature.length;
    twice = IntStream.range(0, forest.nodes()).anyMatch(forest::missingTrue);
    cutsFrom = new int[asked + 1];
    gridFrom = new int[asked + 1];
    lastCell = new int[asked];
    least = new double[asked];
    cellsPerUnit = new double[asked];
    for (int k = 0; k < asked; k++) {
      int number = cutsByFeature[feature[k]].length;
      cutsFrom[k + 1] = cutsFrom[k] + number;
      lastCell[k] = Math.min(MOST_CELLS, CELLS_PER_CUT * number) - 1;
      gridFrom[k + 1] = gridFrom[k] + lastCell[k] + 2;
    }
    cuts = new double[cutsFrom[asked]];
    grid = new char[gridFrom[asked]];
    for (int k = 0; k < asked; k++) {
      fill(k, cutsByFeature[feature[k]]);
    }
  }

  /** Ranks for a forest all of whose thresholds are finite, given those of every feature. */
  static Ranks of(Forest forest, double[][] cutsByFeature) {
    return new Ranks(forest, cutsByFeature);
  }

  /** Number of ranks. */
  int slots() {
    return twice ? 2 * feature.length : feature.length;
  }

  /** Where {@link #of} puts the rank that a split of {@code feature} needs. */
  int slot(int asked, boolean missingTrue) {
    int k = Arrays.binarySearch(feature, asked);
    return missingTrue ? feature.length + k : k;
  }

  /** The rank of {@code threshold} among those of {@code feature}. */
  int rank(int asked, double threshold) {
    int k = Arrays.binarySearch(feature, asked);
    return Arrays.binarySearch(cuts, cutsFrom[k], cutsFrom[k + 1], threshold + 0.0) - cutsFrom[k];
  }

  /** Sets the ranks of {@code features}. */
  void of(double[] features, int[] ranks) {
    for (int k = 0; k < feature.length; k++) {
      double given = features[feature[k]];
      double value = singlePrecision ? (float) given : given;
      int cell = gridFrom[k] + cell(k, value);
      int from = cutsFrom[k] + grid[cell];
      int to = cutsFrom[k] + grid[cell + 1];
      while (from < to) {
        int middle = (from + to) >>> 1;
        if (cuts[middle] < value) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      int rank = from - cutsFrom[k];
      boolean missing = Double.isNaN(value);
      ranks[k] = missing ? ABOVE_ALL : rank;
      if (twice) {
        ranks[feature.length + k] = missing ? 0 : rank;
      }
    }
  }

  /**
   * Grows with {@code value}; the cast takes NaN to 0 and what is too large to the greatest int.
   */
  private int cell(int k, double value) {
    int cell = (int) ((value - least[k]) * cellsPerUnit[k]);
    return Math.max(0, Math.min(lastCell[k], cell));
  }

  private void fill(int k, double[] sorted) {
    System.arraycopy(sorted, 0, cuts, cutsFrom[k], sorted.length);
    least[k] = sorted[0];
    cellsPerUnit[k] = (lastCell[k] + 1) / (sorted[sorted.length - 1] - sorted[0]);
    int before = 0;
    for (int cell = 0; cell <= lastCell[k] + 1; cell++) {
      while (before < sorted.length && cell(k, sorted[before]) < cell) {
        before++;
      }
      grid[gridFrom[k] + cell] = (char) before;
    }
  }

  private static int[] asked(double[][] cutsByFeature) {
    int[] asked = new int[cutsByFeature.length];
    int number = 0;
    for (int f = 0; f < asked.length; f++) {
      if (cutsByFeature[f].length > 0) {
        asked[number++] = f;
      }
    }
    return Arrays.copyOf(asked, number);
  }
}
