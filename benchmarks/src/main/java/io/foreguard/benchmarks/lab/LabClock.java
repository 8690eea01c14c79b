package io.foreguard.benchmarks.lab;

import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The library's clock on the simulation's time. Not thread-safe. */
final class LabClock implements Clock {
  private final EventQueue events;
  private long now;

  LabClock(EventQueue events) {
    this.events = events;
  }

  void moveTo(long time) {
    now = time;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Instant wallTime() {
    return Instant.EPOCH.plusNanos(now);
  }

  /** Nobody waits in the lab: its clients are events. */
  @Override
  public void sleep(Duration duration) {
    throw new IllegalStateException("no thread may sleep in the lab");
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    Timer timer = new Timer(task);
    events.add(now + Math.max(0, delay.toNanos()), timer);
    return timer::cancel;
  }

  /** A task that runs unless it is cancelled before. */
  private static final class Timer implements Runnable {
    private final Runnable task;
    private boolean over;

    Timer(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (cancel()) {
        task.run();
      }
    }

    boolean cancel() {
      boolean waiting = !over;
      over = true;
      return waiting;
    }
  }
}
