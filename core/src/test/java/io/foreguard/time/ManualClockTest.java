package io.foreguard.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.time.Clock.Cancellable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsWhatBecomesDueInOrderWithTheClockAtItsTime() {
    schedule("b", 2_000);
    schedule("a", 500);
    schedule("c", 2_000);
    schedule("late", 2_001);

    clock.advance(Duration.ofSeconds(2));

    assertThat(ran).containsExactly("a@500", "b@2000", "c@2000");
    assertThat(clock.pendingTasks()).isOne();
  }

  @Test
  void aTaskThatInterruptsTheSleeperEndsItsSleepThere() {
    Thread sleeper = Thread.currentThread();
    clock.schedule(sleeper::interrupt, Duration.ofMillis(800));
    schedule("later", 900);

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> clock.sleep(Duration.ofSeconds(2)));

    assertThat(Thread.interrupted()).isFalse();
    assertThat(clock.elapsed()).isEqualTo(Duration.ofMillis(800));
    assertThat(ran).isEmpty();
  }

  @Test
  void goesToTheNextTaskIfThatIsNotTooFar() {
    schedule("a", 500);
    schedule("b", 500);

    assertThat(clock.advanceToNextTask(Duration.ofMillis(499))).isFalse();
    assertThat(clock.elapsed()).isZero();
    assertThat(clock.advanceToNextTask(Duration.ofMillis(500))).isTrue();
    assertThat(ran).containsExactly("a@500");
    assertThat(clock.advanceToNextTask(Duration.ZERO)).isTrue();
    assertThat(ran).containsExactly("a@500", "b@500");
    assertThat(clock.advanceToNextTask(Duration.ofDays(1))).isFalse();
  }

  @Test
  void keepsItsOrderAcrossTheOverflow() {
    long before = clock.nanoTime();

    schedule("after", 1_500);
    schedule("before", 900);
    clock.advance(Duration.ofSeconds(2));

    assertThat(before).isPositive();
    assertThat(clock.nanoTime()).isNegative();
    assertThat(clock.nanoTime() - before).isEqualTo(2_000_000_000L);
    assertThat(ran).containsExactly("before@900", "after@1500");
    assertThat(clock.elapsed()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aTaskMayScheduleAndSleep() {
    clock.schedule(
        () -> {
          note("outer");
          schedule("inner", 100);
          try {
            clock.sleep(Duration.ofMillis(300));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          note("awake");
        },
        Duration.ofMillis(10));

    clock.advance(Duration.ofMillis(50));

    assertThat(ran).containsExactly("outer@10", "inner@110", "awake@310");
    assertThat(clock.elapsed()).isEqualTo(Duration.ofMillis(310));
  }

  @Test
  void aCancelledTaskNeverRunsAndCancelsOnce() {
    Runnable same = () -> note("x");
    Cancellable first = clock.schedule(same, Duration.ofMillis(1));
    Cancellable second = clock.schedule(same, Duration.ofMillis(1));

    assertThat(second.cancel()).isTrue();
    assertThat(second.cancel()).isFalse();
    clock.advance(Duration.ofMillis(1));

    assertThat(ran).containsExactly("x@1");
    assertThat(first.cancel()).isFalse();
  }

  @Test
  void cancelsManyTasksInAnyOrder() {
    List<Cancellable> tasks = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      tasks.add(clock.schedule(() -> note("never"), Duration.ofMillis(random.nextInt(1_000))));
    }
    Collections.shuffle(tasks, random);

    assertThat(tasks).allMatch(Cancellable::cancel);

    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).isEmpty();
  }

  @Test
  void aTaskThatThrowsStopsNeitherTheClockNorTheTasksBehind() {
    clock.schedule(
        () -> {
          throw new IllegalStateException("task");
        },
        Duration.ofMillis(1));
    schedule("next", 2);

    clock.advance(Duration.ofMillis(5));

    assertThat(ran).containsExactly("next@2");
    assertThat(clock.elapsed()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void wallTimeJumpsWithoutMovingTime() {
    Instant start = clock.wallTime();
    clock.advance(Duration.ofSeconds(3));

    clock.stepWallTime(Duration.ofHours(-1));

    assertThat(clock.wallTime()).isEqualTo(start.plusSeconds(3 - 3_600));
    assertThat(clock.elapsed()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void refusesToGoBack() {
    assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofNanos(-1)));
  }

  @Test
  void anInterruptedThreadDoesNotSleep() {
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> clock.sleep(Duration.ofSeconds(1)));
    assertThat(clock.elapsed()).isZero();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private void schedule(String name, long millis) {
    clock.schedule(() -> note(name), Duration.ofMillis(millis));
  }

  private void note(String name) {
    ran.add(name + "@" + clock.elapsed().toMillis());
  }
}
