package io.foreguard.predictive.online;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;

/** How an {@link OnlineLogisticModel} learns and when it may speak. Immutable. */
public final class OnlineLogisticConfig {
  private final double mostShift;
  private final double priorDeviation;
  private final Duration memory;
  private final double falsePromotion;
  private final double relapseBar;

  private OnlineLogisticConfig(Builder builder) {
    mostShift = builder.mostShift;
    priorDeviation = builder.priorDeviation;
    memory = builder.memory;
    falsePromotion = builder.falsePromotion;
    relapseBar = builder.relapseBar;
  }

  /** Starts building from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Every setting at its default. */
  public static OnlineLogisticConfig defaults() {
    return builder().build();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.mostShift = mostShift;
    builder.priorDeviation = priorDeviation;
    builder.memory = memory;
    builder.falsePromotion = falsePromotion;
    builder.relapseBar = relapseBar;
    return builder;
  }

  /** Log odds by which the estimate may differ from the default model's at most. */
  public double mostShift() {
    return mostShift;
  }

  /** Standard deviation of each weight before anything was learned. */
  public double priorDeviation() {
    return priorDeviation;
  }

  /** Time in which what was learned falls to 1/e without new evidence. */
  public Duration memory() {
    return memory;
  }

  /** Probability ever to be believed better than the default model without being so. */
  public double falsePromotion() {
    return falsePromotion;
  }

  /** Wealth of the test for worse at which the model is no longer believed. */
  public double relapseBar() {
    return relapseBar;
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private double mostShift = 2.5;
    private double priorDeviation = .5;
    private Duration memory = Duration.ofHours(1);
    private double falsePromotion = .05;
    private double relapseBar = 20;

    private Builder() {}

    /**
     * Sets by how many log odds the estimate may differ from the default model's at most. Default
     * 2.5.
     *
     * @throws IllegalArgumentException if outside {@code (0, 10]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder mostShift(double logOdds) {
      mostShift = Require.that(logOdds > 0 && logOdds <= 10, "mostShift", "in (0, 10]", logOdds);
      return this;
    }

    /**
     * Sets the standard deviation of each weight before anything was learned: the larger, the
     * faster it learns, and the more from chance. Default 0.5.
     *
     * @throws IllegalArgumentException if outside {@code (0, 5]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder priorDeviation(double deviation) {
      priorDeviation =
          Require.that(deviation > 0 && deviation <= 5, "priorDeviation", "in (0, 5]", deviation);
      return this;
    }

    /**
     * Sets the time in which what was learned falls to 1/e without new evidence. Default one hour.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder memory(Duration time) {
      memory = Require.positive(time, "memory");
      return this;
    }

    /**
     * Sets the probability ever to be believed better than the default model without being so.
     * Default 0.05.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder falsePromotion(double probability) {
      falsePromotion = Require.ratio(probability, "falsePromotion");
      return this;
    }

    /**
     * Sets the wealth of the test for worse at which the model is no longer believed: also the
     * number of cells of time in which it is disbelieved by mistake once, on average at most.
     * Default 20.
     *
     * @throws IllegalArgumentException if at most 1, infinite or NaN
     */
    @CanIgnoreReturnValue
    public Builder relapseBar(double wealth) {
      boolean ok = wealth > 1 && wealth < Double.POSITIVE_INFINITY;
      relapseBar = Require.that(ok, "relapseBar", "above 1 and finite", wealth);
      return this;
    }

    /** Builds the settings. */
    public OnlineLogisticConfig build() {
      return new OnlineLogisticConfig(this);
    }
  }
}
