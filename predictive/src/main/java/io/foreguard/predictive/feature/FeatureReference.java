package io.foreguard.predictive.feature;

import io.foreguard.internal.Require;
import java.util.Arrays;

/**
 * How one feature was distributed where a model learned: shares of values in bins between
 * quantiles, and the share that was missing. Immutable, thread-safe.
 */
public final class FeatureReference {
  /** Bins that values are put into, the one of missing values not counted. */
  public static final int BINS = 10;

  private final double[] edges;
  private final double[] shares;
  private final double samples;

  private FeatureReference(double[] edges, double[] shares, double samples) {
    this.edges = edges;
    this.shares = shares;
    this.samples = samples;
  }

  /**
   * The distribution of {@code values}, NaN for missing ones. Edges that coincide, as where most
   * values are 0, are one edge.
   *
   * @throws IllegalArgumentException if there are no values
   */
  public static FeatureReference of(double[] values) {
    Require.that(values.length > 0, "values", "not empty", values.length);
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double[] edges = new double[BINS - 1];
    int count = 0;
    for (int i = 1; i < BINS && sorted.length > 0; i++) {
      double edge = sorted[(int) ((long) i * (sorted.length - 1) / BINS)];
      if (count == 0 || edge > edges[count - 1]) {
        edges[count++] = edge;
      }
    }
    FeatureReference empty = new FeatureReference(Arrays.copyOf(edges, count), new double[0], 0);
    double[] shares = new double[count + 2];
    for (double value : values) {
      shares[empty.bin(value)] += 1.0 / values.length;
    }
    return new FeatureReference(empty.edges, shares, values.length);
  }

  /** Bins, that of missing values, which is the last, included. */
  public int bins() {
    return edges.length + 2;
  }

  /** The bin of {@code value}: at most the edge below it is under it; the last for NaN. */
  public int bin(double value) {
    if (Double.isNaN(value)) {
      return edges.length + 1;
    }
    int found = Arrays.binarySearch(edges, value);
    return found >= 0 ? found : -found - 1;
  }

  /** Share of values that fell into {@code bin}. */
  public double share(int bin) {
    return shares[bin];
  }

  /** Values that it was made from. */
  public double samples() {
    return samples;
  }

  /** Whether all values fell into one bin: nothing can be said of how they are distributed. */
  public boolean isConstant() {
    return Arrays.stream(shares).anyMatch(share -> share == 1);
  }

  /** As one line of text: number of samples, edges and shares, for the header of a model file. */
  public String toText() {
    StringBuilder text = new StringBuilder().append(samples);
    for (double edge : edges) {
      text.append(' ').append(edge);
    }
    text.append(" |");
    for (double share : shares) {
      text.append(' ').append((float) share);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException if it is anything else, with what is wrong
   */
  public static FeatureReference parse(String text) {
    String[] halves = text.split(" \\|", -1);
    Require.that(halves.length == 2, "reference", "numbers, a bar and numbers", text);
    double[] left = numbers(halves[0]);
    double[] shares = numbers(halves[1]);
    Require.that(left.length >= 1 && left[0] >= 1, "reference", "of 1 sample or more", text);
    double[] edges = Arrays.copyOfRange(left, 1, left.length);
    Require.inRange(edges.length, 0, 1_000, "number of edges");
    Require.that(shares.length == edges.length + 2, "reference", "2 shares more than edges", text);
    for (int i = 1; i < edges.length; i++) {
      Require.that(edges[i] > edges[i - 1], "reference", "of growing edges", text);
    }
    double sum = Arrays.stream(shares).sum();
    boolean ok = Arrays.stream(shares).allMatch(s -> s >= 0) && Math.abs(sum - 1) < 1e-3;
    Require.that(ok, "reference", "of shares that add up to 1", text);
    return new FeatureReference(edges, shares, left[0]);
  }

  private static double[] numbers(String text) {
    String[] words = text.strip().split(" +", -1);
    double[] numbers = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      try {
        numbers[i] = Double.parseDouble(words[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("reference must be numbers, but was " + words[i], e);
      }
      Require.that(Double.isFinite(numbers[i]), "reference", "finite numbers", words[i]);
    }
    return numbers;
  }

  @Override
  public String toString() {
    return "FeatureReference{" + toText() + "}";
  }
}
