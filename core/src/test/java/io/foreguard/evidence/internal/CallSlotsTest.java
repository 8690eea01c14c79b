package io.foreguard.evidence.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
  private static final long START = new ManualClock(Long.MAX_VALUE - 1_000).nanoTime();
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final CallSlots slots = new CallSlots();

  @Test
  void holdsOneCallOfAThreadAtHomeAnd8192InTheCrowd() {
    Set<Integer> held = new HashSet<>();
    for (int i = 0; i < 1 + 8_192; i++) {
      assertThat(held.add(slots.enter(START))).isTrue();
    }

    assertThat(slots.enter(START)).isEqualTo(CallSlots.UNTRACKED);
    slots.leave(CallSlots.UNTRACKED, START);
    scan(START + 1);
    assertThat(slots.inFlight()).isEqualTo(1 + 8_192);

    held.forEach(slot -> slots.leave(slot, START));

    scan(START + 1);
    assertThat(slots.inFlight()).isZero();
    assertThat(slots.lost()).isZero();
    assertThat(slots.enter(START)).isNotEqualTo(CallSlots.UNTRACKED);
  }

  @Test
  void countsOverdueCallsAcrossTheOverflow() {
    slots.enter(START);
    slots.enter(START + 600);
    long now = START + 2_000; // negative

    slots.scan(now, START, 1_500, NEVER);
    assertThat(slots.overdue()).isOne();
    slots.scan(now, START + 500, 1_500, NEVER);
    assertThat(slots.overdue()).as("from before the regime").isZero();
    slots.scan(now, START, 1_000, NEVER);
    assertThat(slots.overdue()).isEqualTo(2);
    assertThat(slots.inFlight()).isEqualTo(2);
  }

  @Test
  void writesOffWhatIsOlderThanItsLeaseAndFreesItsSlot() {
    int slot = slots.enter(START);

    slots.scan(START + 100, START, NEVER, 100);
    assertThat(slots.lost()).isZero();
    slots.scan(START + 200, START, NEVER, 100);
    assertThat(slots.lost()).isOne();
    assertThat(slots.inFlight()).isZero();

    int next = slots.enter(START + 200);
    assertThat(next).isEqualTo(slot);
    slots.leave(slot, START); // the late one does not free the slot of the next
    slots.scan(START + 201, START, NEVER, 100);
    assertThat(slots.inFlight()).isOne();
  }

  @Test
  void isEmptyAfterManyThreadsHaveComeAndGone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CyclicBarrier together = new CyclicBarrier(8);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        long start = START + t;
        done.add(
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  for (int round = 0; round < 100; round++) {
                    int[] held = new int[300];
                    for (int i = 0; i < held.length; i++) {
                      held[i] = slots.enter(start);
                    }
                    for (int slot : held) {
                      slots.leave(slot, start);
                    }
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

    scan(START + 100);
    assertThat(slots.inFlight()).isZero();
  }

  @Test
  void tracksEveryCallOfManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CyclicBarrier together = new CyclicBarrier(8);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        done.add(
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  for (int i = 0; i < 1_000; i++) {
                    assertThat(slots.enter(START)).isNotNegative();
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

    scan(START + 100);
    assertThat(slots.inFlight()).isEqualTo(8_000);
  }

  @Test
  void losesNoSuccessUnderThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    long total = 0;
    int[] sampled = new int[LatencyBuckets.COUNT];
    try {
      CyclicBarrier together = new CyclicBarrier(9);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        done.add(
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  for (int i = 0; i < 50_000; i++) {
                    succeed(1L << (10 + i % 20));
                  }
                  return null;
                }));
      }
      together.await(30, SECONDS);
      for (int i = 0; i < 500; i++) {
        long found = slots.drain();
        total += found;
        if (found == 0) {
          continue; // there is no mean of nothing
        }
        assertThat(slots.mean()).isBetween(Math.log(1e-6), Math.log(.6));
        assertThat(slots.variance()).isBetween(0.0, 50.0);
      }
      for (Future<?> future : done) {
        future.get(60, SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    total += slots.drain();
    for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
      sampled[bucket] = slots.take(bucket);
    }

    assertThat(total).isEqualTo(400_000);
    assertThat(slots.drain()).isZero();
    for (int i = 4; i < 20; i++) {
      assertThat(sampled[LatencyBuckets.of(1L << (10 + i))]).as("%d", i).isEqualTo(20_000);
    }
    assertThat(IntStream.of(sampled).sum()).isBetween(350_000, 450_000);
    scan(START + 1);
    assertThat(slots.inFlight()).isZero();
  }

  @Test
  void knowsMeanAndSpreadOfTheLogarithm() {
    for (int i = 0; i < 300; i++) {
      succeed(1_000_000);
      succeed(100_000_000);
    }

    assertThat(slots.drain()).isEqualTo(600);
    assertThat(slots.mean()).isCloseTo(Math.log(.01), within(.1));
    assertThat(Math.sqrt(slots.variance())).isCloseTo(Math.log(10), within(.1));

    succeed(100_000_000);
    assertThat(slots.drain()).isOne();
    assertThat(slots.mean()).isCloseTo(Math.log(.1), within(.1));
    assertThat(slots.variance()).isCloseTo(0, within(1e-3));
  }

  @Test
  void asksToBeDrainedNowAndThen() {
    long asked = IntStream.range(0, 640).filter(i -> succeed(5_000)).count();

    assertThat(asked).isEqualTo(10);
  }

  @Test
  void aHomeIsReservedForTheThreadThatUsesItAlone() throws Exception {
    int home = homeOfThisThread();

    on(
        otherThread(
            () -> {
              int slot = slots.enter(START);
              assertThat(slot).isNotEqualTo(home);
              slots.leave(slot, START);
            }));
    assertThat(slots.enter(START)).isEqualTo(home);
    assertThat(slots.enter(START)).as("nested").isNotEqualTo(home);
    scan(START + 1);
    assertThat(slots.inFlight()).isEqualTo(2);
  }

  @Test
  void aPermitOfAReservedHomeMayBeSettledByAnotherThread() throws Exception {
    int home = homeOfThisThread();
    assertThat(slots.drain()).isEqualTo(100);

    assertThat(slots.enter(START)).isEqualTo(home);
    on(
        otherThread(
            () -> {
              var unused = slots.succeed(home, START, 5_000);
            }));

    assertThat(slots.drain()).isOne();
    assertThat(slots.enter(START)).isEqualTo(home);
  }

  @Test
  void aReservedHomeIsWrittenOffAndClaimedAgain() {
    int home = homeOfThisThread();
    assertThat(slots.enter(START)).isEqualTo(home);

    slots.scan(START + 200, START, NEVER, 100);

    assertThat(slots.lost()).isOne();
    assertThat(slots.leaveLate(home, START)).isFalse();
    assertThat(slots.enter(START + 300)).isEqualTo(home);
    assertThat(slots.leaveLate(home, START)).isFalse();
    assertThat(slots.leaveLate(home, START + 300)).isTrue();
  }

  @Test
  void theHomeOfADeadThreadIsFreeAgain() throws Exception {
    Set<Integer> homes = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      on(otherThread(() -> homes.add(homeOfThisThread())));
      for (int scans = 0; scans < 1_024; scans++) {
        scan(START + 1);
      }
    }

    assertThat(homes).hasSizeLessThanOrEqualTo(2);
  }

  private int homeOfThisThread() {
    for (int i = 0; i < 100; i++) {
      succeed(5_000);
    }
    int home = slots.enter(START);
    slots.leave(home, START);
    return home;
  }

  @CanIgnoreReturnValue
  private boolean succeed(long nanos) {
    return slots.succeed(slots.enter(START), START, nanos);
  }

  private static FutureTask<Void> otherThread(Runnable body) {
    return new FutureTask<>(body, null);
  }

  private static void on(FutureTask<Void> task) throws Exception {
    Thread thread = new Thread(task);
    thread.start();
    task.get(30, SECONDS);
    thread.join(30_000);
  }

  private void scan(long now) {
    slots.scan(now, START, NEVER, NEVER);
  }
}
