package io.foreguard.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class VirtualTimeTest {
  private final VirtualTime time = VirtualTime.create();

  @Test
  void awaitMovesTimeToTheMomentTheStageIsDone() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    time.schedule(() -> stage.complete("done"), Duration.ofSeconds(40));
    time.schedule(() -> {}, Duration.ofSeconds(41));

    assertThat(time.await(stage)).isEqualTo("done");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void awaitThrowsWhatTheStageFailedWith() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    time.schedule(() -> stage.completeExceptionally(new IOException("no")), Duration.ofDays(1));

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> time.await(stage));
  }

  @Test
  void awaitFailsTheTestWhenNothingCanEndTheStage() {
    time.schedule(() -> {}, Duration.ofDays(2));

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> time.await(new CompletableFuture<>()))
        .withMessageContaining("The call hangs")
        .withMessageContaining("time-out");
  }

  @Test
  void awaitWaitsForThreadsOfTheCodeUnderTest() throws Exception {
    CompletableFuture<String> stage = new CompletableFuture<>();
    Thread worker = new Thread(() -> stage.complete("by another thread"));
    worker.start();

    assertThat(time.await(stage)).isEqualTo("by another thread");
    worker.join();
  }

  @Test
  void advancesUntilAConditionHolds() {
    AtomicBoolean flag = new AtomicBoolean();
    time.schedule(() -> flag.set(true), Duration.ofSeconds(3));

    time.advanceUntil(flag::get, Duration.ofSeconds(3));
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));

    time.advanceUntil(flag::get, Duration.ZERO);
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void failsTheTestWhenAConditionDoesNotComeTrue() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> time.advanceUntil(() -> false, Duration.ofSeconds(3)))
        .withMessageContaining("3.000 s");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
  }
}
