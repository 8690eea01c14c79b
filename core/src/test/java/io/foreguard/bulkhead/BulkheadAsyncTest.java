package io.foreguard.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // many calls here are made only to take up room
class BulkheadAsyncTest {
  private static final Duration MAX_WAIT = Duration.ofSeconds(3);

  private final ManualClock clock = new ManualClock();
  private final Bulkhead bulkhead =
      Bulkhead.of(
          "engine",
          BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(MAX_WAIT).maxQueue(2).build(),
          clock);
  private final CompletableFuture<String> inner = new CompletableFuture<>();
  private final List<String> started = new ArrayList<>();

  @Test
  void holdsThePermitUntilTheStageEnds() {
    CompletableFuture<String> result = call(() -> inner);
    assertThat(bulkhead.inFlight()).isOne();

    inner.complete("answer");

    assertThat(result).isCompletedWithValue("answer");
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void thePermitIsFreeBeforeAnybodyLearnsOfTheResult() {
    List<Integer> inFlight = new ArrayList<>();
    call(() -> inner).thenAccept(value -> inFlight.add(bulkhead.inFlight()));

    inner.complete("answer");

    assertThat(inFlight).containsExactly(0);
  }

  @Test
  void passesOnAFailureWithoutItsWrapperAndGivesThePermitBack() {
    IOException failure = new IOException("refused");
    CompletableFuture<String> result = call(() -> inner);

    inner.completeExceptionally(new CompletionException(failure));

    assertThatThrownBy(result::join).hasCause(failure);
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void aBodyThatThrowsAnErrorGivesThePermitBack() {
    LinkageError failure = new LinkageError("broken");

    CompletableFuture<String> result =
        call(
            () -> {
              throw failure;
            });

    assertThatThrownBy(result::join).hasCause(failure);
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void cancellingGivesThePermitBackAtOnceAndOnlyOnce() {
    CompletableFuture<String> deaf =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
          }
        };
    CompletableFuture<String> result = call(() -> deaf);

    assertThat(result.cancel(true)).isTrue();
    assertThat(bulkhead.inFlight()).isZero();

    CompletableFuture<String> second = call(() -> inner);
    deaf.complete("late");
    assertThat(bulkhead.inFlight()).as("a late result gives back nobody else's permit").isOne();
    assertThat(result).isCancelled();
    assertThat(second).isNotDone();
  }

  @Test
  void cancellingCancelsTheInnerFuture() {
    call(() -> inner).cancel(true);

    assertThat(inner).isCancelled();
  }

  @Test
  void waitsWithoutAThreadAndStartsInTheOrderOfArrival() {
    call(() -> inner);
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> third = new CompletableFuture<>();
    call(note("second", second));
    call(note("third", third));
    assertThat(bulkhead.waiting()).isEqualTo(2);
    assertThat(started).isEmpty();

    inner.complete("answer");
    assertThat(started).containsExactly("second");
    second.completeExceptionally(new IOException("refused"));
    assertThat(started).containsExactly("second", "third");
    third.complete("answer");

    assertThat(bulkhead.inFlight()).isZero();
    assertThat(bulkhead.waiting()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void refusesAtOnceWhenTheQueueIsFull() {
    call(() -> inner);
    call(note("second", inner));
    call(note("third", inner));

    assertThatThrownBy(call(note("fourth", inner))::join)
        .hasCauseInstanceOf(BulkheadFullException.class)
        .hasMessageContaining("2 waiting");
    assertThat(bulkhead.waiting()).isEqualTo(2);
  }

  @Test
  void givesUpWaitingWhenTheTimeIsUpAndSaysHowLongItWaited() {
    List<Duration> waited = new ArrayList<>();
    bulkhead.rejections().subscribe(event -> waited.add(event.waited()));
    call(() -> inner);
    CompletableFuture<String> second = call(note("second", inner));

    clock.advance(MAX_WAIT.minusNanos(1));
    assertThat(second).isNotDone();
    clock.advance(Duration.ofNanos(1));

    assertThatThrownBy(second::join).hasCauseInstanceOf(BulkheadFullException.class);
    assertThat(waited).containsExactly(MAX_WAIT);
    assertThat(bulkhead.waiting()).isZero();
    inner.complete("answer");
    assertThat(started).isEmpty();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void aCancelledWaiterLeavesTheQueueAndNeverStarts() {
    call(() -> inner);
    CompletableFuture<String> second = call(note("second", inner));
    CompletableFuture<String> third = call(note("third", new CompletableFuture<>()));

    second.cancel(true);
    assertThat(bulkhead.waiting()).isOne();
    inner.complete("answer");

    assertThat(started).containsExactly("third");
    assertThat(third).isNotDone();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void growingStartsTheCallsThatWait() {
    call(() -> inner);
    call(note("second", inner));
    call(note("third", inner));

    bulkhead.resize(3);

    assertThat(started).containsExactly("second", "third");
    assertThat(bulkhead.inFlight()).isEqualTo(3);
  }

  @Test
  void shrinkingStartsNobodyUntilEnoughCallsHaveEnded() {
    bulkhead.resize(2);
    CompletableFuture<String> other = new CompletableFuture<>();
    call(() -> inner);
    call(() -> other);
    call(note("third", new CompletableFuture<>()));
    bulkhead.resize(1);

    inner.complete("answer");
    assertThat(started).isEmpty();
    other.complete("answer");
    assertThat(started).containsExactly("third");
    assertThat(bulkhead.inFlight()).isOne();
  }

  @Test
  void nobodyOvertakesACallThatWaits() {
    CompletableFuture<String> first = call(() -> inner);
    call(note("second", new CompletableFuture<>()));
    List<Boolean> overtaken = new ArrayList<>();
    first.thenAccept(value -> overtaken.add(bulkhead.tryAcquire().isPresent()));

    inner.complete("answer");

    assertThat(overtaken).containsExactly(false);
    assertThat(started).containsExactly("second");
  }

  @Test
  void aLongQueueOfCallsThatEndAtOnceDoesNotOverflowTheStack() {
    int calls = 50_000;
    BulkheadConfig deep =
        BulkheadConfig.builder()
            .maxConcurrentCalls(1)
            .maxWait(Duration.ofHours(1))
            .maxQueue(calls)
            .build();
    Bulkhead queue = Bulkhead.of("engine", deep, Clock.system());
    queue.callAsync(() -> inner);
    List<CompletableFuture<String>> results = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      results.add(
          queue
              .callAsync(() -> CompletableFuture.completedFuture("at once"))
              .toCompletableFuture());
    }

    inner.complete("answer");

    assertThat(results).allMatch(CompletableFuture::isDone);
    assertThat(results.get(calls - 1)).isCompletedWithValue("at once");
    assertThat(queue.inFlight()).isZero();
  }

  @Test
  void aBodyThatThrowsAfterWaitingReachesItsOwnCallerAlone() throws Exception {
    BulkheadPermit permit = bulkhead.acquire();
    IllegalStateException failure = new IllegalStateException("second");
    CompletableFuture<String> second =
        call(
            () -> {
              throw failure;
            });
    CompletableFuture<String> third = call(note("third", inner));

    permit.close();

    assertThatThrownBy(second::join).hasCause(failure);
    assertThat(started).containsExactly("third");
    assertThat(third).isNotDone();
    assertThat(bulkhead.inFlight()).isOne();
  }

  private CompletableFuture<String> call(Supplier<CompletionStage<String>> body) {
    return bulkhead.callAsync(body).toCompletableFuture();
  }

  private Supplier<CompletionStage<String>> note(String name, CompletionStage<String> stage) {
    return () -> {
      started.add(name);
      return stage;
    };
  }
}
