package io.foreguard.time;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clock that moves only when told to, for tests and simulations.
 *
 * <p>{@link #advance} runs the tasks that become due, in order of their time, on the calling
 * thread, with the clock standing at each task's own time. {@link #sleep} advances the clock by
 * itself: in virtual time a sleeper is what makes time pass. A task that interrupts the sleeper, as
 * a time-out does, ends the sleep at the task's time.
 *
 * <p>Starts 1 second before {@link Long#MAX_VALUE} nanoseconds unless told otherwise, so that code
 * that compares readings instead of their difference fails early. Thread-safe; tasks run without a
 * lock held.
 */
public final class ManualClock implements Clock {
  private static final Logger log = LoggerFactory.getLogger(ManualClock.class);
  private static final long NEAR_OVERFLOW = Long.MAX_VALUE - 1_000_000_000L;

  private final Object lock = new Object();
  private final NavigableSet<Task> tasks = new TreeSet<>(ManualClock::byDueTime);
  private final long originNanos;
  private long sequence;
  private volatile long nowNanos;
  private volatile Instant wallOrigin = Instant.parse("2026-01-01T00:00:00Z");

  /** Creates a clock that overflows after one second. */
  public ManualClock() {
    this(NEAR_OVERFLOW);
  }

  /** Creates a clock whose first reading is {@code originNanos}. */
  public ManualClock(long originNanos) {
    this.originNanos = originNanos;
    this.nowNanos = originNanos;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public Instant wallTime() {
    return wallOrigin.plusNanos(nowNanos - originNanos);
  }

  /** Time that has passed on this clock since it was created. */
  public Duration elapsed() {
    return Duration.ofNanos(nowNanos - originNanos);
  }

  /** Steps the wall clock by {@code step}, which may be negative; monotonic time does not move. */
  public void stepWallTime(Duration step) {
    synchronized (lock) {
      wallOrigin = wallOrigin.plus(step);
    }
  }

  /**
   * Moves time forward and runs what becomes due.
   *
   * @throws IllegalArgumentException if {@code duration} is negative
   */
  public void advance(Duration duration) {
    long target = after(Require.notNegative(duration, "duration"));
    for (Task due = next(target); due != null; due = next(target)) {
      runLogged(due.body);
    }
    reach(target);
  }

  /**
   * Moves time to the next scheduled task and runs that one, if it is due within {@code atMost};
   * otherwise moves nothing.
   *
   * @return whether a task ran
   * @throws IllegalArgumentException if {@code atMost} is negative
   */
  @CanIgnoreReturnValue
  public boolean advanceToNextTask(Duration atMost) {
    Task due = next(after(Require.notNegative(atMost, "atMost")));
    if (due == null) {
      return false;
    }
    runLogged(due.body);
    return true;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("sleep interrupted");
    }
    if (duration.isNegative()) {
      return;
    }
    long target = after(duration);
    for (Task due = next(target); due != null; due = next(target)) {
      runLogged(due.body);
      if (Thread.interrupted()) {
        throw new InterruptedException("sleep interrupted");
      }
    }
    reach(target);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    synchronized (lock) {
      Task scheduled = new Task(nowNanos + Math.max(0, delay.toNanos()), sequence++, task);
      tasks.add(scheduled);
      return () -> {
        synchronized (lock) {
          return tasks.remove(scheduled);
        }
      };
    }
  }

  /** Number of tasks that are scheduled and have neither run nor been cancelled. */
  public int pendingTasks() {
    synchronized (lock) {
      return tasks.size();
    }
  }

  private long after(Duration duration) {
    synchronized (lock) {
      return nowNanos + duration.toNanos();
    }
  }

  private void reach(long target) {
    synchronized (lock) {
      if (target - nowNanos > 0) {
        nowNanos = target;
      }
    }
  }

  private static void runLogged(Runnable body) {
    try {
      body.run();
    } catch (Throwable t) {
      log.warn("A scheduled task failed", t);
    }
  }

  private @Nullable Task next(long target) {
    synchronized (lock) {
      if (tasks.isEmpty()) {
        return null;
      }
      Task head = tasks.first();
      if (head.dueNanos - target > 0) {
        return null;
      }
      tasks.remove(head);
      if (head.dueNanos - nowNanos > 0) {
        nowNanos = head.dueNanos;
      }
      return head;
    }
  }

  /** The sequence makes it a total order: no two tasks are equal, and a task finds itself. */
  private static int byDueTime(Task a, Task b) {
    long difference = a.dueNanos - b.dueNanos;
    return difference != 0 ? Long.signum(difference) : Long.compare(a.sequence, b.sequence);
  }

  private record Task(long dueNanos, long sequence, Runnable body) {}
}
