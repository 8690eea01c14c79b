package io.foreguard.hedge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.retry.RetryBudget;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Hedge}. Immutable and safe to share between hedges, except that a budget or
 * an executor in it is shared with it.
 */
public final class HedgeConfig {
  private static final HedgeConfig DEFAULTS = builder().build();

  private final @Nullable Duration fixedDelay;
  private final double quantile;
  private final Duration minDelay;
  private final int maxHedges;
  private final @Nullable RetryBudget budget;
  private final double budgetRatio;
  private final int budgetBurst;
  private final @Nullable Executor executor;
  private final HedgeAdvisor hedgeIf;

  private HedgeConfig(Builder builder) {
    fixedDelay = builder.fixedDelay;
    quantile = builder.quantile;
    minDelay = builder.minDelay;
    maxHedges = builder.maxHedges;
    budget = builder.budget;
    budgetRatio = builder.budgetRatio;
    budgetBurst = builder.budgetBurst;
    executor = builder.executor;
    hedgeIf = builder.hedgeIf;
  }

  /** A builder with every default. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The defaults: one hedge, after the 95th percentile of recent successful latencies, within a
   * budget of 5 % of the calls and 5 hedges; for asynchronous calls only.
   */
  public static HedgeConfig defaults() {
    return DEFAULTS;
  }

  /** A builder with these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.fixedDelay = fixedDelay;
    builder.quantile = quantile;
    builder.minDelay = minDelay;
    builder.maxHedges = maxHedges;
    builder.budget = budget;
    builder.budgetRatio = budgetRatio;
    builder.budgetBurst = budgetBurst;
    builder.executor = executor;
    builder.hedgeIf = hedgeIf;
    return builder;
  }

  /** The fixed delay; empty when the delay follows the latency. */
  public Optional<Duration> fixedDelay() {
    return Optional.ofNullable(fixedDelay);
  }

  /** Quantile of recent successful latencies that an adaptive delay is. */
  public double quantile() {
    return quantile;
  }

  /** Shortest adaptive delay. */
  public Duration minDelay() {
    return minDelay;
  }

  /** Most attempts beside the first of one call. */
  public int maxHedges() {
    return maxHedges;
  }

  /** The shared budget; empty when each hedge has its own. */
  public Optional<RetryBudget> budget() {
    return Optional.ofNullable(budget);
  }

  /** Hedges earned per call by a hedge's own budget. */
  public double budgetRatio() {
    return budgetRatio;
  }

  /** Hedges that a hedge's own budget can save up. */
  public int budgetBurst() {
    return budgetBurst;
  }

  /** Where the attempts of synchronous calls run; empty when there are none. */
  public Optional<Executor> executor() {
    return Optional.ofNullable(executor);
  }

  /** What is asked before each hedge. */
  public HedgeAdvisor hedgeIf() {
    return hedgeIf;
  }

  @Override
  public String toString() {
    return "HedgeConfig[delay="
        + (fixedDelay != null ? fixedDelay : "quantile " + quantile + ", at least " + minDelay)
        + ", maxHedges="
        + maxHedges
        + ", budget="
        + (budget != null ? budget : budgetRatio + " per call and " + budgetBurst)
        + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private @Nullable Duration fixedDelay;
    private double quantile = .95;
    private Duration minDelay = Duration.ofMillis(1);
    private int maxHedges = 1;
    private @Nullable RetryBudget budget;
    private double budgetRatio = .05;
    private int budgetBurst = 5;
    private @Nullable Executor executor;
    private HedgeAdvisor hedgeIf = HedgeAdvisor.always();

    private Builder() {}

    /**
     * Sets a fixed delay before each hedge, counted from the start of the attempt before. By
     * default the delay follows the latency.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder fixedDelay(Duration delay) {
      fixedDelay = Require.positive(delay, "fixedDelay");
      return this;
    }

    /**
     * Lets the delay before each hedge be this quantile of recent successful latencies, which is
     * the default, with 0.95: then one call in 20 is hedged, as far as the budget goes. Nothing is
     * hedged until 100 successes are known.
     *
     * @throws IllegalArgumentException if outside {@code [0.5, 1)} or NaN
     */
    @CanIgnoreReturnValue
    public Builder quantile(double quantile) {
      Require.that(quantile >= .5 && quantile < 1, "quantile", "in [0.5, 1)", quantile);
      this.quantile = quantile;
      fixedDelay = null;
      return this;
    }

    /**
     * Sets the shortest adaptive delay. Default 1 ms.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder minDelay(Duration delay) {
      minDelay = Require.positive(delay, "minDelay");
      return this;
    }

    /**
     * Sets the most attempts beside the first of one call. Default 1.
     *
     * @throws IllegalArgumentException if outside {@code [1, 10]}
     */
    @CanIgnoreReturnValue
    public Builder maxHedges(int hedges) {
      maxHedges = Require.inRange(hedges, 1, 10, "maxHedges");
      return this;
    }

    /**
     * Sets a budget to be shared, for example with the retries that reach the same dependency. By
     * default each hedge has its own.
     */
    @CanIgnoreReturnValue
    public Builder budget(RetryBudget shared) {
      budget = Require.nonNull(shared, "budget");
      return this;
    }

    /**
     * Sets the hedges earned per call. Default 0.05. Without effect with a shared budget.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder budgetRatio(double ratio) {
      budgetRatio = Require.ratio(ratio, "budgetRatio");
      return this;
    }

    /**
     * Sets the hedges that can be saved up. Default 5. Without effect with a shared budget.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1000000]}
     */
    @CanIgnoreReturnValue
    public Builder budgetBurst(int hedges) {
      budgetBurst = Require.inRange(hedges, 1, 1_000_000, "budgetBurst");
      return this;
    }

    /**
     * Sets where the attempts of synchronous calls run. None by default: then synchronous calls are
     * refused. It must be able to run two attempts of one call at the same time, and should refuse
     * tasks rather than queue them, or have room for every call: a queued attempt waits.
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor attempts) {
      executor = Require.nonNull(attempts, "executor");
      return this;
    }

    /** Sets what is asked before each hedge. By default every hedge is worth it. */
    @CanIgnoreReturnValue
    public Builder hedgeIf(HedgeAdvisor advisor) {
      hedgeIf = Require.nonNull(advisor, "hedgeIf");
      return this;
    }

    /** The settings collected so far. */
    public HedgeConfig build() {
      return new HedgeConfig(this);
    }
  }
}
