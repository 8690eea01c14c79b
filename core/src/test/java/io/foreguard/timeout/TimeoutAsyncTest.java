package io.foreguard.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TimeoutAsyncTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final ManualClock clock = new ManualClock();
  private final Timeout timeout = Timeout.of("engine", TimeoutConfig.of(LIMIT), clock);
  private final CompletableFuture<String> inner = new CompletableFuture<>();
  private final List<Boolean> cancelled = new ArrayList<>();

  @Test
  void passesOnAValueThatIsInTimeAndCancelsTheTimer() {
    CompletableFuture<String> result = start();

    clock.advance(LIMIT.minusNanos(1));
    inner.complete("answer");

    assertThat(result).isCompletedWithValue("answer");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void passesOnAFailureWithoutItsWrapper() {
    IOException failure = new IOException("refused");
    CompletableFuture<String> result = start();

    inner.completeExceptionally(new CompletionException(failure));

    assertThat(thrownBy(result)).isSameAs(failure);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void failsAtTheDeadlineCancelsTheInnerFutureAndDropsWhatIsLate() {
    CompletableFuture<String> deaf =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            cancelled.add(mayInterruptIfRunning);
            return false;
          }
        };
    CompletableFuture<String> result = future(timeout.callAsync(() -> deaf));

    clock.advance(LIMIT);
    assertThat(thrownBy(result)).isInstanceOf(TimeoutExceededException.class);
    assertThat(cancelled).containsExactly(true);

    deaf.complete("late");
    assertThat(thrownBy(result)).isInstanceOf(TimeoutExceededException.class);
    assertThat(timeout.timedOutCalls()).isOne();
  }

  @Test
  void theCancelledInnerFutureDoesNotHideTheTimeout() {
    CompletableFuture<String> result = start();

    clock.advance(LIMIT);

    assertThat(inner).isCancelled();
    assertThat(thrownBy(result)).isInstanceOf(TimeoutExceededException.class);
  }

  @Test
  void leavesTheInnerFutureAloneWhenToldTo() {
    timeout.reconfigure(timeout.config().toBuilder().cancelRunning(false).build());
    CompletableFuture<String> result = start();

    clock.advance(LIMIT);

    assertThat(inner).isNotDone();
    assertThat(thrownBy(result)).isInstanceOf(TimeoutExceededException.class);
  }

  @Test
  void cancellingTheResultCancelsTheInnerFutureAndTheTimer() {
    CompletableFuture<String> result = start();

    result.cancel(true);

    assertThat(inner).isCancelled();
    assertThat(clock.pendingTasks()).isZero();
    assertThat(timeout.timedOutCalls()).isZero();
  }

  @Test
  void completingTheResultByHandCancelsTheInnerFutureAndTheTimer() {
    CompletableFuture<String> result = start();

    assertThat(result.complete("by hand")).isTrue();

    assertThat(result).isCompletedWithValue("by hand");
    assertThat(inner).isCancelled();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aBodyThatThrowsFailsTheStage() {
    IllegalStateException failure = new IllegalStateException("no stage");

    CompletableFuture<String> result =
        future(
            timeout.callAsync(
                () -> {
                  throw failure;
                }));

    assertThat(thrownBy(result)).isSameAs(failure);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aMissingStageFailsTheStage() {
    CompletableFuture<String> result = future(timeout.<String>callAsync(() -> null));

    assertThat(thrownBy(result)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void theTimeTheBodyTakesToReturnItsStageCounts() {
    CompletableFuture<String> result =
        future(
            timeout.callAsync(
                () -> {
                  clock.advance(LIMIT);
                  return inner;
                }));

    assertThat(thrownBy(result)).isInstanceOf(TimeoutExceededException.class);
    assertThat(inner).isCancelled();
  }

  @Test
  void aStageThatRefusesCallbacksFailsTheCall() {
    IllegalStateException refusal = new IllegalStateException("no callbacks");
    CompletableFuture<String> hostile =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> whenComplete(
              java.util.function.BiConsumer<? super String, ? super Throwable> action) {
            throw refusal;
          }
        };

    assertThat(thrownBy(future(timeout.callAsync(() -> hostile)))).isSameAs(refusal);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void theTimerIsGoneBeforeAnybodyLearnsOfTheResult() {
    List<Integer> pending = new ArrayList<>();
    CompletableFuture<String> result = start();
    CompletableFuture<Void> told = result.thenAccept(value -> pending.add(clock.pendingTasks()));

    inner.complete("answer");

    assertThat(told).isCompleted();
    assertThat(pending).containsExactly(0);
  }

  @Test
  void decoratesWithoutStarting() {
    List<String> starts = new ArrayList<>();
    var decorated =
        timeout.decorateAsync(
            () -> {
              starts.add("started");
              return inner;
            });

    assertThat(starts).isEmpty();
    assertThat(decorated.get()).isNotNull();
    assertThat(starts).hasSize(1);
  }

  private CompletableFuture<String> start() {
    return future(timeout.callAsync(() -> inner));
  }

  private static <T> CompletableFuture<T> future(CompletionStage<T> stage) {
    return stage.toCompletableFuture();
  }

  private static Throwable thrownBy(CompletableFuture<?> future) {
    assertThat(future).isDone();
    try {
      future.getNow(null);
    } catch (CompletionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return e;
    }
    throw new AssertionError("it did not fail");
  }
}
