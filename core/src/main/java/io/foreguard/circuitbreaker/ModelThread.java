package io.foreguard.circuitbreaker;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread that asks models on behalf of all breakers; it ends when idle for a minute. */
final class ModelThread {
  private static final ThreadPoolExecutor POOL = create();

  /**
   * Holds nothing itself, so that whoever walks the memory of a breaker does not end in a thread.
   */
  private static final Executor EXECUTOR = task -> POOL.execute(task);

  private ModelThread() {}

  static Executor executor() {
    return EXECUTOR;
  }

  private static ThreadPoolExecutor create() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "foreguard-model");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
