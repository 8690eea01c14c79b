package io.foreguard.retry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Retry}. Immutable and safe to share between retries; the functions it holds
 * must be thread-safe.
 *
 * <p>A function of the configuration that throws never replaces the outcome of a call: the failure
 * is logged, the first time at WARN, and the call goes on as each setting says.
 */
public final class RetryConfig {
  private static final RetryConfig DEFAULTS = builder().build();

  private final int maxAttempts;
  private final Duration baseDelay;
  private final Duration maxDelay;
  private final double multiplier;
  private final Jitter jitter;
  private final @Nullable Backoff customBackoff;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final @Nullable Duration deadline;
  private final Predicate<? super Throwable> retryOn;
  private final @Nullable Predicate<@Nullable Object> retryOnResult;
  private final Function<? super Throwable, Optional<Duration>> retryAfter;
  private final Function<@Nullable Object, Optional<Duration>> retryAfterResult;
  private final RetryAdvisor retryIf;
  private final @Nullable RetryBudget budget;
  private final double budgetRatio;
  private final int budgetBurst;
  private final boolean ownBudgetSet;

  private RetryConfig(Builder builder) {
    maxAttempts = builder.maxAttempts;
    baseDelay = builder.baseDelay;
    maxDelay = builder.maxDelay;
    multiplier = builder.multiplier;
    jitter = builder.jitter;
    customBackoff = builder.backoff;
    backoff =
        customBackoff != null
            ? customBackoff
            : Backoff.exponential(baseDelay, maxDelay)
                .withMultiplier(multiplier)
                .withJitter(jitter);
    random = builder.random;
    deadline = builder.deadline;
    retryOn = builder.retryOn;
    retryOnResult = builder.retryOnResult;
    retryAfter = builder.retryAfter;
    retryAfterResult = builder.retryAfterResult;
    retryIf = builder.retryIf;
    budget = builder.budget;
    budgetRatio = builder.budgetRatio;
    budgetBurst = builder.budgetBurst;
    ownBudgetSet = builder.ownBudgetSet;
  }

  /** A builder with every default. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The defaults: 3 attempts, delays of up to 100 ms and 200 ms with full jitter, every exception
   * repeated, and a budget of 10 % and 10 retries.
   */
  public static RetryConfig defaults() {
    return DEFAULTS;
  }

  /** A builder with these settings. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Most attempts of one call, the first one included. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** Delay after the first attempt, before jitter. */
  public Duration baseDelay() {
    return baseDelay;
  }

  /** Longest wait between two attempts. */
  public Duration maxDelay() {
    return maxDelay;
  }

  /** Growth of the delay per attempt. */
  public double multiplier() {
    return multiplier;
  }

  /** How delays are spread. */
  public Jitter jitter() {
    return jitter;
  }

  /** The backoff in force: the one that was set, or the exponential one of the other settings. */
  public Backoff backoff() {
    return backoff;
  }

  /** Where jitter is drawn from. */
  public RandomGenerator random() {
    return random;
  }

  /** Total time of one call with its waits; empty when unbounded. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** Which exceptions are repeated. */
  public Predicate<? super Throwable> retryOn() {
    return retryOn;
  }

  /** Which results are refused and repeated; empty when every result is accepted. */
  public Optional<Predicate<@Nullable Object>> retryOnResult() {
    return Optional.ofNullable(retryOnResult);
  }

  /** The shortest wait that a failure asks for. */
  public Function<? super Throwable, Optional<Duration>> retryAfter() {
    return retryAfter;
  }

  /** The shortest wait that a refused result asks for. */
  public Function<@Nullable Object, Optional<Duration>> retryAfterResult() {
    return retryAfterResult;
  }

  /** Whether another attempt is worth it. */
  public RetryAdvisor retryIf() {
    return retryIf;
  }

  /** The shared budget; empty when each retry has its own. */
  public Optional<RetryBudget> budget() {
    return Optional.ofNullable(budget);
  }

  /** Retries earned per request in a budget of the retry's own. */
  public double budgetRatio() {
    return budgetRatio;
  }

  /** Whether nobody has set a budget, so that an advisor may say when it need not hold. */
  boolean hasDefaultBudget() {
    return budget == null && !ownBudgetSet;
  }

  /** Retries that a budget of the retry's own can save up. */
  public int budgetBurst() {
    return budgetBurst;
  }

  boolean accepts(@Nullable Object result) {
    return retryOnResult == null || !retryOnResult.test(result);
  }

  /** Nanoseconds of {@link #deadline()}, or {@link Attempts#UNBOUNDED}. */
  long deadlineNanos() {
    return deadline == null ? Attempts.UNBOUNDED : deadline.toNanos();
  }

  /** Width of the random interval added to a wait that the dependency asked for. */
  long spreadNanos() {
    return customBackoff != null || jitter == Jitter.NONE ? 0 : baseDelay.toNanos();
  }

  @Override
  public String toString() {
    return "at most "
        + maxAttempts
        + " attempts"
        + (deadline == null ? "" : " within " + deadline)
        + ", "
        + (customBackoff == null ? backoff : "custom backoff up to " + maxDelay);
  }

  /** Collects settings. Not thread-safe: owned by the code that configures. */
  public static final class Builder {
    private static final int MOST_ATTEMPTS = 1_000_000;

    private int maxAttempts = 3;
    private Duration baseDelay = Duration.ofMillis(100);
    private Duration maxDelay = Duration.ofSeconds(10);
    private double multiplier = 2.0;
    private Jitter jitter = Jitter.FULL;
    private @Nullable Backoff backoff;
    private boolean exponentialSet;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private @Nullable Duration deadline;
    private Predicate<? super Throwable> retryOn = failure -> true;
    private @Nullable Predicate<@Nullable Object> retryOnResult;
    private Function<? super Throwable, Optional<Duration>> retryAfter =
        failure -> Optional.empty();
    private Function<@Nullable Object, Optional<Duration>> retryAfterResult =
        result -> Optional.empty();
    private RetryAdvisor retryIf = RetryAdvisor.always();
    private @Nullable RetryBudget budget;
    private double budgetRatio = RetryBudget.DEFAULT_RATIO;
    private int budgetBurst = RetryBudget.DEFAULT_BURST;
    private boolean ownBudgetSet;

    private Builder() {}

    private Builder(RetryConfig config) {
      maxAttempts = config.maxAttempts;
      baseDelay = config.baseDelay;
      maxDelay = config.maxDelay;
      multiplier = config.multiplier;
      jitter = config.jitter;
      backoff = config.customBackoff;
      random = config.random;
      deadline = config.deadline;
      retryOn = config.retryOn;
      retryOnResult = config.retryOnResult;
      retryAfter = config.retryAfter;
      retryAfterResult = config.retryAfterResult;
      retryIf = config.retryIf;
      budget = config.budget;
      budgetRatio = config.budgetRatio;
      budgetBurst = config.budgetBurst;
      ownBudgetSet = config.ownBudgetSet;
    }

    /**
     * Sets the most attempts of one call, the first one included: 1 never repeats. Default 3.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1000000]}
     */
    @CanIgnoreReturnValue
    public Builder maxAttempts(int attempts) {
      maxAttempts = Require.inRange(attempts, 1, MOST_ATTEMPTS, "maxAttempts");
      return this;
    }

    /**
     * Sets the delay after the first attempt, before jitter. Default 100 ms; zero retries at once.
     *
     * @throws IllegalArgumentException if negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder baseDelay(Duration delay) {
      baseDelay = Require.notNegative(delay, "baseDelay");
      exponentialSet = true;
      return this;
    }

    /**
     * Sets the longest wait between two attempts, for every backoff and for what a dependency asks
     * for. Default 10 s.
     *
     * @throws IllegalArgumentException if negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder maxDelay(Duration delay) {
      maxDelay = Require.notNegative(delay, "maxDelay");
      return this;
    }

    /**
     * Sets the growth of the delay per attempt. Default 2.
     *
     * @throws IllegalArgumentException if below 1, infinite or NaN
     */
    @CanIgnoreReturnValue
    public Builder multiplier(double factor) {
      ExponentialBackoff.requireMultiplier(factor);
      multiplier = factor;
      exponentialSet = true;
      return this;
    }

    /** Sets how delays are spread. Default {@link Jitter#FULL}. */
    @CanIgnoreReturnValue
    public Builder jitter(Jitter spread) {
      jitter = Require.nonNull(spread, "jitter");
      exponentialSet = true;
      return this;
    }

    /**
     * Sets a backoff of the caller's own, instead of the exponential one. Delays longer than {@link
     * #maxDelay} are cut to it; a backoff that throws, or answers null or a negative delay, counts
     * as {@code maxDelay}.
     */
    @CanIgnoreReturnValue
    public Builder backoff(Backoff custom) {
      backoff = Require.nonNull(custom, "backoff");
      return this;
    }

    /**
     * Sets where jitter is drawn from. Default: the thread's own generator. Must be safe for use by
     * many threads, as {@code new java.util.Random(seed)} is.
     */
    @CanIgnoreReturnValue
    public Builder random(RandomGenerator generator) {
      random = Require.nonNull(generator, "random");
      return this;
    }

    /**
     * Sets the total time of one call with its waits. When the next attempt could not begin before
     * it, the call ends with the last outcome at once, without waiting. An attempt under way is not
     * interrupted. Default: unbounded.
     *
     * @throws IllegalArgumentException if not longer than zero, or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder deadline(Duration total) {
      deadline = Require.positive(total, "deadline");
      return this;
    }

    /**
     * Sets which exceptions are repeated. Default: all. Never asked about an {@link Error}, an
     * {@link InterruptedException} or a {@link java.util.concurrent.CancellationException}: those
     * are never repeated. A predicate that throws counts as false.
     */
    @CanIgnoreReturnValue
    public Builder retryOn(Predicate<? super Throwable> predicate) {
      retryOn = Require.nonNull(predicate, "retryOn");
      return this;
    }

    /**
     * Sets which results are refused and repeated. Default: none. A predicate that throws counts as
     * false.
     */
    @CanIgnoreReturnValue
    public Builder retryOnResult(Predicate<@Nullable Object> predicate) {
      retryOnResult = Require.nonNull(predicate, "retryOnResult");
      return this;
    }

    /**
     * Sets how to read from a failure the shortest wait that the dependency asks for. Default:
     * none. The wait of a {@link io.foreguard.CallRejectedException} is heeded in any case.
     *
     * <p>The next attempt begins no earlier, and up to one {@link #baseDelay} later, so that
     * callers told the same time do not return together. A wait longer than {@link #maxDelay} ends
     * the call: neither an earlier attempt nor a longer wait is wanted. A function that throws
     * counts as asking for nothing.
     */
    @CanIgnoreReturnValue
    public Builder retryAfter(Function<? super Throwable, Optional<Duration>> function) {
      retryAfter = Require.nonNull(function, "retryAfter");
      return this;
    }

    /** Sets the same as {@link #retryAfter} for results that {@link #retryOnResult} refuses. */
    @CanIgnoreReturnValue
    public Builder retryAfterResult(Function<@Nullable Object, Optional<Duration>> function) {
      retryAfterResult = Require.nonNull(function, "retryAfterResult");
      return this;
    }

    /** Sets who says whether another attempt is worth it. Default: it always is. */
    @CanIgnoreReturnValue
    public Builder retryIf(RetryAdvisor advisor) {
      retryIf = Require.nonNull(advisor, "retryIf");
      return this;
    }

    /**
     * Sets a budget that all retries with this configuration share; {@link RetryBudget#unlimited()}
     * turns the bound off. Default: each retry has its own.
     */
    @CanIgnoreReturnValue
    public Builder budget(RetryBudget shared) {
      budget = Require.nonNull(shared, "budget");
      return this;
    }

    /**
     * Sets the retries earned per request in a budget of the retry's own. Default 0.1. In a guard,
     * the default budget is spent only while there is a sign of load; one that is set always holds.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder budgetRatio(double ratio) {
      budgetRatio = RetryBudget.requireRatio(ratio, "budgetRatio");
      ownBudgetSet = true;
      return this;
    }

    /**
     * Sets the retries that a budget of the retry's own can save up. Default 10.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1000000]}
     */
    @CanIgnoreReturnValue
    public Builder budgetBurst(int retries) {
      budgetBurst = RetryBudget.requireBurst(retries, "budgetBurst");
      ownBudgetSet = true;
      return this;
    }

    /**
     * Checks the settings against each other and returns them.
     *
     * @throws IllegalArgumentException if baseDelay exceeds maxDelay or is not shorter than the
     *     deadline (no retry could ever take place), if a backoff of one's own is set together with
     *     a setting of the exponential one, or a shared budget together with the size of an own one
     */
    public RetryConfig build() {
      if (backoff != null) {
        String rule = "unset when baseDelay, multiplier or jitter is set";
        Require.that(!exponentialSet, "backoff", rule, backoff);
      } else {
        checkBaseDelay();
      }
      if (budget != null) {
        String rule = "unset when budgetRatio or budgetBurst is set";
        Require.that(!ownBudgetSet, "budget", rule, budget);
      }
      return new RetryConfig(this);
    }

    private void checkBaseDelay() {
      boolean belowCap = baseDelay.compareTo(maxDelay) <= 0;
      Require.that(belowCap, "baseDelay", "at most maxDelay (" + maxDelay + ")", baseDelay);
      boolean inTime = deadline == null || baseDelay.compareTo(deadline) < 0;
      Require.that(inTime, "baseDelay", "shorter than deadline (" + deadline + ")", baseDelay);
    }
  }
}
