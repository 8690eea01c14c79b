package io.foreguard.predictive.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureSchema;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labelled rows with what is needed to judge a model on them: which features they have, what is to
 * be beaten, and which dependency each row speaks of. Immutable; arrays are shared, not copied.
 */
public final class TrainingData {
  private final FeatureSchema schema;
  private final LabelledRows rows;
  private final int[] series;
  private final boolean[] failing;
  private final Map<String, double[]> simpleScores;
  private final double @Nullable [] defaultModel;
  private final Duration horizon;
  private final Duration interval;
  private final double failureShare;
  private final String sha256;
  private final String words;

  private TrainingData(Builder builder) {
    schema = builder.schema;
    rows = builder.rows;
    series = builder.series;
    failing = builder.failing;
    simpleScores = Collections.unmodifiableMap(new LinkedHashMap<>(builder.simpleScores));
    defaultModel = builder.defaultModel;
    horizon = builder.horizon;
    interval = builder.interval;
    failureShare = builder.failureShare;
    sha256 = builder.sha256;
    words = builder.words;
  }

  /**
   * Starts with rows of {@code schema}.
   *
   * @throws IllegalArgumentException if the rows have other features
   */
  public static Builder builder(FeatureSchema schema, LabelledRows rows) {
    return new Builder(schema, rows);
  }

  /** What the features are. */
  public FeatureSchema schema() {
    return schema;
  }

  /** The rows. */
  public LabelledRows rows() {
    return rows;
  }

  /** Number of the dependency that each row speaks of. */
  public int[] series() {
    return series;
  }

  /** Whether the dependency was failing already at each row's moment. */
  public boolean[] failing() {
    return failing;
  }

  /** Scores that need no training, by name, one per row; higher means likelier to fail. */
  public Map<String, double[]> simpleScores() {
    return simpleScores;
  }

  /** P(failure) of each row by the default model, if it was asked. */
  public Optional<double[]> defaultModel() {
    return Optional.ofNullable(defaultModel);
  }

  /** How long after a row its label is known: zero where it is known when the next row comes. */
  public Duration horizon() {
    return horizon;
  }

  /** Time between two rows of a dependency, where they come at intervals. */
  public Duration interval() {
    return interval;
  }

  /** Failure share from which on a dependency counts as failing. */
  public double failureShare() {
    return failureShare;
  }

  /** SHA-256 of the log that the rows came from, in lower-case hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** What a row is and when it counts as failed, in a sentence. */
  public String words() {
    return words;
  }

  /** The rows of the given numbers, in that order, with all that belongs to them. */
  public TrainingData select(int[] picked) {
    Builder builder = new Builder(schema, rows.select(picked));
    builder.series = IntStream.of(picked).map(row -> series[row]).toArray();
    builder.failing = new boolean[picked.length];
    for (int i = 0; i < picked.length; i++) {
      builder.failing[i] = failing[picked[i]];
    }
    simpleScores.forEach((name, scores) -> builder.simpleScores.put(name, pick(scores, picked)));
    builder.defaultModel = defaultModel == null ? null : pick(defaultModel, picked);
    builder.horizon = horizon;
    builder.interval = interval;
    builder.failureShare = failureShare;
    builder.sha256 = sha256;
    builder.words = words;
    return builder.build();
  }

  private static double[] pick(double[] values, int[] picked) {
    return Arrays.stream(picked).mapToDouble(row -> values[row]).toArray();
  }

  /** Parts of the data. Not thread-safe. */
  public static final class Builder {
    private final FeatureSchema schema;
    private final LabelledRows rows;
    private final Map<String, double[]> simpleScores = new LinkedHashMap<>();
    private int[] series;
    private boolean[] failing;
    private double @Nullable [] defaultModel;
    private Duration horizon = Duration.ZERO;
    private Duration interval = Duration.ofMinutes(1);
    private double failureShare = 0.5;
    private String sha256 = "0".repeat(64);
    private String words = "A row is a moment; it fails if what came next failed.";

    private Builder(FeatureSchema schema, LabelledRows rows) {
      this.schema = Require.nonNull(schema, "schema");
      this.rows = Require.nonNull(rows, "rows");
      boolean same = rows.names().equals(schema.names());
      Require.that(same, "names of the rows", "those of " + schema, rows.names());
      series = new int[rows.size()];
      failing = new boolean[rows.size()];
    }

    /** Sets which dependency each row speaks of. Default one for all. */
    @CanIgnoreReturnValue
    public Builder series(int[] numbers) {
      requireOnePerRow(numbers.length, "series");
      series = numbers;
      return this;
    }

    /** Sets whether the dependency was failing already. Default never. */
    @CanIgnoreReturnValue
    public Builder failing(boolean[] failing) {
      requireOnePerRow(failing.length, "failing");
      this.failing = failing;
      return this;
    }

    /** Adds a score to be beaten; probabilities are judged as such. */
    @CanIgnoreReturnValue
    public Builder simpleScore(String name, double[] scores) {
      requireOnePerRow(scores.length, name);
      simpleScores.put(name, scores);
      return this;
    }

    /** Sets P(failure) of each row by the default model. */
    @CanIgnoreReturnValue
    public Builder defaultModel(double[] probabilities) {
      requireOnePerRow(probabilities.length, "defaultModel");
      defaultModel = probabilities;
      return this;
    }

    /** Sets how long after a row its label is known. Default zero. */
    @CanIgnoreReturnValue
    public Builder horizon(Duration horizon) {
      this.horizon = Require.notNegative(horizon, "horizon");
      return this;
    }

    /** Sets the time between two rows of a dependency. Default 1 minute. */
    @CanIgnoreReturnValue
    public Builder interval(Duration interval) {
      this.interval = Require.positive(interval, "interval");
      return this;
    }

    /** Sets the failure share from which on a dependency counts as failing. Default 0.5. */
    @CanIgnoreReturnValue
    public Builder failureShare(double share) {
      failureShare = Require.ratio(share, "failureShare");
      return this;
    }

    /** Sets the fingerprint of the log. Default all zero. */
    @CanIgnoreReturnValue
    public Builder sha256(String digits) {
      sha256 = Require.nonNull(digits, "sha256");
      return this;
    }

    /** Sets what a row is and when it counts as failed. */
    @CanIgnoreReturnValue
    public Builder words(String sentence) {
      words = Require.nonNull(sentence, "words");
      return this;
    }

    /** Builds the data. */
    public TrainingData build() {
      return new TrainingData(this);
    }

    private void requireOnePerRow(int length, String what) {
      Require.that(length == rows.size(), what, "of length " + rows.size(), length);
    }
  }
}
