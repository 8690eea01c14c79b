package io.foreguard.predictive.trust;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model still sees what it learned from: the population stability index of each feature,
 * {@code sum((live - reference) * ln(live / reference))} over the bins of a {@link
 * FeatureReference}. Forgets old samples exponentially. Constant memory; a sample allocates
 * nothing. Not thread-safe.
 *
 * <p>By custom an index below 0.1 is no drift and one above 0.25 is much. An incident moves
 * features as well, and that is what a model is for: give samples at long intervals and a memory of
 * hours, so that what lasts is told from what passes.
 *
 * <p><b>Confidence.</b> Even without drift the index is about {@code (bins - 1) (1/n + 1/m)} for
 * {@code n} live and {@code m} reference samples, that times a chi-square of its degrees of
 * freedom. {@link #indexAtLeast} subtracts that mean and three of its standard deviations. Samples
 * close in time are alike, so {@code n} is an upper bound of what they are worth.
 *
 * <p>Without references, the first samples are taken as one: drift is then drift since the start.
 */
public final class DriftMonitor {
  private static final double CERTAINTY = 3;
  private static final double LEAST_SHARE = 1e-4;
  private static final double MOST_WEIGHT = 1e12;

  private final List<String> names;
  private final @Nullable FeatureReference[] references;
  private final double[][] live;
  private final double growth;
  private final double memory;
  private final int samplesToLearn;
  private double[][] first; // empty once the references are there
  private int learned;
  private double weight = 1;
  private double squaredWeights;
  private double weights;

  /**
   * A monitor against what a model learned from.
   *
   * @param names names of the features
   * @param references one per feature
   * @param memorySamples after how many samples one counts for 1/e of what it did, at least 50
   */
  public static DriftMonitor against(
      List<String> names, List<FeatureReference> references, int memorySamples) {
    Require.that(
        names.size() == references.size(),
        "references",
        "as many as names (" + names.size() + ")",
        references.size());
    DriftMonitor monitor = new DriftMonitor(names, memorySamples, 0);
    for (int i = 0; i < references.size(); i++) {
      monitor.learned(i, references.get(i));
    }
    return monitor;
  }

  /**
   * A monitor against the first samples it is given.
   *
   * @param samplesToLearn how many those are, from 50 to 100,000
   */
  public static DriftMonitor sinceStart(List<String> names, int memorySamples, int samplesToLearn) {
    Require.inRange(samplesToLearn, 50, 100_000, "samplesToLearn");
    return new DriftMonitor(names, memorySamples, samplesToLearn);
  }

  private DriftMonitor(List<String> names, int memorySamples, int samplesToLearn) {
    this.names = List.copyOf(names);
    Require.inRange(memorySamples, 50, 100_000_000, "memorySamples");
    memory = memorySamples;
    growth = Math.exp(1 / memory);
    this.samplesToLearn = samplesToLearn;
    references = new FeatureReference[names.size()];
    live = new double[names.size()][0];
    first = samplesToLearn == 0 ? new double[0][0] : new double[names.size()][samplesToLearn];
  }

  private void learned(int feature, FeatureReference reference) {
    references[feature] = reference;
    live[feature] = new double[reference.bins()];
  }

  /**
   * Takes one sample.
   *
   * @param features one value per name, NaN for a missing one
   * @throws IllegalArgumentException if there is another number of values
   */
  public void record(double[] features) {
    if (features.length != live.length) {
      Require.that(false, "features", "of length " + live.length, features.length);
    }
    if (first.length > 0) {
      learn(features);
      return;
    }
    for (int i = 0; i < live.length; i++) {
      FeatureReference reference = references[i];
      if (reference != null) {
        live[i][reference.bin(features[i])] += weight;
      }
    }
    weights += weight;
    squaredWeights += weight * weight;
    weight *= growth;
    if (weight > MOST_WEIGHT) {
      scale(1 / weight);
    }
  }

  private void learn(double[] features) {
    for (int i = 0; i < features.length; i++) {
      first[i][learned] = features[i];
    }
    learned++;
    if (learned == samplesToLearn) {
      for (int i = 0; i < first.length; i++) {
        learned(i, FeatureReference.of(first[i]));
      }
      first = new double[0][0];
    }
  }

  private void scale(double factor) {
    for (double[] feature : live) {
      for (int bin = 0; bin < feature.length; bin++) {
        feature[bin] *= factor;
      }
    }
    weights *= factor;
    squaredWeights *= factor * factor;
    weight *= factor;
  }

  /** Names of the features; unmodifiable. */
  public List<String> names() {
    return names;
  }

  /** Samples that the figures rest on, after forgetting; 0 while the reference is learned. */
  public double samples() {
    return weights == 0 ? 0 : weights * weights / squaredWeights;
  }

  /** Index of a feature, 0 or more; 0 while nothing is known of it or where it is constant. */
  public double index(int feature) {
    FeatureReference reference = references[feature];
    if (reference == null || weights == 0 || reference.isConstant()) {
      return 0;
    }
    double sum = 0;
    for (int bin = 0; bin < live[feature].length; bin++) {
      double now = Math.max(LEAST_SHARE, live[feature][bin] / weights);
      double then = Math.max(LEAST_SHARE, reference.share(bin));
      sum += (now - then) * Math.log(now / then);
    }
    return sum;
  }

  /** The index that is there with confidence, 0 or more; see the type. */
  public double indexAtLeast(int feature) {
    FeatureReference reference = references[feature];
    if (reference == null || weights == 0) {
      return 0;
    }
    double freedom = Math.max(1, reference.bins() - 1);
    double chance = 1 / samples() + 1 / reference.samples();
    return Math.max(0, index(feature) - chance * (freedom + CERTAINTY * Math.sqrt(2 * freedom)));
  }

  /** The largest index of all features. */
  public double largest() {
    double most = 0;
    for (int i = 0; i < live.length; i++) {
      most = Math.max(most, index(i));
    }
    return most;
  }

  /** The features whose index is above {@code limit} with confidence, by name. */
  public List<String> drifted(double limit) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      if (indexAtLeast(i) > limit) {
        found.add(names.get(i));
      }
    }
    return found;
  }

  /** Share of the features whose index is above {@code limit} with confidence, in [0, 1]. */
  public double driftedShare(double limit) {
    int found = 0;
    for (int i = 0; i < live.length; i++) {
      found += indexAtLeast(i) > limit ? 1 : 0;
    }
    return live.length == 0 ? 0 : found / (double) live.length;
  }
}
