package io.foreguard.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.fallback.Answer.Source;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FallbackAsyncTest {
  private final ManualClock clock = new ManualClock();
  private final IOException failure = new IOException("refused");
  private final CompletableFuture<String> inner = new CompletableFuture<>();
  private final Fallback<String> fallback =
      Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)), clock)
          .orElse(Fallback.value("default"));

  @Test
  void endsWithTheValueOfTheStage() {
    CompletableFuture<Answer<String>> result = answer(() -> inner);
    assertThat(result).isNotDone();

    inner.complete("good");

    assertThat(result.join().source()).isEqualTo(Source.FRESH);
    assertThat(result.join().value()).isEqualTo("good");
  }

  @Test
  void answersInPlaceOfAFailureWithoutItsWrapper() {
    CompletableFuture<Answer<String>> result = answer(() -> inner);

    inner.completeExceptionally(new CompletionException(failure));

    assertThat(result.join().value()).isEqualTo("default");
    assertThat(result.join().cause()).containsSame(failure);
  }

  @Test
  void remembersWhatSucceeded() {
    answer(() -> CompletableFuture.completedFuture("good")).join();
    clock.advance(Duration.ofSeconds(5));

    Answer<String> answer = answer(() -> CompletableFuture.failedFuture(failure)).join();

    assertThat(answer.value()).isEqualTo("good");
    assertThat(answer.age()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void answersABodyThatThrowsAndOneWithoutAStage() {
    CompletableFuture<Answer<String>> thrown =
        answer(
            () -> {
              throw new IllegalStateException("no stage");
            });
    assertThat(thrown.join().value()).isEqualTo("default");
    assertThat(answer(() -> null).join().cause().orElseThrow())
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void anErrorPassesThrough() {
    LinkageError error = new LinkageError("broken");

    assertThatThrownBy(answer(() -> CompletableFuture.failedFuture(error))::join).hasCause(error);
  }

  @Test
  void aFailureWithoutAnAnswerPassesThrough() {
    Fallback<String> picky = Fallback.value("default").onlyFor(thrown -> false);

    assertThatThrownBy(
            picky
                    .answerAsync(null, () -> CompletableFuture.failedFuture(failure))
                    .toCompletableFuture()
                ::join)
        .hasCause(failure);
  }

  @Test
  void aFunctionThatThrowsFailsTheStageWithTheCallsFailureSuppressed() {
    IllegalStateException second = new IllegalStateException("no default either");
    Fallback<String> broken =
        Fallback.of(
            thrown -> {
              throw second;
            });

    assertThatThrownBy(
            broken
                    .answerAsync(null, () -> CompletableFuture.failedFuture(failure))
                    .toCompletableFuture()
                ::join)
        .hasCause(second);
    assertThat(second.getSuppressed()).containsExactly(failure);
  }

  @Test
  void cancellingCancelsTheInnerFutureAndAnswersNobody() {
    CompletableFuture<Answer<String>> result = answer(() -> inner);

    result.cancel(true);

    assertThat(inner).isCancelled();
    assertThat(result).isCancelled();
    assertThat(fallback.served(Source.DEFAULT)).isZero();
  }

  @Test
  void aCancelledInnerFutureIsAFailureLikeAnother() {
    CompletableFuture<Answer<String>> result = answer(() -> inner);

    inner.cancel(true);

    assertThat(result.join().value()).isEqualTo("default");
  }

  private CompletableFuture<Answer<String>> answer(Supplier<CompletableFuture<String>> body) {
    return fallback.answerAsync("key", body).toCompletableFuture();
  }
}
