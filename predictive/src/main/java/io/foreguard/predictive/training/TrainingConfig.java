package io.foreguard.predictive.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.predictive.forest.Forest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a model is trained and judged. Immutable. */
public final class TrainingConfig {
  private final String name;
  private final List<ModelKind> kinds;
  private final int trees;
  private final int maximumDepth;
  private final int minimumLeafSize;
  private final int boostingTrees;
  private final int boostingLeaves;
  private final double boostingRate;
  private final double boostingPart;
  private final double boostingFeatures;
  private final double boostingLeafShare;
  private final double ridge;
  private final long seed;
  private final int calibrationFolds;
  private final double heldOutShare;
  private final int folds;
  private final double threshold;

  private TrainingConfig(Builder builder) {
    name = builder.name;
    kinds = List.copyOf(builder.kinds);
    trees = builder.trees;
    maximumDepth = builder.maximumDepth;
    minimumLeafSize = builder.minimumLeafSize;
    boostingTrees = builder.boostingTrees;
    boostingLeaves = builder.boostingLeaves;
    boostingRate = builder.boostingRate;
    boostingPart = builder.boostingPart;
    boostingFeatures = builder.boostingFeatures;
    boostingLeafShare = builder.boostingLeafShare;
    ridge = builder.ridge;
    seed = builder.seed;
    calibrationFolds = builder.calibrationFolds;
    heldOutShare = builder.heldOutShare;
    folds = builder.folds;
    threshold = builder.threshold;
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
    builder.kinds = EnumSet.copyOf(kinds);
    builder.trees = trees;
    builder.maximumDepth = maximumDepth;
    builder.minimumLeafSize = minimumLeafSize;
    builder.boostingTrees = boostingTrees;
    builder.boostingLeaves = boostingLeaves;
    builder.boostingRate = boostingRate;
    builder.boostingPart = boostingPart;
    builder.boostingFeatures = boostingFeatures;
    builder.boostingLeafShare = boostingLeafShare;
    builder.ridge = ridge;
    builder.seed = seed;
    builder.calibrationFolds = calibrationFolds;
    builder.heldOutShare = heldOutShare;
    builder.folds = folds;
    builder.threshold = threshold;
    return builder;
  }

  /** Name of the model. */
  public String name() {
    return name;
  }

  /** Kinds to train; the one that does best in cross-validation is kept. */
  public List<ModelKind> kinds() {
    return kinds;
  }

  /** Number of trees of a forest. */
  public int trees() {
    return trees;
  }

  /** Most splits between a root and a leaf of a forest. */
  public int maximumDepth() {
    return maximumDepth;
  }

  /** Rows that a node needs to be split, in forests and in boosting. */
  public int minimumLeafSize() {
    return minimumLeafSize;
  }

  /** Number of boosted trees. */
  public int boostingTrees() {
    return boostingTrees;
  }

  /** Leaves of each boosted tree. */
  public int boostingLeaves() {
    return boostingLeaves;
  }

  /** Share of what it found that each boosted tree adds. */
  public double boostingRate() {
    return boostingRate;
  }

  /** Share of the rows that each boosted tree sees. */
  public double boostingPart() {
    return boostingPart;
  }

  /** Share of the features that each split of a boosted tree tries. */
  public double boostingFeatures() {
    return boostingFeatures;
  }

  /** Share of a boosted tree's rows that each of its leaves needs. */
  public double boostingLeafShare() {
    return boostingLeafShare;
  }

  /** Weight of the ridge penalty: of standardised features' weights, and of boosted leaves. */
  public double ridge() {
    return ridge;
  }

  /** Seed of everything random. */
  public long seed() {
    return seed;
  }

  /** Parts of the rows not held out, each of which calibrates a model trained without it. */
  public int calibrationFolds() {
    return calibrationFolds;
  }

  /** Share of the rows, the latest, that the model is judged on and not trained on. */
  public double heldOutShare() {
    return heldOutShare;
  }

  /** Folds of the cross-validation in the report; 0 for none. */
  public int folds() {
    return folds;
  }

  /** Probability of failure above which to act. */
  public double threshold() {
    return threshold;
  }

  /** Settings of a training. Not thread-safe. */
  public static final class Builder {
    private String name = "model";
    private Set<ModelKind> kinds = EnumSet.of(ModelKind.BOOSTING);
    private int trees = 100;
    private int maximumDepth = 12;
    private int minimumLeafSize = 5;
    private int boostingTrees = 200;
    private int boostingLeaves = 6;
    private double boostingRate = 0.04;
    private double boostingPart = 0.5;
    private double boostingFeatures = 0.1;
    private double boostingLeafShare = 0.005;
    private double ridge = 1;
    private long seed = 1;
    private int calibrationFolds = 4;
    private double heldOutShare = 0.3;
    private int folds;
    private double threshold = 0.85;

    private Builder() {}

    /** Sets the model's name in events and explanations. Default {@code "model"}. */
    @CanIgnoreReturnValue
    public Builder name(String name) {
      this.name = Require.name(name, "name");
      return this;
    }

    /**
     * Sets what to train: one kind, or several to keep the one whose calibrated probabilities have
     * the lowest cross-validated log loss. Default {@link ModelKind#BOOSTING}.
     *
     * @throws IllegalArgumentException if empty
     */
    @CanIgnoreReturnValue
    public Builder kinds(Set<ModelKind> kinds) {
      Require.that(!kinds.isEmpty(), "kinds", "at least one", kinds);
      this.kinds = EnumSet.copyOf(kinds);
      return this;
    }

    /** Sets the number of trees of a forest, in {@code [1, 10_000]}. Default 100. */
    @CanIgnoreReturnValue
    public Builder trees(int trees) {
      this.trees = Require.inRange(trees, 1, Forest.MOST_TREES, "trees");
      return this;
    }

    /** Sets the most splits between a forest's root and leaf, in {@code [1, 60]}. Default 12. */
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

    /** Sets the number of boosted trees, in {@code [1, 10_000]}. Default 200. */
    @CanIgnoreReturnValue
    public Builder boostingTrees(int trees) {
      boostingTrees = Require.inRange(trees, 1, Forest.MOST_TREES, "boostingTrees");
      return this;
    }

    /** Sets the leaves of each boosted tree, in {@code [2, 60]}. Default 6. */
    @CanIgnoreReturnValue
    public Builder boostingLeaves(int leaves) {
      boostingLeaves = Require.inRange(leaves, 2, 60, "boostingLeaves");
      return this;
    }

    /**
     * Sets the share of what it found that a boosted tree adds, in {@code (0, 1]}. Default 0.04.
     */
    @CanIgnoreReturnValue
    public Builder boostingRate(double rate) {
      boostingRate = Require.ratio(rate, "boostingRate");
      return this;
    }

    /** Sets the share of the rows that each boosted tree sees, in {@code (0, 1]}. Default 0.5. */
    @CanIgnoreReturnValue
    public Builder boostingPart(double share) {
      boostingPart = Require.ratio(share, "boostingPart");
      return this;
    }

    /**
     * Sets the share of the features that each split of a boosted tree tries, in {@code (0, 1]}, at
     * least 3 of them. Features that say nearly the same then share the work, and an incident in
     * which one of them misleads does less harm. Default 0.1.
     */
    @CanIgnoreReturnValue
    public Builder boostingFeatures(double share) {
      boostingFeatures = Require.ratio(share, "boostingFeatures");
      return this;
    }

    /**
     * Sets the share of a boosted tree's rows that each of its leaves needs, in {@code [0, 0.5]};
     * {@link #minimumLeafSize} holds as well. Rows of one incident are alike, so a leaf of few rows
     * describes one incident, not failure. Default 0.005.
     *
     * @throws IllegalArgumentException if out of range or NaN
     */
    @CanIgnoreReturnValue
    public Builder boostingLeafShare(double share) {
      boolean ok = share >= 0 && share <= 0.5;
      boostingLeafShare = Require.that(ok, "boostingLeafShare", "in [0, 0.5]", share);
      return this;
    }

    /**
     * Sets the weight of the ridge penalty, on the weights of a logistic regression and on the
     * leaves of boosted trees; at least 0. Default 1.
     */
    @CanIgnoreReturnValue
    public Builder ridge(double weight) {
      ridge = Require.notNegative(weight, "ridge");
      return this;
    }

    /** Sets the seed; the same data and settings give the same file. Default 1. */
    @CanIgnoreReturnValue
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets into how many parts the rows that are not held out are dealt, by group, to calibrate on:
     * each is scored by a model trained on the others. In {@code [2, 20]}, default 4.
     */
    @CanIgnoreReturnValue
    public Builder calibrationFolds(int folds) {
      calibrationFolds = Require.inRange(folds, 2, 20, "calibrationFolds");
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

    /**
     * Sets the folds of a cross-validation by group in the report, which trains once more for each;
     * 0 for none, else in {@code [3, 50]}. Default 0.
     */
    @CanIgnoreReturnValue
    public Builder folds(int folds) {
      boolean ok = folds == 0 || (folds >= 3 && folds <= 50);
      this.folds = Require.that(ok, "folds", "0 or in [3, 50]", folds);
      return this;
    }

    /** Sets the probability of failure above which to act, in {@code (0, 1]}. Default 0.85. */
    @CanIgnoreReturnValue
    public Builder threshold(double probability) {
      threshold = Require.ratio(probability, "threshold");
      return this;
    }

    /** Builds the settings. */
    public TrainingConfig build() {
      return new TrainingConfig(this);
    }
  }
}
