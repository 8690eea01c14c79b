package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class CircuitBreakerAsyncTest {
  private final IOException down = new IOException("down");

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final CompletableFuture<String> body = new CompletableFuture<>();

  @Test
  void settlesWhenTheStageEndsAndBeforeAnybodyHearsOfIt() {
    List<Long> judged = new ArrayList<>();
    CompletableFuture<String> result = call();
    var unused = result.thenAccept(value -> judged.add(breaker.metrics().calls(Outcome.SUCCESS)));
    assertThat(breaker.metrics().inFlight()).isOne();

    body.complete("answer");

    assertThat(result).isCompletedWithValue("answer");
    assertThat(judged).containsExactly(1L);
    assertThat(breaker.metrics().inFlight()).isZero();
  }

  @Test
  void passesTheFailureOnWithoutItsWrappers() {
    CompletableFuture<String> result = call();

    body.completeExceptionally(new CompletionException(new CompletionException(down)));

    assertFailedWith(result, down);
    assertThat(breaker.metrics().calls(Outcome.FAILURE)).isOne();
  }

  @Test
  void countsABodyThatThrowsAndOneWithoutAStageAsFailed() {
    Error error = new OutOfMemoryError("simulated");
    CompletionStage<String> thrown =
        breaker.callAsync(
            () -> {
              throw error;
            });
    CompletionStage<String> missing = breaker.callAsync(() -> null);

    assertFailedWith(thrown.toCompletableFuture(), error);
    assertThat(missing.toCompletableFuture()).isCompletedExceptionally();
    assertThat(breaker.metrics().calls(Outcome.FAILURE)).isEqualTo(2);
    assertThat(breaker.metrics().inFlight()).isZero();
  }

  @Test
  void cancellingSettlesAtOnceAndCancelsTheBody() {
    CompletableFuture<String> result = call();

    assertThat(result.cancel(true)).isTrue();

    assertThat(body).isCancelled();
    assertThat(breaker.metrics().inFlight()).isZero();
    assertThat(breaker.metrics().calls(Outcome.IGNORED)).isOne();
    assertThat(breaker.metrics().calls()).isOne();
  }

  @Test
  void aBodyThatIsCancelledIsNoEvidence() {
    CompletableFuture<String> result = call();

    body.cancel(true);

    assertThat(result).isCompletedExceptionally();
    assertThat(breaker.metrics().calls(Outcome.IGNORED)).isOne();
  }

  @Test
  void aResultAfterTheCancellationIsDropped() {
    CompletableFuture<String> uncancellable =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    CompletableFuture<String> result = breaker.callAsync(() -> uncancellable).toCompletableFuture();
    result.cancel(true);

    uncancellable.completeExceptionally(down);

    assertThat(result).isCancelled();
    assertThat(breaker.metrics().calls()).isOne();
    assertThat(breaker.metrics().failures()).isZero();
  }

  @Test
  void aStageThatRefusesTheCallbackLeaksNoPermit() {
    CompletableFuture<String> refusing =
        new CompletableFuture<>() {
          @Override
          public CompletableFuture<String> whenComplete(
              BiConsumer<? super String, ? super Throwable> action) {
            throw new UnsupportedOperationException("no callbacks");
          }
        };

    CompletableFuture<String> result = breaker.callAsync(() -> refusing).toCompletableFuture();

    assertThat(result).isCompletedExceptionally();
    assertThat(breaker.metrics().inFlight()).isZero();
    assertThat(breaker.metrics().calls()).isOne();
  }

  @Test
  void aCallersOwnAnswerSettlesThePermit() {
    CompletableFuture<String> result = call();

    result.complete("mine");
    body.complete("late");

    assertThat(result).isCompletedWithValue("mine");
    assertThat(breaker.metrics().inFlight()).isZero();
    assertThat(breaker.metrics().calls()).isOne();
  }

  @Test
  void aDecoratedSupplierCallsAnewEachTime() {
    var supplier = breaker.decorateAsync(() -> CompletableFuture.completedFuture(1));

    assertThat(supplier.get().toCompletableFuture()).isCompletedWithValue(1);
    assertThat(supplier.get().toCompletableFuture()).isCompletedWithValue(1);
    assertThat(breaker.metrics().calls()).isEqualTo(2);
    assertThatNullPointerException().isThrownBy(() -> breaker.callAsync(null));
    assertThat(breaker.metrics().inFlight()).isZero();
  }

  @Test
  void cancelledStagesReportTheirCancellation() {
    CompletableFuture<String> result = call();
    body.cancel(true);

    assertThat(result.handle((value, thrown) -> thrown).join())
        .isInstanceOf(CancellationException.class);
  }

  private CompletableFuture<String> call() {
    return breaker.callAsync(() -> body).toCompletableFuture();
  }

  private static void assertFailedWith(CompletableFuture<?> future, Throwable expected) {
    assertThat(future.handle((value, thrown) -> thrown).join()).isSameAs(expected);
  }
}
