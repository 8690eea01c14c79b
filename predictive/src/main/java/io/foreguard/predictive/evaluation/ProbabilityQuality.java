package io.foreguard.predictive.evaluation;

import io.foreguard.internal.Require;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well probabilities of failure agree with what happened. Immutable.
 *
 * <p>The expected calibration error is the mean distance between probability and failure share over
 * bins of probabilities, each weighted by its rows (Naeini, Cooper and Hauskrecht, "Obtaining Well
 * Calibrated Probabilities Using Bayesian Binning", 2015). It depends on the bins, so both kinds
 * are here: bins of equal width, where rare failures crowd into the first, and bins of equal count,
 * which spread them out.
 */
public final class ProbabilityQuality {
  /** Bins of either kind unless said otherwise. */
  public static final int BINS = 15;

  /** Log loss takes probabilities as at least this far from 0 and 1. */
  public static final double CLIP = 1e-6;

  private final double brier;
  private final double logLoss;
  private final double failureShare;
  private final double meanProbability;
  private final List<Bin> equalWidth;
  private final List<Bin> equalCount;

  private ProbabilityQuality(
      double[] sums, List<Bin> equalWidth, List<Bin> equalCount, double weight) {
    brier = sums[0] / weight;
    logLoss = sums[1] / weight;
    failureShare = sums[2] / weight;
    meanProbability = sums[3] / weight;
    this.equalWidth = List.copyOf(equalWidth);
    this.equalCount = List.copyOf(equalCount);
  }

  /**
   * Judges probabilities with {@link #BINS} bins.
   *
   * @param probabilities probability of failure of each row
   * @param failed whether each row failed
   * @param weights how often each row counts
   * @throws IllegalArgumentException if lengths differ or a probability is outside {@code [0, 1]}
   */
  public static ProbabilityQuality of(double[] probabilities, boolean[] failed, double[] weights) {
    int rows = probabilities.length;
    Require.that(failed.length == rows, "failed", "of length " + rows, failed.length);
    Require.that(weights.length == rows, "weights", "of length " + rows, weights.length);
    double[] sums = new double[4];
    double weight = 0;
    for (int row = 0; row < rows; row++) {
      double p = probabilities[row];
      Require.that(p >= 0 && p <= 1, "probabilities", "in [0, 1]", p);
      double error = p - (failed[row] ? 1 : 0);
      weight += weights[row];
      sums[0] += weights[row] * error * error;
      sums[1] += weights[row] * loss(p, failed[row]);
      sums[2] += failed[row] ? weights[row] : 0;
      sums[3] += weights[row] * p;
    }
    return new ProbabilityQuality(
        sums,
        equalWidth(probabilities, failed, weights),
        equalCount(probabilities, failed, weights, weight),
        weight);
  }

  /** Log loss of one answer, in nats, with the probability clipped by {@link #CLIP}. */
  public static double loss(double probability, boolean failed) {
    double p = Math.min(1 - CLIP, Math.max(CLIP, probability));
    return failed ? -Math.log(p) : -Math.log1p(-p);
  }

  /** Mean squared error of the probability; NaN without rows. */
  public double brier() {
    return brier;
  }

  /** Mean log loss in nats; NaN without rows. */
  public double logLoss() {
    return logLoss;
  }

  /** Share of rows that failed; NaN without rows. */
  public double failureShare() {
    return failureShare;
  }

  /** Mean of the probabilities; NaN without rows. */
  public double meanProbability() {
    return meanProbability;
  }

  /** Expected calibration error over {@link #BINS} bins of equal width. */
  public double calibrationError() {
    return error(equalWidth);
  }

  /** Expected calibration error over {@link #BINS} bins of about equal count. */
  public double calibrationErrorByCount() {
    return error(equalCount);
  }

  /** The bins of equal width that hold a row, lowest first; unmodifiable. */
  public List<Bin> equalWidth() {
    return equalWidth;
  }

  /** The bins of about equal count, lowest first; tied probabilities share a bin. */
  public List<Bin> equalCount() {
    return equalCount;
  }

  private static List<Bin> equalWidth(double[] probabilities, boolean[] failed, double[] weights) {
    BinSums[] bins = new BinSums[BINS];
    for (int row = 0; row < probabilities.length; row++) {
      int bin = (int) Math.min(BINS - 1L, (long) (probabilities[row] * BINS));
      if (bins[bin] == null) {
        bins[bin] = new BinSums();
      }
      bins[bin].add(probabilities[row], failed[row], weights[row]);
    }
    List<Bin> filled = new ArrayList<>();
    for (BinSums bin : bins) {
      if (bin != null && bin.weight > 0) {
        filled.add(bin.bin());
      }
    }
    return filled;
  }

  private static List<Bin> equalCount(
      double[] probabilities, boolean[] failed, double[] weights, double total) {
    int[] order =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> probabilities[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Bin> filled = new ArrayList<>();
    BinSums bin = new BinSums();
    double seen = 0;
    for (int i = 0; i < order.length; i++) {
      int row = order[i];
      bin.add(probabilities[row], failed[row], weights[row]);
      seen += weights[row];
      boolean last = i + 1 == order.length;
      boolean full = seen >= total * (filled.size() + 1) / BINS;
      if (last || (full && probabilities[order[i + 1]] > probabilities[row])) {
        if (bin.weight > 0) {
          filled.add(bin.bin());
        }
        bin = new BinSums();
      }
    }
    return filled;
  }

  private static double error(List<Bin> bins) {
    double sum = 0;
    double weight = 0;
    for (Bin bin : bins) {
      sum += bin.weight() * Math.abs(bin.meanProbability() - bin.failureShare());
      weight += bin.weight();
    }
    return sum / weight;
  }

  /**
   * Rows of like probability.
   *
   * @param weight weight of the rows
   * @param meanProbability mean of their probabilities
   * @param failureShare share of them that failed
   */
  public record Bin(double weight, double meanProbability, double failureShare) {}

  private static final class BinSums {
    private double weight;
    private double probability;
    private double failures;

    void add(double p, boolean failed, double w) {
      weight += w;
      probability += w * p;
      failures += failed ? w : 0;
    }

    Bin bin() {
      return new Bin(weight, probability / weight, failures / weight);
    }
  }
}
