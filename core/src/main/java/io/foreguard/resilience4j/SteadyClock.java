package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.time.Instant;

/**
 * The clock of a Resilience4j configuration as one that never goes back: a step of the wall clock
 * into the past counts as no time at all. Waits and timers run on the system clock, as
 * Resilience4j's do. Thread-safe.
 */
final class SteadyClock implements Clock {
  private static final Class<?> SYSTEM = CircuitBreakerConfig.ofDefaults().getClock().getClass();
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final java.time.Clock wall;
  private final Object lock = new Object();
  private long lastNanos;
  private long steadyNanos;

  private SteadyClock(java.time.Clock wall) {
    this.wall = wall;
    lastNanos = nanos(wall.instant());
  }

  /** The monotonic clock for the system's wall clock, and a steady view of any other. */
  static Clock of(java.time.Clock wall) {
    return wall.getClass() == SYSTEM ? Clock.system() : new SteadyClock(wall);
  }

  @Override
  public long nanoTime() {
    synchronized (lock) {
      long now = nanos(wall.instant());
      steadyNanos += Math.max(0, now - lastNanos);
      lastNanos = now;
      return steadyNanos;
    }
  }

  @Override
  public Instant wallTime() {
    return wall.instant();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Clock.system().sleep(duration);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    return Clock.system().schedule(task, delay);
  }

  /** Wraps around in the year 2262, and differences stay right. */
  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
  }
}
