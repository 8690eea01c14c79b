package io.foreguard.predictive.feature;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A named, versioned list of features. Immutable.
 *
 * <p>The order of the features is part of the version, as are their meanings: any change of either
 * makes a new version, and a model trained on one version never sees another.
 */
public final class FeatureSchema {
  /** How far back the rolling means look. */
  public static final Duration MEAN_WINDOW = Duration.ofHours(1);

  /** How far back the trends look. */
  public static final Duration TREND_WINDOW = Duration.ofMinutes(30);

  private static final FeatureSchema DEPENDENCY_LOAD = createDependencyLoad();
  private static final FeatureSchema CALLS =
      new FeatureSchema("foreguard.calls", 1, CallFeatureList.all());
  private static final FeatureSchema INTERVALS =
      new FeatureSchema("foreguard.intervals", 1, IntervalFeatures.all());

  private final String id;
  private final int version;
  private final List<Feature> features;
  private final List<String> names;

  private FeatureSchema(String id, int version, List<Feature> features) {
    this.id = Require.name(id, "id");
    this.version = Require.inRange(version, 1, Integer.MAX_VALUE, "version");
    this.features = List.copyOf(features);
    this.names = features.stream().map(Feature::name).toList();
  }

  /**
   * Load and health of one dependency: the latest active connections, 95th percentile of latency,
   * transaction rate and failure share; the rolling mean and the trend of each; and two ratios of
   * latest to mean. Computed by {@link FeatureExtractor}.
   */
  public static FeatureSchema dependencyLoad() {
    return DEPENDENCY_LOAD;
  }

  /**
   * What is known of a dependency when one more call is to be made: failures and latencies over
   * several horizons, trends, load, the call's key, the health of others. Computed by {@link
   * CallFeatures}.
   */
  public static FeatureSchema calls() {
    return CALLS;
  }

  /**
   * Health and load of a component over its last intervals, and the health of the components that
   * it calls. Computed by {@link IntervalFeatures}.
   */
  public static FeatureSchema intervals() {
    return INTERVALS;
  }

  /**
   * A schema of one's own, for models of features that are computed elsewhere.
   *
   * @param id 1 to 256 characters
   * @param version at least 1
   */
  public static FeatureSchema of(String id, int version, List<Feature> features) {
    return new FeatureSchema(id, version, features);
  }

  /** Name of the schema. */
  public String id() {
    return id;
  }

  /** Version of the schema, at least 1. */
  public int version() {
    return version;
  }

  /** The features in their order; unmodifiable. */
  public List<Feature> features() {
    return features;
  }

  /** Names of the features in their order; unmodifiable. */
  public List<String> names() {
    return names;
  }

  /** Number of features. */
  public int size() {
    return features.size();
  }

  @Override
  public String toString() {
    return id + " version " + version;
  }

  private static FeatureSchema createDependencyLoad() {
    String[] names = {"active_connections", "p95_latency", "transaction_rate", "failure_share"};
    String[] units = {"{connection}", "s", "{call}/s", "1"};
    String[] words = {"active connections", "p95 latency", "transaction rate", "failure share"};
    String history = "a gap over 15 min starts the history anew: not ready";
    List<Feature> all = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      all.add(new Feature(names[i], units[i], Duration.ZERO, "no sample, no value", words[i]));
    }
    for (int i = 0; i < names.length; i++) {
      String name = names[i] + "_mean_1h";
      all.add(new Feature(name, units[i], MEAN_WINDOW, history, words[i] + ", mean of 1 h"));
    }
    for (int i = 0; i < names.length; i++) {
      String unit = units[i].equals("1") ? "/min" : units[i] + "/min";
      String text = words[i] + ", trend per minute over 30 min";
      all.add(new Feature(names[i] + "_trend_30min", unit, TREND_WINDOW, history, text));
    }
    for (int i = 0; i < 2; i++) {
      String name = names[i] + "_to_mean";
      String text = words[i] + " as a multiple of its mean of 1 h";
      all.add(new Feature(name, "1", MEAN_WINDOW, "1 where the mean is 0", text));
    }
    return new FeatureSchema("foreguard.dependency-load", 1, all);
  }
}
