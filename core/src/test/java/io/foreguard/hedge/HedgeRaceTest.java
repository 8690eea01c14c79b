package io.foreguard.hedge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HedgeRaceTest {
  private static final Duration DELAY = Duration.ofMillis(50);

  private final ManualClock clock = new ManualClock();
  private final Hedge hedge =
      Hedge.of(
          "engine",
          HedgeConfig.builder().fixedDelay(DELAY).maxHedges(2).budgetRatio(1).build(),
          clock);

  /** The end of the first attempt, the timer with what it starts, and the caller race. */
  @Test
  void everyCallEndsOnceAndLeavesNoAttemptBehind() throws Exception {
    Random random = new Random(5);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 5_000; round++) {
        List<CompletableFuture<String>> attempts = new CopyOnWriteArrayList<>();
        CompletableFuture<String> result =
            hedge
                .callAsync(
                    () -> {
                      attempts.add(new CompletableFuture<>());
                      return attempts.get(attempts.size() - 1);
                    })
                .toCompletableFuture();
        boolean firstFails = random.nextBoolean();
        boolean hedgeFails = random.nextBoolean();
        boolean cancelled = random.nextInt(4) == 0;
        CyclicBarrier together = new CyclicBarrier(3);
        Future<?> first =
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  return end(attempts.get(0), firstFails);
                });
        Future<?> second =
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  clock.advance(DELAY);
                  clock.advance(DELAY);
                  attempts.subList(1, attempts.size()).forEach(a -> end(a, hedgeFails));
                  return null;
                });
        together.await(30, SECONDS);
        if (cancelled) {
          result.cancel(true);
        }
        first.get(30, SECONDS);
        second.get(30, SECONDS);

        assertThat(result).isDone();
        assertThat(attempts).allMatch(CompletableFuture::isDone);
        assertThat(clock.pendingTasks()).isZero();
        if (!cancelled && !firstFails) {
          assertThat(result).isCompleted();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean end(CompletableFuture<String> attempt, boolean fails) {
    return fails
        ? attempt.completeExceptionally(new IOException("down"))
        : attempt.complete("answer");
  }
}
