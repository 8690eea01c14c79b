package io.foreguard.timeout;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;

/** Settings of a {@link Timeout}. Immutable. */
public final class TimeoutConfig {
  private static final TimeoutConfig DEFAULTS = builder().build();

  private final Duration duration;
  private final boolean cancelRunning;

  private TimeoutConfig(Builder builder) {
    duration = builder.duration;
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

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.duration = duration;
    builder.cancelRunning = cancelRunning;
    return builder;
  }

  /** How long a call may take. */
  public Duration duration() {
    return duration;
  }

  /** Whether a call that runs out of time is interrupted, or its stage cancelled. */
  public boolean cancelRunning() {
    return cancelRunning;
  }

  @Override
  public String toString() {
    return "TimeoutConfig[duration=" + duration + ", cancelRunning=" + cancelRunning + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private Duration duration = Duration.ofSeconds(1);
    private boolean cancelRunning = true;

    private Builder() {}

    /**
     * Sets how long a call may take, from its start to its end. Default 1 second.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder duration(Duration duration) {
      this.duration = Require.positive(duration, "duration");
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

    /** The settings collected so far. */
    public TimeoutConfig build() {
      return new TimeoutConfig(this);
    }
  }
}
