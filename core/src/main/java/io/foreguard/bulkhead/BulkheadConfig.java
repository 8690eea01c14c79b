package io.foreguard.bulkhead;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;

/** Settings of a {@link Bulkhead}. Immutable. */
public final class BulkheadConfig {
  private static final BulkheadConfig DEFAULTS = builder().build();

  private final int maxConcurrentCalls;
  private final Duration maxWait;
  private final int maxQueue;

  private BulkheadConfig(Builder builder) {
    maxConcurrentCalls = builder.maxConcurrentCalls;
    maxWait = builder.maxWait;
    maxQueue = builder.maxQueue;
  }

  /** The defaults: 25 calls at a time, and no waiting. */
  public static BulkheadConfig defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxConcurrentCalls = maxConcurrentCalls;
    builder.maxWait = maxWait;
    builder.maxQueue = maxQueue;
    return builder;
  }

  /** How many calls may run at the same time. */
  public int maxConcurrentCalls() {
    return maxConcurrentCalls;
  }

  /** How long a call may wait for room; zero: it is refused at once. */
  public Duration maxWait() {
    return maxWait;
  }

  /** How many calls may wait at the same time. */
  public int maxQueue() {
    return maxQueue;
  }

  @Override
  public String toString() {
    return "BulkheadConfig[maxConcurrentCalls="
        + maxConcurrentCalls
        + ", maxWait="
        + maxWait
        + ", maxQueue="
        + maxQueue
        + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private int maxConcurrentCalls = 25;
    private Duration maxWait = Duration.ZERO;
    private int maxQueue = 100;

    private Builder() {}

    /**
     * Sets how many calls may run at the same time. Default 25.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder maxConcurrentCalls(int calls) {
      maxConcurrentCalls = Require.inRange(calls, 1, Permits.MAX, "maxConcurrentCalls");
      return this;
    }

    /**
     * Sets how long a call may wait for room. Default zero: a call that finds no room is refused at
     * once.
     *
     * @throws IllegalArgumentException if negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder maxWait(Duration maxWait) {
      this.maxWait = Require.notNegative(maxWait, "maxWait");
      return this;
    }

    /**
     * Sets how many calls may wait at the same time; those beyond are refused at once. Default 100.
     * Of no effect while {@code maxWait} is zero.
     *
     * @throws IllegalArgumentException if outside {@code [0, 1,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder maxQueue(int calls) {
      maxQueue = Require.inRange(calls, 0, Permits.MAX, "maxQueue");
      return this;
    }

    /**
     * The settings collected so far.
     *
     * @throws IllegalArgumentException if calls may wait but none has a place to
     */
    public BulkheadConfig build() {
      Require.that(
          maxWait.isZero() || maxQueue > 0,
          "maxQueue",
          "at least 1 when maxWait (" + maxWait + ") is longer than zero",
          maxQueue);
      return new BulkheadConfig(this);
    }
  }
}
