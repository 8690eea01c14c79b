package io.foreguard.evidence.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Where calls are put, and what is sampled of them. */
class CallSlotsPlacesTest {
  private static final long START = new ManualClock(Long.MAX_VALUE - 1_000).nanoTime();
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final CallSlots slots = new CallSlots();
  private final List<ExecutorService> threads = new ArrayList<>();

  @AfterEach
  void endThreads() {
    threads.forEach(ExecutorService::shutdownNow);
  }

  @Nested
  class Samples {
    @Test
    void agreeWithAMapForFewKindsOfLatencyAndForMany() {
      for (int kinds : new int[] {1, 2, 4, 5, 20}) {
        SplittableRandom random = new SplittableRandom(kinds);
        CallSlots some = new CallSlots();
        for (int round = 0; round < 20; round++) {
          Map<Integer, Integer> expected = new TreeMap<>();
          for (int i = random.nextInt(100); i >= 0; i--) {
            int bucket = 20 + round + 3 * random.nextInt(kinds);
            long nanos = (long) LatencyBuckets.lowerNanos(bucket) + 1;
            var unused = some.succeed(some.enter(START), START, nanos);
            expected.merge(bucket, 1, Integer::sum);
          }

          assertThat(taken(some)).isEqualTo(expected);
          assertThat(taken(some)).as("twice").isEmpty();
        }
      }
    }

    @Test
    void ofFewKindsAreFoundWithoutLookingEverywhere() {
      assertThat(slots.sampled(0)).isEqualTo(LatencyBuckets.COUNT);
      assertThat(slots.take(30)).isZero();
      for (int bucket : new int[] {50, 30, 40}) {
        succeed((long) LatencyBuckets.lowerNanos(bucket));
      }

      assertThat(slots.sampled(0)).isEqualTo(30);
      assertThat(slots.sampled(30)).isEqualTo(30);
      assertThat(slots.sampled(31)).isEqualTo(40);
      assertThat(slots.sampled(51)).isEqualTo(LatencyBuckets.COUNT);
      assertThat(slots.take(40)).isOne();
      assertThat(slots.sampled(31)).isEqualTo(50);
    }

    @Test
    void areOfEveryCallButTheVeryShort() {
      for (int i = 0; i < 1_000; i++) {
        succeed(16_384);
      }
      assertThat(taken(slots)).containsOnly(Map.entry(LatencyBuckets.of(16_384), 1_000));
    }

    @Test
    void areOfTheFirstVeryShortCallsAndThenOfOneIn128ThatStandsForAll() {
      for (int i = 0; i < 64; i++) {
        succeed(5_000);
      }
      assertThat(taken(slots)).containsOnly(Map.entry(LatencyBuckets.of(5_000), 64));
      for (int i = 64; i < 128 * 10; i++) {
        succeed(5_000);
      }
      assertThat(taken(slots)).containsOnly(Map.entry(LatencyBuckets.of(5_000), 128 * 10));
    }

    @Test
    void leaveMeanAndVarianceExact() {
      for (int i = 0; i < 5_000; i++) {
        succeed(1_000_000);
      }
      assertThat(slots.drain()).isEqualTo(5_000);
      assertThat(slots.count()).isEqualTo(5_000);
      assertThat(slots.variance()).isCloseTo(0, within(1e-9));

      assertThat(slots.drain()).isZero();
      assertThat(slots.count()).isZero();
    }

    private Map<Integer, Integer> taken(CallSlots from) {
      Map<Integer, Integer> taken = new TreeMap<>();
      for (int b = from.sampled(0); b < LatencyBuckets.COUNT; b = from.sampled(b + 1)) {
        int count = from.take(b);
        if (count > 0) {
          taken.put(b, count);
        }
      }
      return taken;
    }
  }

  @Nested
  class AnEnd {
    @Test
    void ofAnotherCallFreesNoPlaceInTheCrowd() {
      for (int i = 0; i < 100; i++) {
        int slot = slots.enter(START + 2L * i);
        assertThat(slots.leaveLate(slot, START - 1_000)).isFalse();
      }
      assertThat(inFlight()).isEqualTo(100);
    }

    @Test
    void ofEachCallInTheCrowdIsItsOwn() {
      long[] starts = new long[100];
      int[] held = new int[100];
      for (int i = 0; i < held.length; i++) {
        starts[i] = START + 2L * i;
        held[i] = slots.enter(starts[i]);
      }
      for (int i = 0; i < held.length; i++) {
        assertThat(slots.leaveLate(held[i], starts[i])).isTrue();
        assertThat(slots.leaveLate(held[i], starts[i])).isFalse();
        assertThat(inFlight()).isEqualTo(held.length - 1 - i);
      }
    }

    @Test
    void ofACallThatIsNotTrackedIsNeverTooLate() {
      assertThat(slots.leaveLate(CallSlots.UNTRACKED, START)).isTrue();
    }

    @Test
    void thatComesAfterTheWriteOffIsNoSuccess() {
      int slot = slots.enter(START);
      slots.scan(START + 200, START, NEVER, 100);

      assertThat(slots.succeed(slot, START, 50)).as("somebody should look").isTrue();

      assertThat(slots.drain()).isZero();
    }

    @Test
    void atExactlyTheOverdueAgeIsNotOverdue() {
      int slot = slots.enter(START);
      long age = CallSlots.age(START, START + 1_000);

      slots.scan(START + 1_000, START, age, age);
      assertThat(slots.overdue()).isZero();
      assertThat(slots.lost()).isZero();
      slots.scan(START + 1_000, START, age - 1, age);
      assertThat(slots.overdue()).isOne();
      slots.leave(slot, START);
    }
  }

  @Nested
  class Homes {
    @Test
    void areOneForThreadsThatComeLongAfterEachOther() throws Exception {
      ExecutorService one = thread();
      ExecutorService other = thread();
      Set<Integer> used = new HashSet<>();
      for (int i = 0; i < 1_000; i++) {
        long start = START + i * 1_000_000L;
        used.add(on(one, () -> enterAndLeave(start)));
        used.add(on(other, () -> enterAndLeave(start + 500_000)));
      }

      assertThat(used).hasSize(1);
    }

    @Test
    void areOfTheirOwnForThreadsThatTakeTurns() throws Exception {
      ExecutorService one = thread();
      ExecutorService other = thread();
      Set<Integer> ones = new HashSet<>();
      Set<Integer> others = new HashSet<>();
      for (int i = 0; i < 2_000; i++) {
        if (i == 1_500) {
          ones.clear();
          others.clear();
        }
        long start = START + 100L * i;
        ones.add(on(one, () -> enterAndLeave(start)));
        others.add(on(other, () -> enterAndLeave(start + 50)));
      }

      assertThat(ones).hasSize(1).doesNotContainAnyElementsOf(others);
      assertThat(others).hasSize(1);
    }

    @Test
    void areOfTheirOwnForThreadsThatMeet() throws Exception {
      ExecutorService one = thread();
      ExecutorService other = thread();
      Set<Integer> others = new HashSet<>();
      for (int i = 0; i < 2_000; i++) {
        if (i == 1_500) {
          assertThat(others).as("in the crowd at first").hasSizeGreaterThan(1);
          others.clear();
        }
        long start = START + 1_000_000L * i;
        int held = on(one, () -> slots.enter(start));
        others.add(on(other, () -> enterAndLeave(start + 500_000)));
        slots.leave(held, start);
      }

      assertThat(others).hasSize(1);
      assertThat(inFlight()).isZero();
    }

    @Test
    void areNotReservedForAThreadThatCameAFewTimes() throws Exception {
      ExecutorService one = thread();
      ExecutorService other = thread();
      int home = 0;
      for (int i = 0; i < 20; i++) {
        long start = START + 1_000_000L * i;
        home = on(one, () -> enterAndLeave(start));
      }

      assertThat(on(other, () -> enterAndLeave(START + 1_000_000_000L))).isEqualTo(home);
    }

    @Test
    void ofTheDeadKeepTheirCallUntilItEnds() throws Exception {
      ExecutorService one = thread();
      for (int i = 0; i < 100; i++) {
        on(one, () -> enterAndLeave(START));
      }
      int held = on(one, () -> slots.enter(START));
      one.shutdown();
      assertThat(one.awaitTermination(30, SECONDS)).isTrue();
      for (int scans = 0; scans < 2_048; scans++) {
        assertThat(inFlight()).isOne();
      }

      assertThat(slots.leaveLate(held, START)).isTrue();
      assertThat(inFlight()).isZero();
    }

    private int enterAndLeave(long start) {
      int slot = slots.enter(start);
      slots.leave(slot, start);
      return slot;
    }
  }

  private ExecutorService thread() {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    threads.add(thread);
    return thread;
  }

  private static int on(ExecutorService thread, Callable<Integer> body) throws Exception {
    return thread.submit(body).get(30, SECONDS);
  }

  private void succeed(long nanos) {
    var unused = slots.succeed(slots.enter(START), START, nanos);
  }

  private int inFlight() {
    slots.scan(START + 1, START, NEVER, NEVER);
    return slots.inFlight();
  }
}
