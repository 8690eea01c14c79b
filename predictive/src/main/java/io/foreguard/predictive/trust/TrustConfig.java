package io.foreguard.predictive.trust;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.time.Duration;

/** What it takes for a model to be trusted, and to lose that. Immutable, thread-safe. */
public final class TrustConfig {
  final boolean mustProve;
  final double promotionLevel;
  final double demotionBar;
  final Duration cell;
  final int calibrationMemory;
  final double mostCalibrationError;
  final Duration driftInterval;
  final int driftMemory;
  final double mostDrift;
  final Duration rest;
  final CanaryPlan canary;
  final PredictivePolicy costs;
  final Duration deadline;
  final Clock clock;

  private TrustConfig(Builder builder) {
    mustProve = builder.mustProve;
    promotionLevel = builder.promotionLevel;
    demotionBar = builder.demotionBar;
    cell = builder.cell;
    calibrationMemory = builder.calibrationMemory;
    mostCalibrationError = builder.mostCalibrationError;
    driftInterval = builder.driftInterval;
    driftMemory = builder.driftMemory;
    mostDrift = builder.mostDrift;
    rest = builder.rest;
    canary = builder.canary;
    costs = builder.costs;
    deadline = builder.deadline;
    clock = builder.clock;
  }

  /** The defaults. */
  public static TrustConfig defaults() {
    return builder().build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private boolean mustProve = true;
    private double promotionLevel = .01;
    private double demotionBar = 100;
    private Duration cell = Duration.ofMillis(100);
    private int calibrationMemory = 5_000;
    private double mostCalibrationError = .1;
    private Duration driftInterval = Duration.ofSeconds(10);
    private int driftMemory = 1_000;
    private double mostDrift = .25;
    private Duration rest = Duration.ofMinutes(5);
    private CanaryPlan canary = CanaryPlan.everything();
    private PredictivePolicy costs = PredictivePolicy.builder().build();
    private Duration deadline = Duration.ofSeconds(2);
    private Clock clock = Clock.system();

    private Builder() {}

    /** Sets whether the model must prove itself before it first acts. Default true. */
    @CanIgnoreReturnValue
    public Builder mustProve(boolean value) {
      mustProve = value;
      return this;
    }

    /**
     * Sets the chance at most that one version of a model is ever promoted though it is no better
     * than the default model, in {@code (0, 1]}. Default 0.01.
     */
    @CanIgnoreReturnValue
    public Builder promotionLevel(double level) {
      promotionLevel = Require.ratio(level, "promotionLevel");
      return this;
    }

    /**
     * Sets the evidence that demotes, above 1: a model that is no worse than the default model is
     * demoted once in so many cells at most. Default 100.
     */
    @CanIgnoreReturnValue
    public Builder demotionBar(double bar) {
      Require.positive(bar, "demotionBar");
      demotionBar = Require.that(bar > 1, "demotionBar", "above 1", bar);
      return this;
    }

    /**
     * Sets the least length of time whose calls count as one observation. Default 100 ms; longer by
     * itself where calls take longer.
     */
    @CanIgnoreReturnValue
    public Builder cell(Duration length) {
      cell = Require.positive(length, "cell");
      return this;
    }

    /** Sets the memory of the calibration monitor in calls, at least 100. Default 5,000. */
    @CanIgnoreReturnValue
    public Builder calibrationMemory(int calls) {
      calibrationMemory = Require.inRange(calls, 100, 100_000_000, "calibrationMemory");
      return this;
    }

    /**
     * Sets the calibration error above which, with confidence, a model is demoted that is also
     * calibrated worse than the default model, in {@code (0, 1]}. Default 0.1.
     */
    @CanIgnoreReturnValue
    public Builder mostCalibrationError(double error) {
      mostCalibrationError = Require.ratio(error, "mostCalibrationError");
      return this;
    }

    /** Sets the time between two samples of the features. Default 10 s. */
    @CanIgnoreReturnValue
    public Builder driftInterval(Duration interval) {
      driftInterval = Require.positive(interval, "driftInterval");
      return this;
    }

    /** Sets the memory of the drift monitor in samples, at least 50. Default 1,000. */
    @CanIgnoreReturnValue
    public Builder driftMemory(int samples) {
      driftMemory = Require.inRange(samples, 50, 100_000, "driftMemory");
      return this;
    }

    /**
     * Sets the population stability index from which a feature has drifted, above 0. Default 0.25.
     * A model is demoted when half of its features have, with confidence, and it has not been
     * better than the default model of late.
     */
    @CanIgnoreReturnValue
    public Builder mostDrift(double index) {
      mostDrift = Require.positive(index, "mostDrift");
      return this;
    }

    /**
     * Sets the time a demoted model rests before it may be promoted again. Default 5 minutes; twice
     * as long each time, up to 64 times.
     */
    @CanIgnoreReturnValue
    public Builder rest(Duration time) {
      rest = Require.positive(time, "rest");
      return this;
    }

    /** Sets where and when the model acts once it is trusted. Default always. */
    @CanIgnoreReturnValue
    public Builder canary(CanaryPlan plan) {
      canary = Require.nonNull(plan, "canary");
      return this;
    }

    /** Sets the breaker's costs and deadline, by which a canary's gain is measured. */
    @CanIgnoreReturnValue
    public Builder costs(PredictivePolicy policy, Duration deadline) {
      costs = Require.nonNull(policy, "policy");
      this.deadline = Require.positive(deadline, "deadline");
      return this;
    }

    /** Sets the clock that events are dated by. Default the system's. */
    @CanIgnoreReturnValue
    public Builder clock(Clock value) {
      clock = Require.nonNull(value, "clock");
      return this;
    }

    /** Builds the settings. */
    public TrustConfig build() {
      return new TrustConfig(this);
    }
  }
}
