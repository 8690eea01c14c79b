package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Admits a call iff {@code p * rejectionCost > (1 - p) * failureCost}: iff its success probability
 * {@code p} exceeds {@code failureCost / (failureCost + rejectionCost)}. A failure costs {@code
 * fastFailureCost}, and up to {@code holdCost} more the longer it holds its caller, measured as the
 * share of the deadline it burns. With the defaults a dependency that fails at once is worth
 * calling while more than 20 % of the calls succeed; one that burns the whole deadline, while more
 * than 56 % do.
 *
 * <p>While open, probes go out at intervals that grow with the square root of the outage's length,
 * and shrink with traffic: the cost of probing then stays within a constant factor of the best
 * interval chosen in hindsight. After a probe succeeds, admission grows from two calls at a time,
 * by one per success. While closed, the calls in flight are limited to what the dependency is seen
 * to take; nobody meets that limit while nothing is wrong. Immutable.
 */
public final class PredictivePolicy implements TripPolicy {
  private final double fastFailureCost;
  private final double holdCost;
  private final double rejectionCost;
  private final @Nullable Double minimumSuccessProbability;
  private final boolean limitsConcurrency;
  private final Duration maxProbeInterval;

  private PredictivePolicy(Builder builder) {
    fastFailureCost = builder.fastFailureCost;
    holdCost = builder.holdCost;
    rejectionCost = builder.rejectionCost;
    minimumSuccessProbability = builder.minimumSuccessProbability;
    limitsConcurrency = builder.limitsConcurrency;
    maxProbeInterval = builder.maxProbeInterval;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder =
        new Builder()
            .fastFailureCost(fastFailureCost)
            .holdCost(holdCost)
            .rejectionCost(rejectionCost)
            .limitsConcurrency(limitsConcurrency)
            .maxProbeInterval(maxProbeInterval);
    builder.minimumSuccessProbability = minimumSuccessProbability;
    return builder;
  }

  @Override
  public String name() {
    return "predictive";
  }

  /** Cost of a call that fails at once. */
  public double fastFailureCost() {
    return fastFailureCost;
  }

  /** Further cost of a call that fails after holding its caller for the whole deadline. */
  public double holdCost() {
    return holdCost;
  }

  /** Cost of rejecting a call that would have succeeded. */
  public double rejectionCost() {
    return rejectionCost;
  }

  /** Whether calls in flight are limited to what the dependency is seen to take. */
  public boolean limitsConcurrency() {
    return limitsConcurrency;
  }

  /** Longest time between two probes of an open circuit, while calls arrive. */
  public Duration maxProbeInterval() {
    return maxProbeInterval;
  }

  /**
   * Success probability below which sending is not worth it.
   *
   * @param hold how long failed calls hold their caller, as a share of the deadline, in {@code [0,
   *     1]}
   */
  public double threshold(double hold) {
    if (minimumSuccessProbability != null) {
      return minimumSuccessProbability;
    }
    double failureCost = failureCost(hold);
    return failureCost / (failureCost + rejectionCost);
  }

  double failureCost(double hold) {
    return fastFailureCost + holdCost * Math.min(1, Math.max(0, hold));
  }

  @Override
  public String toString() {
    return "PredictivePolicy{fastFailureCost="
        + fastFailureCost
        + ", holdCost="
        + holdCost
        + ", rejectionCost="
        + rejectionCost
        + (minimumSuccessProbability == null
            ? ""
            : ", minimumSuccessProbability=" + minimumSuccessProbability)
        + "}";
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private double fastFailureCost = .25;
    private double holdCost = 1;
    private double rejectionCost = 1;
    private @Nullable Double minimumSuccessProbability;
    private boolean limitsConcurrency = true;
    private Duration maxProbeInterval = Duration.ofMinutes(15);

    private Builder() {}

    /**
     * Sets the cost of a call that fails at once, in the unit of {@link #rejectionCost}. Default
     * 0.25.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    @CanIgnoreReturnValue
    public Builder fastFailureCost(double cost) {
      fastFailureCost = Require.positive(cost, "fastFailureCost");
      return this;
    }

    /**
     * Sets the further cost of a failure that holds its caller for the whole deadline. Default 1.
     *
     * @throws IllegalArgumentException if negative, NaN or infinite
     */
    @CanIgnoreReturnValue
    public Builder holdCost(double cost) {
      holdCost = Require.notNegative(cost, "holdCost");
      return this;
    }

    /**
     * Sets the cost of rejecting a call that would have succeeded: its value less that of the
     * fallback. Default 1.
     *
     * @throws IllegalArgumentException if not positive and finite
     */
    @CanIgnoreReturnValue
    public Builder rejectionCost(double cost) {
      rejectionCost = Require.positive(cost, "rejectionCost");
      return this;
    }

    /**
     * Sets the success probability below which calls are rejected, instead of deriving it from
     * costs. 0.15 means: act when the probability of failure exceeds 0.85. Unset by default.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1)}, bounds excluded, or NaN
     */
    @CanIgnoreReturnValue
    public Builder minimumSuccessProbability(double probability) {
      minimumSuccessProbability =
          Require.that(
              probability > 0 && probability < 1,
              "minimumSuccessProbability",
              "in (0, 1), bounds excluded",
              probability);
      return this;
    }

    /**
     * Sets whether calls in flight are limited, while the circuit is closed, to what the dependency
     * is seen to take. Default true: where load causes the failures, sending less is the cure, and
     * nobody meets the limit while nothing is wrong. While the circuit recovers, calls in flight
     * are limited in any case.
     */
    @CanIgnoreReturnValue
    public Builder limitsConcurrency(boolean value) {
      limitsConcurrency = value;
      return this;
    }

    /**
     * Sets the longest time between two probes of an open circuit, while calls arrive. Default 15
     * minutes, which the square-root rule reaches in outages of hours and with few calls only.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years: a circuit without
     *     probes would never close
     */
    @CanIgnoreReturnValue
    public Builder maxProbeInterval(Duration value) {
      maxProbeInterval = Require.positive(value, "maxProbeInterval");
      return this;
    }

    /**
     * Builds the policy.
     *
     * @throws IllegalArgumentException if the costs are so far apart, by some 16 orders of
     *     magnitude or more, that the same would be right for every call
     */
    public PredictivePolicy build() {
      double most = fastFailureCost + holdCost;
      Require.that(
          fastFailureCost / (fastFailureCost + rejectionCost) > 0
              && most / (most + rejectionCost) < 1,
          "rejectionCost",
          "comparable with the cost of a failure (" + fastFailureCost + " to " + most + ")",
          rejectionCost);
      return new PredictivePolicy(this);
    }
  }
}
