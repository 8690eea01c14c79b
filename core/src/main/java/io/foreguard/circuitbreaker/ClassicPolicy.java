package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.evidence.internal.OutcomeWindow;
import io.foreguard.internal.Require;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fixed thresholds everyone knows: opens when the failure ratio or the slow-call ratio of a
 * sliding window reaches its threshold, waits, admits a number of probes and judges those alone.
 * Immutable.
 *
 * <p>A time-based window is never emptier than the last {@code minimumCalls} calls, so that a
 * dependency that is called rarely is judged too.
 */
public final class ClassicPolicy implements TripPolicy {
  private final double failureRateThreshold;
  private final double slowCallRateThreshold;
  private final WindowType windowType;
  private final int windowSize;
  private final int minimumCalls;
  private final Duration openDuration;
  private final int halfOpenCalls;

  private ClassicPolicy(Builder builder) {
    failureRateThreshold = builder.failureRateThreshold;
    slowCallRateThreshold = builder.slowCallRateThreshold;
    windowType = builder.windowType;
    windowSize = builder.windowSize;
    minimumCalls = builder.minimumCallsOrDefault();
    openDuration = builder.openDuration;
    halfOpenCalls = builder.halfOpenCalls;
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    return new Builder()
        .failureRateThreshold(failureRateThreshold)
        .slowCallRateThreshold(slowCallRateThreshold)
        .slidingWindow(windowType, windowSize)
        .minimumCalls(minimumCalls)
        .openDuration(openDuration)
        .halfOpenCalls(halfOpenCalls);
  }

  @Override
  public String name() {
    return "classic";
  }

  /** Failure ratio at or above which the breaker opens. */
  public double failureRateThreshold() {
    return failureRateThreshold;
  }

  /** Slow-call ratio at or above which the breaker opens. */
  public double slowCallRateThreshold() {
    return slowCallRateThreshold;
  }

  /** What the window counts: calls or seconds. */
  public WindowType windowType() {
    return windowType;
  }

  /** Size of the window, in calls or in seconds. */
  public int windowSize() {
    return windowSize;
  }

  /** Calls in the window below which nothing is judged. */
  public int minimumCalls() {
    return minimumCalls;
  }

  /** Time that the breaker stays open before it admits probes. */
  public Duration openDuration() {
    return openDuration;
  }

  /** Number of probes that are judged while half open. */
  public int halfOpenCalls() {
    return halfOpenCalls;
  }

  OutcomeWindow newWindow() {
    return windowType == WindowType.COUNT_BASED
        ? OutcomeWindow.ofCalls(windowSize, minimumCalls)
        : OutcomeWindow.ofSeconds(windowSize, minimumCalls);
  }

  /** Whether a window with these counts would open the breaker. */
  boolean trips(int calls, int failures, int slowCalls, int minimum) {
    return calls >= minimum
        && (failures >= failureRateThreshold * calls || slowCalls >= slowCallRateThreshold * calls);
  }

  @Override
  public String toString() {
    return "ClassicPolicy{failureRateThreshold="
        + failureRateThreshold
        + ", slowCallRateThreshold="
        + slowCallRateThreshold
        + ", windowType="
        + windowType
        + ", windowSize="
        + windowSize
        + ", minimumCalls="
        + minimumCalls
        + ", openDuration="
        + openDuration
        + ", halfOpenCalls="
        + halfOpenCalls
        + "}";
  }

  /** What a sliding window counts. */
  public enum WindowType {
    /** The last so many calls. */
    COUNT_BASED,
    /** The calls of the last so many seconds. */
    TIME_BASED
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {
    private double failureRateThreshold = .5;
    private double slowCallRateThreshold = 1;
    private WindowType windowType = WindowType.COUNT_BASED;
    private int windowSize = 100;
    private @Nullable Integer minimumCalls;
    private Duration openDuration = Duration.ofSeconds(60);
    private int halfOpenCalls = 10;

    private Builder() {}

    /**
     * Sets the failure ratio at or above which the breaker opens. Default 0.5.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder failureRateThreshold(double ratio) {
      failureRateThreshold = Require.ratio(ratio, "failureRateThreshold");
      return this;
    }

    /**
     * Sets the ratio of slow calls at or above which the breaker opens. Default 1. What is slow is
     * set on the breaker.
     *
     * @throws IllegalArgumentException if outside {@code (0, 1]} or NaN
     */
    @CanIgnoreReturnValue
    public Builder slowCallRateThreshold(double ratio) {
      slowCallRateThreshold = Require.ratio(ratio, "slowCallRateThreshold");
      return this;
    }

    /**
     * Sets the window: its type and its size in calls or seconds. Default the last 100 calls.
     *
     * @throws IllegalArgumentException if the size is outside {@code [1, 100000]}
     */
    @CanIgnoreReturnValue
    public Builder slidingWindow(WindowType type, int size) {
      Require.nonNull(type, "windowType");
      windowSize = Require.inRange(size, 1, 100_000, "windowSize");
      windowType = type;
      return this;
    }

    /**
     * Sets the number of calls in the window below which nothing is judged. Default 100, or the
     * size of a smaller count-based window.
     *
     * @throws IllegalArgumentException if outside {@code [1, 100000]}
     */
    @CanIgnoreReturnValue
    public Builder minimumCalls(int calls) {
      minimumCalls = Require.inRange(calls, 1, 100_000, "minimumCalls");
      return this;
    }

    /**
     * Sets the time that the breaker stays open before it admits probes. Default 60 seconds.
     *
     * @throws IllegalArgumentException if zero, negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder openDuration(Duration duration) {
      openDuration = Require.positive(duration, "openDuration");
      return this;
    }

    /**
     * Sets the number of probes that are admitted and judged while half open. Default 10.
     *
     * @throws IllegalArgumentException if outside {@code [1, 10000]}
     */
    @CanIgnoreReturnValue
    public Builder halfOpenCalls(int calls) {
      halfOpenCalls = Require.inRange(calls, 1, 10_000, "halfOpenCalls");
      return this;
    }

    /**
     * Builds the policy.
     *
     * @throws IllegalArgumentException if minimumCalls exceeds the size of a count-based window:
     *     the breaker could never open
     */
    public ClassicPolicy build() {
      if (windowType == WindowType.COUNT_BASED) {
        int minimum = minimumCallsOrDefault();
        Require.that(
            minimum <= windowSize,
            "minimumCalls",
            "at most windowSize (" + windowSize + ")",
            minimum);
      }
      return new ClassicPolicy(this);
    }

    private int minimumCallsOrDefault() {
      if (minimumCalls != null) {
        return minimumCalls;
      }
      return windowType == WindowType.COUNT_BASED ? Math.min(100, windowSize) : 100;
    }
  }
}
