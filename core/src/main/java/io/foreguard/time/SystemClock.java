package io.foreguard.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time of the running JVM. Tasks are handed from the one timer thread to worker threads, so that a
 * task that blocks delays no other. Not to the common pool: calls that block all of its threads may
 * be the very ones that a task is to end.
 */
final class SystemClock implements Clock {
  static final SystemClock INSTANCE = new SystemClock();

  private static final Logger log = LoggerFactory.getLogger(SystemClock.class);

  private SystemClock() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant wallTime() {
    return Instant.now();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (!duration.isNegative() && !duration.isZero()) {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    Future<?> future =
        Timer.EXECUTOR.schedule(
            () -> Timer.WORKERS.execute(() -> runLogged(task)),
            Math.max(0, delay.toNanos()),
            TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private static void runLogged(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      log.warn("A scheduled task failed", t);
    }
  }

  /** Started with the first scheduled task, not with the first reading. */
  private static final class Timer {
    static final Executor WORKERS =
        Executors.newCachedThreadPool(task -> daemon(task, "foreguard-timer-worker"));
    static final ScheduledThreadPoolExecutor EXECUTOR = create();

    private static ScheduledThreadPoolExecutor create() {
      ScheduledThreadPoolExecutor executor =
          new ScheduledThreadPoolExecutor(1, task -> daemon(task, "foreguard-timer"));
      executor.setRemoveOnCancelPolicy(true);
      return executor;
    }

    private static Thread daemon(Runnable task, String name) {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    }
  }
}
