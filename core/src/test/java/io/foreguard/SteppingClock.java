package io.foreguard;

import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A clock that is not well: it stands still, jumps, or goes backwards, as the test says. Timers run
 * when the test says so, due or not, cancelled or not. Not thread-safe.
 */
final class SteppingClock implements Clock {
  private final List<Runnable> timers = new ArrayList<>();
  private long nowNanos;

  SteppingClock(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  /** Steps by {@code step}, in either direction. */
  void step(Duration step) {
    nowNanos += step.toNanos();
  }

  /** Runs all timers that were ever set, those cancelled included. */
  void fireTimers() {
    List<Runnable> all = List.copyOf(timers);
    timers.clear();
    all.forEach(Runnable::run);
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH;
  }

  @Override
  public void sleep(Duration duration) {
    nowNanos += duration.toNanos();
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    timers.add(task);
    return () -> false;
  }
}
