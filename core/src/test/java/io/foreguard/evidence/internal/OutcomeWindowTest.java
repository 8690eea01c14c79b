package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutcomeWindowTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long START = new ManualClock(Long.MAX_VALUE - 3 * SECOND).nanoTime();

  private record Call(long second, boolean failed, boolean slow) {}

  @Test
  void agreesWithANaiveWindowOverRandomOperations() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean byTime = random.nextBoolean();
      int size = 1 + random.nextInt(12);
      int minimum = 1 + random.nextInt(byTime ? 15 : size);
      OutcomeWindow window =
          byTime ? OutcomeWindow.ofSeconds(size, minimum) : OutcomeWindow.ofCalls(size, minimum);
      List<Call> all = new ArrayList<>();
      long elapsed = 0;
      window.rollTo(START);
      for (int i = 0; i < 500; i++) {
        elapsed += random.nextLong(random.nextInt(50) == 0 ? 100 * SECOND : SECOND / 2);
        window.rollTo(START + elapsed);
        if (random.nextInt(100) == 0) {
          window.clear();
          all.clear();
        } else {
          boolean failed = random.nextInt(3) == 0;
          boolean slow = !failed && random.nextInt(3) == 0;
          int count = 1 + random.nextInt(3);
          window.add(count, failed, slow, START + elapsed);
          for (int c = 0; c < count; c++) {
            all.add(new Call(elapsed / SECOND, failed, slow));
          }
        }
        List<Call> expected = naive(all, byTime, size, minimum, elapsed / SECOND);
        assertThat(window.calls()).as("seed %d step %d", seed, i).isEqualTo(expected.size());
        assertThat(window.failures())
            .isEqualTo((int) expected.stream().filter(Call::failed).count());
        assertThat(window.slowCalls())
            .isEqualTo((int) expected.stream().filter(Call::slow).count());
      }
    }
  }

  private static List<Call> naive(
      List<Call> all, boolean byTime, int size, int minimum, long second) {
    if (byTime) {
      List<Call> recent = all.stream().filter(call -> call.second() > second - size).toList();
      if (recent.size() >= minimum) {
        return recent;
      }
    }
    int last = byTime ? minimum : size;
    return all.subList(Math.max(0, all.size() - last), all.size());
  }

  @Test
  void anotherLengthOfTimeKeepsTheSecondsThatFit() {
    OutcomeWindow minute = OutcomeWindow.ofSeconds(60, 5);
    for (int s = 0; s < 60; s++) {
      minute.add(10, s % 2 == 0, false, START + s * SECOND);
    }
    long now = START + 59 * SECOND;
    OutcomeWindow half = OutcomeWindow.ofSeconds(30, 5);
    half.replay(minute, now);
    OutcomeWindow twice = OutcomeWindow.ofSeconds(120, 5);
    twice.replay(minute, now);

    assertThat(minute.calls()).isEqualTo(600);
    assertThat(half.calls()).isEqualTo(300);
    assertThat(half.failures()).isEqualTo(150);
    assertThat(twice.calls()).isEqualTo(600);
    half.rollTo(now + 10 * SECOND);
    assertThat(half.calls()).isEqualTo(200);
    twice.rollTo(now + 61 * SECOND);
    assertThat(twice.calls()).isEqualTo(590);
  }

  @Test
  void aWindowOfCallsTakesOverWhatAWindowOfTimeKnows() {
    OutcomeWindow minute = OutcomeWindow.ofSeconds(60, 5);
    minute.add(40, false, false, START);
    minute.add(6, false, true, START + SECOND);
    minute.add(20, true, false, START + 2 * SECOND);
    OutcomeWindow calls = OutcomeWindow.ofCalls(50, 10);

    calls.replay(minute, START + 3 * SECOND);

    assertThat(calls.calls()).isEqualTo(50);
    assertThat(calls.failures()).isEqualTo(20);
    assertThat(calls.slowCalls()).isEqualTo(6);
  }

  @Test
  void aWindowOfTimeTakesOverWhatAWindowOfCallsKnowsAsOfNow() {
    OutcomeWindow calls = OutcomeWindow.ofCalls(50, 10);
    calls.add(30, true, false, START);
    OutcomeWindow minute = OutcomeWindow.ofSeconds(60, 5);

    minute.replay(calls, START + SECOND);

    assertThat(minute.calls()).isEqualTo(30);
    assertThat(minute.failures()).isEqualTo(30);
    assertThat(minute.countsLike(OutcomeWindow.ofSeconds(60, 5))).isTrue();
    assertThat(minute.countsLike(OutcomeWindow.ofSeconds(60, 6))).isFalse();
    assertThat(minute.countsLike(calls)).isFalse();
  }

  @Test
  void aWindowOfCallsTakesOverEachCallInItsPlace() {
    OutcomeWindow older = OutcomeWindow.ofCalls(6, 1);
    older.add(4, true, false, START); // two of them are pushed out below
    older.add(1, false, true, START);
    older.add(1, false, false, START);
    older.add(1, true, false, START);
    older.add(1, false, true, START);
    OutcomeWindow next = OutcomeWindow.ofCalls(4, 1);

    next.replay(older, START);

    int[][] failedAndSlow = {{1, 2}, {1, 1}, {1, 1}, {0, 1}, {0, 0}}; // slow, well, failed, slow
    for (int[] expected : failedAndSlow) {
      assertThat(next.failures()).isEqualTo(expected[0]);
      assertThat(next.slowCalls()).isEqualTo(expected[1]);
      next.add(1, false, false, START);
    }
    assertThat(next.calls()).isEqualTo(4);
  }

  @Test
  void anotherLengthOfTimeTakesOverTheLastCallsWhenTheSecondsAreTooEmpty() {
    OutcomeWindow older = OutcomeWindow.ofSeconds(10, 5);
    older.add(2, true, false, START);
    older.add(1, false, true, START + SECOND);
    OutcomeWindow next = OutcomeWindow.ofSeconds(20, 4);

    next.replay(older, START + 2 * SECOND);

    assertThat(next.calls()).isEqualTo(3);
    assertThat(next.failures()).isEqualTo(2);
    assertThat(next.slowCalls()).isOne();
    next.rollTo(START + 100 * SECOND); // too long ago to be among the seconds, known all the same
    assertThat(next.calls()).isEqualTo(3);
    assertThat(next.failures()).isEqualTo(2);
    next.add(4, false, false, START + 101 * SECOND);
    assertThat(next.calls()).isEqualTo(4);
    assertThat(next.failures()).isZero();
  }

  @Test
  void secondsThatHaveLeftTheOlderWindowAreNotTakenOver() {
    OutcomeWindow older = OutcomeWindow.ofSeconds(5, 2);
    older.add(8, true, false, START);
    older.add(3, false, false, START + 4 * SECOND);
    OutcomeWindow next = OutcomeWindow.ofSeconds(60, 2);

    next.replay(older, START + 6 * SECOND);

    assertThat(next.calls()).isEqualTo(3);
    assertThat(next.failures()).isZero();
  }

  @Test
  void exactlyTheMinimumInTheSecondsIsEnoughToRestOnThem() {
    OutcomeWindow window = OutcomeWindow.ofSeconds(5, 4);
    window.add(4, true, false, START);
    window.add(2, false, false, START + 5 * SECOND);
    assertThat(window.failures()).isEqualTo(2); // of the last four calls: two seconds are too few
    window.add(2, false, false, START + 5 * SECOND);
    assertThat(window.calls()).isEqualTo(4);
    assertThat(window.failures()).isZero();
  }
}
