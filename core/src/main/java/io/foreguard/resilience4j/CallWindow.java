package io.foreguard.resilience4j;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.metrics.FixedSizeSlidingWindowMetrics;
import io.github.resilience4j.core.metrics.LockFreeFixedSizeSlidingWindowMetrics;
import io.github.resilience4j.core.metrics.LockFreeSlidingTimeWindowMetrics;
import io.github.resilience4j.core.metrics.Metrics;
import io.github.resilience4j.core.metrics.Metrics.Outcome;
import io.github.resilience4j.core.metrics.SlidingTimeWindowMetrics;
import io.github.resilience4j.core.metrics.Snapshot;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The sliding window of one state and what it says, in Resilience4j's numbers. The windows are
 * Resilience4j's own. Thread-safe.
 *
 * <p>What is <em>judged</em> in a time window is never emptier than the last {@code
 * minimumNumberOfCalls} calls: a dependency that is called rarely could otherwise fail for ever.
 * The numbers remain those of the window.
 */
final class CallWindow implements CircuitBreaker.Metrics {
  private static final float TOO_FEW = -1;

  /** A greater minimum is meant to keep the circuit closed, and is not worth the memory. */
  private static final int MOST_LAST_CALLS = 10_000;

  private final Metrics calls;
  private final @Nullable Metrics lastCalls;
  private final int minimum;
  private final long slowNanos;
  private final LongAdder refused = new LongAdder();

  private CallWindow(
      Metrics calls, @Nullable Metrics lastCalls, int minimum, CircuitBreakerConfig c) {
    this.calls = calls;
    this.lastCalls = lastCalls;
    this.minimum = minimum;
    slowNanos = Durations.nanos(c.getSlowCallDurationThreshold());
  }

  /** The window that the configuration asks for. */
  static CallWindow sliding(CircuitBreakerConfig config, EpochClock clock) {
    int size = config.getSlidingWindowSize();
    int minimum = config.getMinimumNumberOfCalls();
    if (config.getSlidingWindowType() == SlidingWindowType.COUNT_BASED) {
      return counting(size, config);
    }
    Metrics seconds =
        isLockFree(config)
            ? new LockFreeSlidingTimeWindowMetrics(size, clock)
            : new SlidingTimeWindowMetrics(size, clock);
    boolean hasFloor = minimum <= MOST_LAST_CALLS;
    return new CallWindow(seconds, hasFloor ? ofCalls(minimum, config) : null, minimum, config);
  }

  /** A window over the last {@code size} calls. */
  static CallWindow counting(int size, CircuitBreakerConfig config) {
    int minimum = Math.min(size, config.getMinimumNumberOfCalls());
    return new CallWindow(ofCalls(size, config), null, minimum, config);
  }

  /** A window that nothing is added to. */
  static CallWindow empty(CircuitBreakerConfig config) {
    return counting(1, config);
  }

  /** Adds a call; answers the calls to judge by, or null when they are too few. */
  @Nullable Snapshot add(boolean failed, long duration, TimeUnit unit) {
    boolean slow = unit.toNanos(duration) > slowNanos;
    Outcome outcome =
        failed
            ? (slow ? Outcome.SLOW_ERROR : Outcome.ERROR)
            : (slow ? Outcome.SLOW_SUCCESS : Outcome.SUCCESS);
    Snapshot last = lastCalls == null ? null : lastCalls.record(duration, unit, outcome);
    Snapshot all = calls.record(duration, unit, outcome);
    Snapshot judged = last == null || all.getTotalNumberOfCalls() >= minimum ? all : last;
    return judged.getTotalNumberOfCalls() < minimum ? null : judged;
  }

  /** Counts a call that was refused. */
  void refused() {
    refused.increment();
  }

  @Override
  public float getFailureRate() {
    Snapshot now = calls.getSnapshot();
    return isEnough(now) ? now.getFailureRate() : TOO_FEW;
  }

  @Override
  public float getSlowCallRate() {
    Snapshot now = calls.getSnapshot();
    return isEnough(now) ? now.getSlowCallRate() : TOO_FEW;
  }

  @Override
  public int getNumberOfSlowCalls() {
    return calls.getSnapshot().getTotalNumberOfSlowCalls();
  }

  @Override
  public int getNumberOfSlowSuccessfulCalls() {
    return calls.getSnapshot().getNumberOfSlowSuccessfulCalls();
  }

  @Override
  public int getNumberOfSlowFailedCalls() {
    return calls.getSnapshot().getNumberOfSlowFailedCalls();
  }

  @Override
  public int getNumberOfBufferedCalls() {
    return calls.getSnapshot().getTotalNumberOfCalls();
  }

  @Override
  public int getNumberOfFailedCalls() {
    return calls.getSnapshot().getNumberOfFailedCalls();
  }

  @Override
  public long getNumberOfNotPermittedCalls() {
    return refused.sum();
  }

  @Override
  public int getNumberOfSuccessfulCalls() {
    return calls.getSnapshot().getNumberOfSuccessfulCalls();
  }

  private boolean isEnough(Snapshot now) {
    return now.getTotalNumberOfCalls() > 0 && now.getTotalNumberOfCalls() >= minimum;
  }

  private static Metrics ofCalls(int size, CircuitBreakerConfig config) {
    return isLockFree(config)
        ? new LockFreeFixedSizeSlidingWindowMetrics(size)
        : new FixedSizeSlidingWindowMetrics(size);
  }

  private static boolean isLockFree(CircuitBreakerConfig config) {
    return config.getSlidingWindowSynchronizationStrategy()
        == SlidingWindowSynchronizationStrategy.LOCK_FREE;
  }
}
