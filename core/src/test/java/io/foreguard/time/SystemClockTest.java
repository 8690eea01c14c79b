package io.foreguard.time;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.junit.jupiter.api.Test;

class SystemClockTest {
  private final Clock clock = Clock.system();

  @Test
  void firesThoughTheWholeCommonPoolIsBlocked() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    CountDownLatch fired = new CountDownLatch(1);
    List<ForkJoinTask<?>> blockers = new ArrayList<>();
    try {
      for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism() + 4; i++) {
        blockers.add(ForkJoinPool.commonPool().submit(() -> leave.await(60, SECONDS)));
      }
      clock.schedule(fired::countDown, Duration.ofMillis(1));

      assertThat(fired.await(30, SECONDS)).isTrue();
    } finally {
      leave.countDown();
      for (ForkJoinTask<?> blocker : blockers) {
        blocker.get(30, SECONDS);
      }
    }
  }

  @Test
  void aTaskThatBlocksDelaysNoOther() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    CountDownLatch both = new CountDownLatch(1);
    clock.schedule(() -> awaitQuietly(leave), Duration.ZERO);
    clock.schedule(
        () -> {
          throw new IllegalStateException("task");
        },
        Duration.ZERO);
    clock.schedule(both::countDown, Duration.ofMillis(1));

    assertThat(both.await(30, SECONDS)).isTrue();
    leave.countDown();
  }

  @Test
  void aCancelledTaskDoesNotRun() {
    Clock.Cancellable task = clock.schedule(() -> {}, Duration.ofDays(1));

    assertThat(task.cancel()).isTrue();
    assertThat(task.cancel()).isFalse();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
