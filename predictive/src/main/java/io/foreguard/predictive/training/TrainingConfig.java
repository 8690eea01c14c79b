package io.foreguard.predictive.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.label.FailureLabels;

/** How a forest is trained and judged. Immutable. */
public final class TrainingConfig {
  private final String name;
  private final int trees;
  private final int maximumDepth;
  private final int minimumLeafSize;
  private final long seed;
  private final double heldOutShare;
  private final double threshold;
  private final FailureLabels labels;

  private TrainingConfig(Builder builder) {
    name = builder.name;
    trees = builder.trees;
    maximumDepth = builder.maximumDepth;
    minimumLeafSize = builder.minimumLeafSize;
    seed = builder.seed;
    heldOutShare = builder.heldOutShare;
    threshold = builder.threshold;
    labels = builder.labels;
  }

  /** Starts building from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Every setting at its default. */
  public static TrainingConfig defaults() {
    return builder().build();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.name = name;
    builder.trees = trees;
    builder.maximumDepth = maximumDepth;
    builder.minimumLeafSize = minimumLeafSize;
    builder.seed = seed;
    builder.heldOutShare = heldOutShare;
    builder.threshold = threshold;
    builder.labels = labels;
    return builder;
  }

  /** Name of the model. */
  public String name() {
    return name;
  }

  /** Number of trees. */
  public int trees() {
    return trees;
  }

  /** Most splits between a root and a leaf. */
  public int maximumDepth() {
    return maximumDepth;
  }

  /** Rows that a node needs to be split. */
  public int minimumLeafSize() {
    return minimumLeafSize;
  }

  /** Seed of everything random. */
  public long seed() {
    return seed;
  }

  /** Share of the rows, the latest, that the model is judged on and not trained on. */
  public double heldOutShare() {
    return heldOutShare;
  }

  /** Probability of failure above which to act. */
  public double threshold() {
    return threshold;
  }

  /** What counts as failure, and how soon. */
  public FailureLabels labels() {
    return labels;
  }

  /** Settings of a training. Not thread-safe. */
  public static final class Builder {
    private String name = "forest";
    private int trees = 100;
    private int maximumDepth = 12;
    private int minimumLeafSize = 5;
    private long seed = 1;
    private double heldOutShare = 0.3;
    private double threshold = 0.85;
    private FailureLabels labels = FailureLabels.defaults();

    private Builder() {}

    /** Sets the model's name in events and explanations. Default {@code "forest"}. */
    @CanIgnoreReturnValue
    public Builder name(String name) {
      this.name = Require.name(name, "name");
      return this;
    }

    /** Sets the number of trees, in {@code [1, 10_000]}. Default 100. */
    @CanIgnoreReturnValue
    public Builder trees(int trees) {
      this.trees = Require.inRange(trees, 1, Forest.MOST_TREES, "trees");
      return this;
    }

    /** Sets the most splits between a root and a leaf, in {@code [1, 60]}. Default 12. */
    @CanIgnoreReturnValue
    public Builder maximumDepth(int splits) {
      maximumDepth = Require.inRange(splits, 1, 60, "maximumDepth");
      return this;
    }

    /** Sets how many rows a node needs to be split, in {@code [1, 1_000_000]}. Default 5. */
    @CanIgnoreReturnValue
    public Builder minimumLeafSize(int rows) {
      minimumLeafSize = Require.inRange(rows, 1, 1_000_000, "minimumLeafSize");
      return this;
    }

    /** Sets the seed; the same data and settings give the same file. Default 1. */
    @CanIgnoreReturnValue
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets the share of the rows, the latest, that are held out. Default 0.3.
     *
     * @throws IllegalArgumentException if outside {@code [0.05, 0.9]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder heldOutShare(double share) {
      boolean ok = share >= 0.05 && share <= 0.9;
      heldOutShare = Require.that(ok, "heldOutShare", "in [0.05, 0.9]", share);
      return this;
    }

    /** Sets the probability of failure above which to act, in {@code (0, 1]}. Default 0.85. */
    @CanIgnoreReturnValue
    public Builder threshold(double probability) {
      threshold = Require.ratio(probability, "threshold");
      return this;
    }

    /** Sets what counts as failure. Default {@link FailureLabels#defaults()}. */
    @CanIgnoreReturnValue
    public Builder labels(FailureLabels labels) {
      this.labels = Require.nonNull(labels, "labels");
      return this;
    }

    /** Builds the settings. */
    public TrainingConfig build() {
      return new TrainingConfig(this);
    }
  }
}
