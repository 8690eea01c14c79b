package io.foreguard.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ScriptedDependencyTest {
  private final VirtualTime time = VirtualTime.create();
  private final ScriptedDependency loyalty =
      ScriptedDependency.of("loyalty", time).taking(Duration.ofMillis(20));

  @Test
  void answersWhenItsLatencyHasPassed() {
    assertThat(loyalty.answer("gold")).isEqualTo("gold");
    assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(20));
    assertThat(loyalty.calls()).isOne();
  }

  @Test
  void failsTheNextCallsAndIsWellAgain() {
    loyalty.failNext(2, new IOException("refused"));

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> loyalty.answer("gold"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> loyalty.answer("gold"));
    assertThat(loyalty.answer("gold")).isEqualTo("gold");
    assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(60));
  }

  @Test
  void failsUntilItRecovers() {
    loyalty.failing();
    assertThatExceptionOfType(ScriptedFailure.class)
        .isThrownBy(() -> loyalty.answer("gold"))
        .withMessageContaining("loyalty");

    loyalty.recovering();
    assertThat(loyalty.answer("gold")).isEqualTo("gold");
  }

  @Test
  void failsTheSameShareOfCallsInEachRun() {
    assertThat(failuresOf(1_000, .4)).isBetween(360, 440).isEqualTo(failuresOf(1_000, .4));
    assertThat(failuresOf(100, 0)).isZero();
    assertThat(failuresOf(100, 1)).isEqualTo(100);
  }

  @Test
  void becomesSlowerEvenly() {
    loyalty.slowingTo(Duration.ofMillis(2_020), Duration.ofSeconds(5));

    assertThat(latency()).isEqualTo(Duration.ofMillis(20));
    time.advance(Duration.ofMillis(2_480));
    assertThat(latency()).isEqualTo(Duration.ofMillis(1_020));
    time.advance(Duration.ofSeconds(60));
    assertThat(latency()).isEqualTo(Duration.ofMillis(2_020));

    loyalty.recovering();
    assertThat(latency()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void changesAlongTime() {
    loyalty
        .after(Duration.ofSeconds(10), d -> d.failing(new IOException("down")))
        .after(Duration.ofSeconds(30), ScriptedDependency::recovering);

    assertThat(loyalty.answer("gold")).isEqualTo("gold");
    time.advance(Duration.ofSeconds(10));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> loyalty.answer("gold"));
    time.advance(Duration.ofSeconds(20));
    assertThat(loyalty.answer("gold")).isEqualTo("gold");
  }

  @Test
  void aHangEndsByInterruptionAlone() {
    loyalty.hangNext(1);
    time.schedule(Thread.currentThread()::interrupt, Duration.ofSeconds(7));

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> loyalty.call(() -> "gold"));
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(7));
    assertThat(loyalty.answer("gold")).isEqualTo("gold");
  }

  @Test
  void aHangThatNothingEndsFailsTheTest() {
    loyalty.hanging().after(Duration.ofSeconds(5), ScriptedDependency::recovering);

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> loyalty.answer("gold"))
        .withMessageContaining("A call to loyalty hangs")
        .withMessageContaining("time-out");
  }

  @Test
  void answersAsynchronouslyWhenTimeHasMoved() {
    CompletableFuture<String> answer = loyalty.answerAsync("gold").toCompletableFuture();
    assertThat(answer).isNotDone();
    time.advance(Duration.ofMillis(20));
    assertThat(answer).isCompletedWithValue("gold");

    loyalty.failing();
    CompletableFuture<String> failed = loyalty.answerAsync("gold").toCompletableFuture();
    time.advance(Duration.ofMillis(20));
    assertThat(failed).isCompletedExceptionally();

    loyalty.hanging();
    CompletableFuture<String> hanging = loyalty.answerAsync("gold").toCompletableFuture();
    time.advance(Duration.ofDays(365));
    assertThat(hanging).isNotDone();
  }

  @Test
  void aCancelledCallLeavesNothingBehind() {
    CompletableFuture<String> answer = loyalty.answerAsync("gold").toCompletableFuture();

    answer.cancel(true);

    assertThat(time).hasToString("VirtualTime[0.000 s, 0 tasks]");
  }

  @Test
  void resetForgetsEverything() {
    loyalty.failing().hangNext(1).after(Duration.ofSeconds(1), ScriptedDependency::hanging);
    loyalty.reset();
    time.advance(Duration.ofSeconds(2));

    assertThat(loyalty.answer("gold")).isEqualTo("gold");
    assertThat(loyalty.calls()).isOne();
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatIllegalArgumentException().isThrownBy(() -> loyalty.taking(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> loyalty.failing(Double.NaN, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> loyalty.failing(1.1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> loyalty.hangNext(0));
    assertThatIllegalArgumentException().isThrownBy(() -> ScriptedDependency.of(" ", time));
  }

  private int failuresOf(int calls, double share) {
    ScriptedDependency flaky = ScriptedDependency.of("flaky", time).failing(share, 7);
    int failures = 0;
    for (int i = 0; i < calls; i++) {
      try {
        String unused = flaky.call(() -> "gold");
      } catch (Exception e) {
        failures++;
      }
    }
    return failures;
  }

  private Duration latency() {
    Duration before = time.elapsed();
    String unused = loyalty.answer("gold");
    return time.elapsed().minus(before);
  }
}
