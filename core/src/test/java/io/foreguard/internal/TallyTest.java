package io.foreguard.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final Tally tally = new Tally();

  @Test
  void countsEveryAdditionOfOneThread() {
    for (int i = 1; i <= 1_000; i++) {
      tally.increment();
      assertThat(tally.sum()).isEqualTo(i);
    }
  }

  @Test
  void losesNoAdditionOfThreadsThatComeAndGo() throws Exception {
    for (int generation = 1; generation <= 20; generation++) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          done.add(
              threads.submit(
                  () -> {
                    together.await(30, SECONDS);
                    for (int i = 0; i < 10_000; i++) {
                      tally.increment();
                    }
                    return null;
                  }));
        }
        for (Future<?> future : done) {
          future.get(60, SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }

      assertThat(tally.sum()).isEqualTo(generation * 80_000L);
    }
  }
}
