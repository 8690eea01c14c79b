package io.foreguard.predictive.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.feature.FeatureSchema;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a model file says about its model: what it sees, what it foresees, when to act on it, where
 * it comes from, what it was trained on and how it did. Immutable.
 *
 * <p>A model is either asked once per interval what the next intervals bring, and then has an
 * interval and a horizon, or asked about the next call, and then has neither.
 */
public final class ModelHeader {
  static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_.-]{0,99}");
  static final int LONGEST_VALUE = 4_000;

  private final String name;
  private final String schemaId;
  private final int schemaVersion;
  private final List<String> features;
  private final Duration interval;
  private final Duration horizon;
  private final double failureShare;
  private final double threshold;
  private final String dataSha256;
  private final String origin;
  private final Map<String, String> report;
  private final List<FeatureReference> references;

  private ModelHeader(Builder builder) {
    name = builder.name;
    schemaId = builder.schemaId;
    schemaVersion = builder.schemaVersion;
    features = builder.features;
    interval = builder.interval;
    horizon = builder.horizon;
    failureShare = builder.failureShare;
    threshold = builder.threshold;
    dataSha256 = builder.dataSha256;
    origin = builder.origin;
    report = Collections.unmodifiableMap(new TreeMap<>(builder.report));
    references = builder.references;
  }

  /** Starts a header for a model that sees the features of {@code schema}. */
  public static Builder builder(FeatureSchema schema) {
    Builder builder = builder(schema.id(), schema.version(), schema.names());
    boolean sampled = schema.id().equals(FeatureSchema.dependencyLoad().id());
    return sampled ? builder.sampled() : builder;
  }

  /**
   * Starts a header for a model that sees features of a schema that only its maker knows.
   *
   * @param features 1 to 1,000 different names: a letter or underscore, then up to 99 letters,
   *     digits, underscores, dots and hyphens
   * @throws IllegalArgumentException if a name or a number breaks its rule
   */
  public static Builder builder(String schemaId, int schemaVersion, List<String> features) {
    return new Builder(schemaId, schemaVersion, features);
  }

  /** Name of the model in events and explanations. */
  public String name() {
    return name;
  }

  /** Name of the schema of its features. */
  public String schemaId() {
    return schemaId;
  }

  /** Version of that schema. */
  public int schemaVersion() {
    return schemaVersion;
  }

  /** Names of its features in their order; unmodifiable. */
  public List<String> features() {
    return features;
  }

  /** Time between two samples it sees, in training and live; zero for a model of calls. */
  public Duration interval() {
    return interval;
  }

  /** How far ahead it looks; zero for a model of calls. */
  public Duration horizon() {
    return horizon;
  }

  /** Failure share of an interval that counts as failure; 1 for a model of calls. */
  public double failureShare() {
    return failureShare;
  }

  /** Probability of failure above which to act. */
  public double threshold() {
    return threshold;
  }

  /** SHA-256 of the training data, in lower-case hexadecimal digits. */
  public String dataSha256() {
    return dataSha256;
  }

  /** Where an imported model comes from, in words; empty for one that was trained here. */
  public String origin() {
    return origin;
  }

  /** Figures of the training report by name, sorted; unmodifiable. */
  public Map<String, String> report() {
    return report;
  }

  /** How each feature was distributed where the model learned; empty if that is not known. */
  public List<FeatureReference> references() {
    return references;
  }

  @Override
  public String toString() {
    return "ModelHeader{" + name + ", " + schemaId + " version " + schemaVersion + "}";
  }

  /** Parts of a header. Not thread-safe. */
  public static final class Builder {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FEATURE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
    private static final int MOST_FEATURES = 1_000;

    private final String schemaId;
    private final int schemaVersion;
    private final List<String> features;
    private final Map<String, String> report = new TreeMap<>();
    private List<FeatureReference> references = List.of();
    private String name = "forest";
    private Duration interval = Duration.ZERO;
    private Duration horizon = Duration.ZERO;
    private double failureShare = 1;
    private double threshold = 0.85;
    private String dataSha256 = "0".repeat(64);
    private String origin = "";

    Builder(String schemaId, int schemaVersion, List<String> features) {
      this.schemaId = text(schemaId, "schema.id");
      this.schemaVersion = Require.inRange(schemaVersion, 1, Integer.MAX_VALUE, "schema.version");
      this.features = List.copyOf(features);
      Require.inRange(features.size(), 1, MOST_FEATURES, "number of features");
      for (String feature : features) {
        boolean ok = FEATURE.matcher(feature).matches();
        Require.that(ok, "feature", FEATURE.pattern(), '"' + feature + '"');
      }
      long distinct = features.stream().distinct().count();
      Require.that(distinct == features.size(), "features", "different", features);
    }

    /** Sets the model's name. Default {@code "forest"}. */
    @CanIgnoreReturnValue
    public Builder name(String name) {
      this.name = text(name, "name");
      return this;
    }

    private Builder sampled() {
      interval = Duration.ofMinutes(1);
      horizon = Duration.ofMinutes(15);
      failureShare = 0.5;
      return this;
    }

    /**
     * Sets the time between two samples, from 1 second to 15 minutes. Default 1 minute for the
     * schema {@link FeatureSchema#dependencyLoad()}, else none.
     */
    @CanIgnoreReturnValue
    public Builder interval(Duration interval) {
      this.interval = between(interval, 1_000, 900_000, "interval");
      return this;
    }

    /**
     * Sets how far ahead the model looks, from 1 second to 1 day. Default 15 minutes for the schema
     * {@link FeatureSchema#dependencyLoad()}, else none.
     */
    @CanIgnoreReturnValue
    public Builder horizon(Duration horizon) {
      this.horizon = between(horizon, 1_000, 86_400_000, "horizon");
      return this;
    }

    /**
     * Sets the failure share that counts as failure, in {@code (0, 1]}. Default 0.5 for the schema
     * {@link FeatureSchema#dependencyLoad()}, else 1.
     */
    @CanIgnoreReturnValue
    public Builder failureShare(double share) {
      failureShare = Require.ratio(share, "failure.share");
      return this;
    }

    /** Sets the probability of failure above which to act, in {@code (0, 1]}. Default 0.85. */
    @CanIgnoreReturnValue
    public Builder threshold(double probability) {
      threshold = Require.ratio(probability, "threshold");
      return this;
    }

    /** Sets the training data's SHA-256 in lower-case hexadecimal digits. Default all zero. */
    @CanIgnoreReturnValue
    public Builder dataSha256(String digits) {
      boolean ok = SHA256.matcher(digits).matches();
      dataSha256 = Require.that(ok, "data.sha256", "64 hexadecimal digits", digits);
      return this;
    }

    /** Says where an imported model comes from: tool, version, file. Default none. */
    @CanIgnoreReturnValue
    public Builder origin(String words) {
      origin = text(words, "origin");
      return this;
    }

    /** Adds a figure of the training report. */
    @CanIgnoreReturnValue
    public Builder report(String key, String value) {
      Require.that(KEY.matcher("report." + key).matches(), "key", KEY.pattern(), key);
      report.put(key, text(value, key));
      return this;
    }

    /**
     * Says how each feature was distributed where the model learned, so that drift can be watched.
     * Default unknown.
     *
     * @param references one per feature, in their order, or none
     */
    @CanIgnoreReturnValue
    public Builder references(List<FeatureReference> references) {
      boolean fit = references.isEmpty() || references.size() == features.size();
      String rule = "none or one per feature (" + features.size() + ")";
      Require.that(fit, "references", rule, references.size());
      this.references = List.copyOf(references);
      return this;
    }

    /**
     * Builds the header.
     *
     * @throws IllegalArgumentException if there is one of interval and horizon without the other
     */
    public ModelHeader build() {
      boolean both = interval.isZero() == horizon.isZero();
      Require.that(both, "horizon", "there exactly if interval is", horizon);
      return new ModelHeader(this);
    }

    private static String text(String value, String setting) {
      Require.nonNull(value, setting);
      boolean ok =
          !value.isBlank()
              && value.length() <= LONGEST_VALUE
              && value.chars().noneMatch(Character::isISOControl);
      String rule = "1 to " + LONGEST_VALUE + " characters on one line";
      Require.that(ok, setting, rule, '"' + value + '"');
      return value;
    }

    private static Duration between(Duration value, long least, long most, String setting) {
      Require.positive(value, setting);
      long millis = value.toMillis();
      String rule = "from " + Duration.ofMillis(least) + " to " + Duration.ofMillis(most);
      return Require.that(millis >= least && millis <= most, setting, rule, value);
    }
  }
}
