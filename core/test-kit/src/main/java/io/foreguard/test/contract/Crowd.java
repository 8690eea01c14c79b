package io.foreguard.test.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads that do the same thing at the same time. */
final class Crowd {
  private static final int THREADS = 4;
  private static final int ROUNDS = 500;
  private static final long PATIENCE_SECONDS = 60;

  private Crowd() {}

  /**
   * Runs {@code body} 500 times on each of four threads.
   *
   * @throws AssertionError with what the body threw, or if it is not done within a minute
   */
  static void run(Round body) {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<@Nullable Void>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<@Nullable Void> rounds =
            () -> {
              start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              for (int round = 0; round < ROUNDS; round++) {
                body.run(thread, round);
              }
              return null;
            };
        all.add(threads.submit(rounds));
      }
      for (Future<@Nullable Void> each : all) {
        each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("Used by " + THREADS + " threads it threw " + e.getCause(), e);
    } catch (Exception e) {
      throw new AssertionError("Used by " + THREADS + " threads it was not done in time", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** What each thread does, over and over. */
  @FunctionalInterface
  interface Round {
    void run(int thread, int round) throws Exception;
  }
}
