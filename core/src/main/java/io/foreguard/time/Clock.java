package io.foreguard.time;

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

  /** A scheduled task that has perhaps not run yet. Thread-safe. */
  interface Cancellable {
    /** Keeps the task from running; returns whether it had neither run nor been cancelled. */
    boolean cancel();
  }
}
