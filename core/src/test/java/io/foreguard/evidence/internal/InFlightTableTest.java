package io.foreguard.evidence.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class InFlightTableTest {
  private static final long START = new ManualClock(Long.MAX_VALUE - 1_000).nanoTime();
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final InFlightTable table = new InFlightTable();

  @Test
  void holds8192CallsOfOneThreadAndLeavesTheRestUntracked() {
    Set<Integer> slots = new HashSet<>();
    for (int i = 0; i < 8_192; i++) {
      assertThat(slots.add(table.enter(START))).isTrue();
    }
    assertThat(slots).allMatch(slot -> slot >= 0 && slot < 8_192);
    assertThat(table.enter(START)).isEqualTo(InFlightTable.UNTRACKED);
    table.exit(InFlightTable.UNTRACKED, START);
    scan(START + 1);
    assertThat(table.inFlight()).isEqualTo(8_192);

    slots.forEach(slot -> table.exit(slot, START));

    scan(START + 1);
    assertThat(table.inFlight()).isZero();
    assertThat(table.lost()).isZero();
    assertThat(table.enter(START)).isNotEqualTo(InFlightTable.UNTRACKED);
  }

  @Test
  void countsOverdueCallsAcrossTheOverflow() {
    table.enter(START);
    table.enter(START + 600);
    long now = START + 2_000; // negative

    table.scan(now, START, 1_500, NEVER);
    assertThat(table.overdue()).isOne();
    table.scan(now, START + 500, 1_500, NEVER);
    assertThat(table.overdue()).as("from before the regime").isZero();
    table.scan(now, START, 1_000, NEVER);
    assertThat(table.overdue()).isEqualTo(2);
    assertThat(table.inFlight()).isEqualTo(2);
  }

  @Test
  void writesOffWhatIsOlderThanItsLeaseAndFreesItsSlot() {
    int slot = table.enter(START);

    table.scan(START + 100, START, NEVER, 100);
    assertThat(table.lost()).isZero();
    table.scan(START + 200, START, NEVER, 100);
    assertThat(table.lost()).isOne();
    assertThat(table.inFlight()).isZero();

    int next = table.enter(START + 200);
    assertThat(next).isEqualTo(slot);
    table.exit(slot, START); // the late one does not free the slot of the next
    table.scan(START + 201, START, NEVER, 100);
    assertThat(table.inFlight()).isOne();
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
                    int[] slots = new int[300];
                    for (int i = 0; i < slots.length; i++) {
                      slots[i] = table.enter(start);
                    }
                    for (int slot : slots) {
                      table.exit(slot, start);
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
    assertThat(table.inFlight()).isZero();
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
                    assertThat(table.enter(START)).isNotNegative();
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
    assertThat(table.inFlight()).isEqualTo(8_000);
  }

  private void scan(long now) {
    table.scan(now, START, NEVER, NEVER);
  }
}
