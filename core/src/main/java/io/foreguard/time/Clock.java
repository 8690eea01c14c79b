package io.foreguard.time;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.time.Instant;

/**
 * The library's time: a monotonic reading that decides, a wall-clock reading that is only shown, a
 * sleep and a timer.
 *
 * <p>Implementations must be thread-safe.
 */
public interface Clock {
  /**
   * Monotonic time in nanoseconds. Only differences between two readings mean anything: the origin
   * is arbitrary and readings may be negative or overflow, so compare with {@code a - b < 0}.
   */
  long nanoTime();

  /** Wall-clock time, for events and reports. Nothing is ever decided on it: it may jump. */
  Instant wallTime();

  /**
   * Blocks the calling thread for {@code duration}; returns at once when it is zero or negative.
   *
   * @throws InterruptedException if the thread is or gets interrupted
   */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Runs {@code task} once, {@code delay} from now, on a thread of the clock's choice. What the
   * task throws is swallowed by the clock after logging.
   */
  Cancellable schedule(Runnable task, Duration delay);

  /** The clock of the running JVM: {@link System#nanoTime()} and one daemon timer thread. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }

  /**
   * A clock for very high call rates, whose {@link #nanoTime()} costs about a nanosecond instead of
   * some twenty: it gives the time as of the last step, and steps once in {@code resolution}.
   *
   * <p>What it costs: readings are behind by up to {@code resolution}, and by as long as the
   * operating system keeps the one daemon thread waiting that makes the steps; a loaded machine may
   * stretch a step to tens of milliseconds. Durations are wrong by as much either way, and a call
   * that is shorter than a step seems to take no time. So latencies below some ten times the
   * resolution mean little: calls are counted and failures judged as always, but slow and overdue
   * calls are told apart only where they take much longer. Time-outs, waits and {@link #wallTime()}
   * are those of {@link #system()}.
   *
   * <p>Each clock has a thread, from its first reading until it is garbage: make one and share it.
   *
   * @param resolution time between two steps; 1 ms is a good choice
   * @throws IllegalArgumentException if outside [100 us, 1 s]
   */
  static Clock coarse(Duration resolution) {
    Require.nonNull(resolution, "resolution");
    Require.that(
        resolution.compareTo(Duration.ofNanos(100_000)) >= 0
            && resolution.compareTo(Duration.ofSeconds(1)) <= 0,
        "resolution",
        "in [100 us, 1 s]",
        resolution);
    return new CoarseClock(resolution);
  }

  /** A scheduled task that has perhaps not run yet. Thread-safe. */
  interface Cancellable {
    /** Keeps the task from running; returns whether it had neither run nor been cancelled. */
    boolean cancel();
  }
}
