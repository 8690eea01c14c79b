package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// A loop that never ends fails its test instead of the build.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryAsyncTest {
  private final ManualClock clock = new ManualClock();
  private final IOException down = new IOException("down");
  private final List<CompletableFuture<String>> started = new ArrayList<>();

  @Test
  void repeatsAfterTheDelayWithoutBlocking() {
    Retry retry = retry(plain());
    CompletableFuture<String> answer = retry.callAsync(this::body).toCompletableFuture();

    started.get(0).completeExceptionally(down);
    clock.advance(Duration.ofMillis(99));
    assertThat(started).hasSize(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(started).hasSize(2);
    started.get(1).completeExceptionally(down);
    clock.advance(Duration.ofMillis(200));
    started.get(2).complete("answer");

    assertThat(answer).isCompletedWithValue("answer");
    assertThat(retry.metrics().succeededWithRetry()).isEqualTo(1);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aSuccessAtOnceIsCountedAsSuch() {
    Retry retry = retry(plain());

    assertThat(retry.callAsync(() -> CompletableFuture.completedFuture("answer")))
        .isCompletedWithValue("answer");
    assertThat(retry.metrics().succeededWithoutRetry()).isEqualTo(1);
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void passesTheLastFailureOnWithoutItsWrapper() {
    Retry retry = retry(plain().maxAttempts(2));
    CompletionStage<String> answer = retry.callAsync(this::body);
    started.get(0).completeExceptionally(down);
    clock.advance(Duration.ofMillis(100));
    started.get(1).completeExceptionally(new CompletionException(new CompletionException(down)));

    assertThat(failure(answer)).isSameAs(down);
    assertThat(retry.metrics().failedWithRetry()).isEqualTo(1);
  }

  @Test
  void unwrapsBeforeItAsksThePredicate() {
    Retry retry = retry(plain().retryOn(IOException.class::isInstance));
    retry.callAsync(() -> body().thenApply(String::trim));

    started.get(0).completeExceptionally(down); // arrives as CompletionException
    clock.advance(Duration.ofMillis(100));

    assertThat(started).hasSize(2);
  }

  @Test
  void neverThrowsWhatTheBodyThrows() {
    AssertionError bug = new AssertionError("bug");
    CompletionStage<String> error =
        retry(plain())
            .callAsync(
                () -> {
                  throw bug;
                });
    assertThat(failure(error)).isSameAs(bug);

    CompletionStage<String> none = retry(plain().maxAttempts(1)).callAsync(() -> null);
    assertThat(failure(none))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the stage returned by the body must not be null");
  }

  @Test
  void doesNotRepeatACancelledStage() {
    CompletionStage<String> answer = retry(plain()).callAsync(this::body);
    started.get(0).cancel(false);

    assertThat(failure(answer)).isInstanceOf(CancellationException.class);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void returnsTheLastResultWhenEveryResultIsRefused() {
    Retry retry = retry(plain().maxAttempts(2).retryOnResult("busy"::equals));
    CompletionStage<String> answer = retry.callAsync(this::body);
    started.get(0).complete("busy");
    clock.advance(Duration.ofMillis(100));
    started.get(1).complete("busy");

    assertThat(answer).isCompletedWithValue("busy");
    assertThat(retry.metrics().failedWithRetry()).isEqualTo(1);
  }

  @Test
  void failsAtOnceWhenTheWaitWouldEndAfterTheDeadline() {
    CompletionStage<String> answer = retry(plain()).callAsync(this::body, Duration.ofMillis(150));
    clock.advance(Duration.ofMillis(60));
    started.get(0).completeExceptionally(down);

    assertThat(failure(answer)).isSameAs(down);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void tenThousandImmediateFailuresNeedNoDeepStack() {
    Retry retry =
        retry(
            RetryConfig.builder()
                .maxAttempts(10_000)
                .baseDelay(Duration.ZERO)
                .budget(RetryBudget.unlimited()));
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger deepest = new AtomicInteger();

    CompletionStage<String> answer =
        retry.callAsync(
            () -> {
              deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max);
              int call = calls.incrementAndGet();
              if (call % 3 == 0) {
                throw new IllegalStateException("thrown");
              }
              return call == 9_999 + 1
                  ? CompletableFuture.completedFuture("answer")
                  : CompletableFuture.failedFuture(down);
            });

    assertThat(answer).isCompletedWithValue("answer");
    assertThat(calls).hasValue(10_000);
    assertThat(deepest.get()).isLessThan(new Throwable().getStackTrace().length + 30);
  }

  @Test
  void cancellingEndsTheWait() {
    Retry retry = retry(plain());
    CompletableFuture<String> answer = retry.callAsync(this::body).toCompletableFuture();
    started.get(0).completeExceptionally(down);
    assertThat(clock.pendingTasks()).isEqualTo(1);

    answer.cancel(true);

    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofMinutes(1));
    assertThat(started).hasSize(1);
    assertThat(retry.metrics().failedWithRetry()).isEqualTo(1);
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void cancellingCancelsTheAttemptUnderWay() {
    Retry retry = retry(plain());
    CompletableFuture<String> answer = retry.callAsync(this::body).toCompletableFuture();

    answer.cancel(true);

    assertThat(started.get(0)).isCancelled();
    assertThat(started).hasSize(1);
    assertThat(clock.pendingTasks()).isZero();
    assertThat(retry.metrics().failedWithoutRetry()).isEqualTo(1);
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void aResultThatComesAfterCancellationIsIgnored() {
    Retry retry = retry(plain());
    CompletableFuture<String> hidden = new CompletableFuture<>();
    CompletableFuture<String> answer =
        retry.callAsync(hidden::minimalCompletionStage).toCompletableFuture();
    answer.cancel(true);

    hidden.completeExceptionally(down);

    assertThat(clock.pendingTasks()).isZero();
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void aStageThatSpeaksTwiceEndsItsAttemptOnce() {
    Retry retry = retry(plain().maxAttempts(10));
    CompletableFuture<String> stuttering =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> whenComplete(
              BiConsumer<? super String, ? super Throwable> action) {
            action.accept(null, down);
            action.accept(null, down);
            throw new IllegalStateException("and fails to register");
          }
        };
    retry.callAsync(() -> stuttering);

    assertThat(clock.pendingTasks()).isEqualTo(1);
    assertThat(retry.metrics().retries()).isEqualTo(1);
  }

  @Test
  void cancelledFromWithinABodyStopsTheAttemptThatBodyStarts() {
    Retry retry = retry(plain());
    List<CompletableFuture<String>> answers = new ArrayList<>();
    Supplier<CompletionStage<String>> cancelling =
        () -> {
          answers.forEach(answer -> answer.cancel(true));
          return body();
        };
    answers.add(retry.callAsync(cancelling).toCompletableFuture());
    started.get(0).completeExceptionally(down);
    clock.advance(Duration.ofMillis(100));

    assertThat(started).hasSize(2);
    assertThat(started.get(1)).isCancelled();
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void aClockThatRefusesToScheduleFailsTheCall() {
    RejectedExecutionException refused = new RejectedExecutionException("shut down");
    Clock stopped =
        new Clock() {
          @Override
          public long nanoTime() {
            return clock.nanoTime();
          }

          @Override
          public Instant wallTime() {
            return clock.wallTime();
          }

          @Override
          public void sleep(Duration duration) {
            throw refused;
          }

          @Override
          public Cancellable schedule(Runnable task, Duration delay) {
            throw refused;
          }
        };
    Retry retry = Retry.of("backend", plain().build(), stopped);
    CompletionStage<String> answer = retry.callAsync(this::body);
    started.get(0).completeExceptionally(down);

    assertThat(failure(answer)).isSameAs(refused);
    assertThat(retry.metrics().calls()).isEqualTo(1);
  }

  @Test
  void everyCallEndsOnceWhenCancellationRacesWithTheEndOfTheAttempt() throws Exception {
    Retry retry =
        retry(plain().baseDelay(Duration.ZERO).maxAttempts(2).budget(RetryBudget.unlimited()));
    int rounds = 2_000;
    CyclicBarrier barrier = new CyclicBarrier(2);
    List<CompletableFuture<String>> answers = new ArrayList<>();
    List<CompletableFuture<String>> attempts = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      CompletableFuture<String> attempt = new CompletableFuture<>();
      attempts.add(attempt);
      answers.add(retry.callAsync(() -> attempt).toCompletableFuture());
    }
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Future<?> canceller =
          executor.submit(
              () -> {
                for (CompletableFuture<String> answer : answers) {
                  barrier.await(20, TimeUnit.SECONDS);
                  answer.cancel(true);
                }
                return null;
              });
      for (CompletableFuture<String> attempt : attempts) {
        barrier.await(20, TimeUnit.SECONDS);
        attempt.completeExceptionally(down);
      }
      canceller.get(20, TimeUnit.SECONDS);
    } finally {
      executor.shutdownNow();
    }
    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(retry.metrics().calls()).isEqualTo(rounds);
  }

  @Test
  void decoratedBodyRunsAnewForEachCall() {
    Supplier<CompletionStage<String>> decorated = retry(plain()).decorateAsync(this::body);
    CompletionStage<String> first = decorated.get();
    CompletionStage<String> second = decorated.get();
    started.get(0).complete("one");
    started.get(1).complete("two");

    assertThat(first).isCompletedWithValue("one");
    assertThat(second).isCompletedWithValue("two");
  }

  @Test
  void refusesANullBodyAtOnce() {
    assertThatThrownBy(() -> retry(plain()).callAsync(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("body must not be null");
  }

  private CompletionStage<String> body() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    started.add(stage);
    return stage;
  }

  private static Throwable failure(CompletionStage<?> stage) {
    Throwable[] seen = new Throwable[1];
    stage.whenComplete((value, failure) -> seen[0] = failure);
    return seen[0];
  }

  private static RetryConfig.Builder plain() {
    return RetryConfig.builder().jitter(Jitter.NONE);
  }

  private Retry retry(RetryConfig.Builder config) {
    return Retry.of("backend", config.build(), clock);
  }
}
