package io.foreguard.timeout;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link Timeout}. Immutable. */
public final class TimeoutConfig {
  private static final TimeoutConfig DEFAULTS = builder().build();

  private final Duration duration;
  private final boolean adaptive;
  private final Duration minDuration;
  private final double quantile;
  private final double factor;
  private final boolean cancelRunning;

  private TimeoutConfig(Builder builder) {
    duration = builder.duration;
    adaptive = builder.minDuration != null;
    minDuration = builder.minDuration != null ? builder.minDuration : builder.duration;
    quantile = builder.quantile;
    factor = builder.factor;
    cancelRunning = builder.cancelRunning;
  }

  /** The defaults: one second, and a call that runs out of time is cancelled. */
  public static TimeoutConfig defaults() {
    return DEFAULTS;
  }

  /**
   * The defaults with another duration.
   *
   * @throws IllegalArgumentException if zero, negative or longer than 73 years
   */
  public static TimeoutConfig of(Duration duration) {
    return builder().duration(duration).build();
  }

  /**
   * The defaults with a duration between {@code min} and {@code max} that follows the latency of
   * healthy calls, as {@link Builder#adaptive} says.
   *
   * @throws IllegalArgumentException if either is zero, negative or longer than 73 years, or {@code
   *     min} is longer than {@code max}
   */
  public static TimeoutConfig adaptive(Duration min, Duration max) {
    return builder().duration(max).adaptive(min).build();
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.duration = duration;
    builder.minDuration = adaptive ? minDuration : null;
    builder.quantile = quantile;
    builder.factor = factor;
    builder.cancelRunning = cancelRunning;
    return builder;
  }

  /** How long a call may take; when adaptive, at most. */
  public Duration duration() {
    return duration;
  }

  /** Whether the duration follows the latency of healthy calls. */
  public boolean isAdaptive() {
    return adaptive;
  }

  /** How long a call may take at least; {@link #duration()} unless adaptive. */
  public Duration minDuration() {
    return minDuration;
  }

  /** Quantile of healthy latencies that an adaptive duration is a multiple of. */
  public double quantile() {
    return quantile;
  }

  /** What the quantile is multiplied by. */
  public double factor() {
    return factor;
  }

  /** Whether a call that runs out of time is interrupted, or its stage cancelled. */
  public boolean cancelRunning() {
    return cancelRunning;
  }

  @Override
  public String toString() {
    String adapted =
        adaptive ? ", min=" + minDuration + ", quantile=" + quantile + ", factor=" + factor : "";
    return "TimeoutConfig[duration="
        + duration
        + adapted
        + ", cancelRunning="
        + cancelRunning
        + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private Duration duration = Duration.ofSeconds(1);
    private @Nullable Duration minDuration; // null: not adaptive
    private double quantile = .999;
    private double factor = 3;
    private boolean cancelRunning = true;

    private Builder() {}

    /**
     * Sets how long a call may take, from its start to its end; when adaptive, at most. Default 1
     * second.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder duration(Duration duration) {
      this.duration = Require.positive(duration, "duration");
      return this;
    }

    /**
     * Lets the duration follow the latency of healthy calls: {@link #quantile} times {@link
     * #factor}, at least {@code min} and at most {@link #duration}. Off by default.
     *
     * <p>It is the longest until 100 successes are known. It is never below the 99.9th percentile
     * of recent successes, and doubles while more than one call in 1,000 runs out of time. It stays
     * as it is while the dependency's breaker sheds calls, and is the longest while the breaker is
     * open or half-open, so that probes can show that the dependency has become slower.
     *
     * <p>The {@link Timeout} needs evidence to follow: in a guard the breaker's, elsewhere that
     * given to {@link Timeout#follow}.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder adaptive(Duration min) {
      minDuration = Require.positive(min, "minDuration");
      return this;
    }

    /** Keeps the duration fixed, which is the default. */
    @CanIgnoreReturnValue
    public Builder fixed() {
      minDuration = null;
      return this;
    }

    /**
     * Sets the quantile of healthy latencies that an adaptive duration is a multiple of. Default
     * 0.999. Without effect unless {@link #adaptive}.
     *
     * @throws IllegalArgumentException if outside {@code [0.5, 1)} or NaN
     */
    @CanIgnoreReturnValue
    public Builder quantile(double quantile) {
      Require.that(quantile >= .5 && quantile < 1, "quantile", "in [0.5, 1)", quantile);
      this.quantile = quantile;
      return this;
    }

    /**
     * Sets what the quantile is multiplied by. Default 3. Without effect unless {@link #adaptive}.
     *
     * @throws IllegalArgumentException if less than 1, infinite or NaN
     */
    @CanIgnoreReturnValue
    public Builder factor(double factor) {
      Require.that(
          factor >= 1 && factor < Double.POSITIVE_INFINITY,
          "factor",
          "1 or more, and finite",
          factor);
      this.factor = factor;
      return this;
    }

    /**
     * Sets whether a call that runs out of time is stopped: a synchronous body by an interrupt of
     * its thread, an asynchronous one by cancelling its stage. Default true. When false, a
     * synchronous caller learns of the time-out only after the body has ended.
     */
    @CanIgnoreReturnValue
    public Builder cancelRunning(boolean cancelRunning) {
      this.cancelRunning = cancelRunning;
      return this;
    }

    /**
     * The settings collected so far.
     *
     * @throws IllegalArgumentException if the shortest adaptive duration is longer than the longest
     */
    public TimeoutConfig build() {
      if (minDuration != null) {
        String rule = "at most duration (" + duration + ")";
        Require.that(minDuration.compareTo(duration) <= 0, "minDuration", rule, minDuration);
      }
      return new TimeoutConfig(this);
    }
  }
}
