package io.foreguard.benchmarks.lab.replay;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Threads that play, and word of how far they are. What they are given is answered in its order, so
 * that nothing depends on their number. Used by one thread.
 */
final class Workers implements AutoCloseable {
  private static final int STEP_SECONDS = 3;

  private final ExecutorService threads;
  private final PrintStream out;
  private final LongAdder played = new LongAdder();
  private final long started = System.nanoTime();
  private String task = "";
  private long expected;

  Workers(int count, PrintStream out) {
    this.out = out;
    threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, "replay");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Counts calls that were played. */
  LongAdder played() {
    return played;
  }

  /** Says what comes next and how many calls are to be played for it. */
  void begin(String what, long calls) {
    task = what;
    expected = calls;
    played.reset();
  }

  /** Runs all and gives what they return, in their order. */
  <T> List<T> run(List<? extends Callable<T>> work) {
    List<Future<T>> futures = new ArrayList<>();
    work.forEach(one -> futures.add(threads.submit(one)));
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(await(future));
    }
    return results;
  }

  private <T> T await(Future<T> future) {
    while (true) {
      try {
        return future.get(STEP_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        tell();
      } catch (ExecutionException e) {
        throw new IllegalStateException("A replay failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while replaying", e);
      }
    }
  }

  private void tell() {
    double share = expected == 0 ? 0 : Math.min(1, played.sum() / (double) expected);
    out.printf(
        Locale.ROOT,
        "%4.0f s  %s: %.1f of %.1f million calls (%.0f %%)%n",
        (System.nanoTime() - started) / 1e9,
        task,
        played.sum() / 1e6,
        expected / 1e6,
        100 * share);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
