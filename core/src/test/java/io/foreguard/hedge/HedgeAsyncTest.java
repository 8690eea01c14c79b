package io.foreguard.hedge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.retry.RetryBudget;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HedgeAsyncTest {
  private static final Duration DELAY = Duration.ofMillis(50);

  private final IOException down = new IOException("down");
  private final ManualClock clock = new ManualClock();
  private final List<CompletableFuture<String>> attempts = new ArrayList<>();
  private final List<HedgeEvent> events = new ArrayList<>();
  private CompletableFuture<String> prepared;
  private Hedge hedge = hedge(fixed().build());

  @Test
  void aCallThatEndsBeforeTheDelayIsNotHedged() {
    CompletableFuture<String> result = start();
    clock.advance(DELAY.minusNanos(1));
    attempts.get(0).complete("first");

    assertThat(result).isCompletedWithValue("first");
    clock.advance(DELAY);
    assertThat(attempts).hasSize(1);
    assertThat(clock.pendingTasks()).isZero();
    assertThat(hedge.metrics().calls()).isOne();
    assertThat(hedge.metrics().hedges()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void aCallThatEndsAtOnceSetsNoTimer() {
    assertThat(hedge.callAsync(() -> CompletableFuture.completedFuture("now")))
        .isCompletedWithValue("now");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void theHedgeWinsAndTheFirstAttemptIsCancelled() {
    CompletableFuture<String> result = start();
    clock.advance(DELAY);
    assertThat(attempts).hasSize(2);

    attempts.get(1).complete("second");

    assertThat(result).isCompletedWithValue("second");
    assertThat(attempts.get(0)).isCancelled();
    assertThat(hedge.metrics().hedges()).isOne();
    assertThat(hedge.metrics().wins()).isOne();
    assertThat(events)
        .satisfiesExactly(
            event -> {
              assertThat(event).isInstanceOf(HedgeEvent.Hedged.class);
              assertThat(((HedgeEvent.Hedged) event).delay()).isEqualTo(DELAY);
              assertThat(event.attempts()).isOne();
              assertThat(event.hedge()).isEqualTo("engine");
              assertThat(event.time()).isEqualTo(clock.wallTime());
            },
            event -> {
              assertThat(event).isInstanceOf(HedgeEvent.HedgeWon.class);
              assertThat(event.attempts()).isEqualTo(2);
            });
  }

  @Test
  void theFirstAttemptWinsAndTheHedgeIsCancelled() {
    CompletableFuture<String> result = start();
    clock.advance(DELAY);

    attempts.get(0).complete("first");

    assertThat(result).isCompletedWithValue("first");
    assertThat(attempts.get(1)).isCancelled();
    assertThat(hedge.metrics().wins()).isZero();
  }

  @Test
  void theLoserIsCancelledBeforeTheCallerLearnsOfTheResult() {
    AtomicReference<Boolean> cancelled = new AtomicReference<>();
    CompletableFuture<String> result = start();
    CompletableFuture<Void> seen =
        result.thenAccept(value -> cancelled.set(attempts.get(0).isCancelled()));
    clock.advance(DELAY);

    attempts.get(1).complete("second");

    assertThat(seen).isCompleted();
    assertThat(cancelled).hasValue(true);
  }

  @Test
  void aFailureBeforeTheDelayEndsTheCallUnchanged() {
    CompletableFuture<String> result = start();
    attempts.get(0).completeExceptionally(new CompletionException(down));

    assertThat(failureOf(result)).isSameAs(down);
    clock.advance(DELAY);
    assertThat(attempts).hasSize(1);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aFailureBesideAnotherAttemptLeavesTheCallToThat() {
    CompletableFuture<String> first = start();
    clock.advance(DELAY);
    attempts.get(0).completeExceptionally(down);
    assertThat(first).isNotDone();
    attempts.get(1).complete("second");
    assertThat(first).isCompletedWithValue("second");

    CompletableFuture<String> second = start();
    clock.advance(DELAY);
    attempts.get(3).completeExceptionally(down);
    assertThat(second).isNotDone();
    attempts.get(2).complete("first");
    assertThat(second).isCompletedWithValue("first");
  }

  @Test
  void whenAllFailTheCallEndsAsItsFirstAttemptDid() {
    CompletableFuture<String> result = start();
    clock.advance(DELAY);
    attempts.get(1).completeExceptionally(new IllegalStateException("refused"));
    attempts.get(0).completeExceptionally(down);
    assertThat(failureOf(result)).isSameAs(down);

    CompletableFuture<String> other = start();
    clock.advance(DELAY);
    attempts.get(2).completeExceptionally(down);
    attempts.get(3).completeExceptionally(new IllegalStateException("refused"));
    assertThat(failureOf(other)).isSameAs(down);
    assertThat(down.getSuppressed()).isEmpty();
  }

  @Test
  void anErrorOfAnyAttemptEndsTheCallAtOnce() {
    Error error = new StackOverflowError();
    for (int thrower : new int[] {0, 1}) {
      attempts.clear();
      CompletableFuture<String> result = start();
      clock.advance(DELAY);
      attempts.get(thrower).completeExceptionally(error);

      assertThat(failureOf(result)).isSameAs(error);
      assertThat(attempts.get(1 - thrower)).isCancelled();
    }
    assertThat(hedge.metrics().wins()).isZero();
  }

  @Test
  void whatTheBodyThrowsArrivesInTheStage() {
    CompletionStage<String> thrown =
        hedge.callAsync(
            () -> {
              throw new IllegalArgumentException("bad");
            });
    assertThat(failureOf(thrown.toCompletableFuture()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(failureOf(hedge.<String>callAsync(() -> null).toCompletableFuture()))
        .isInstanceOf(NullPointerException.class);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aHedgeThatThrowsLeavesTheCallToTheFirstAttempt() {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> result =
        hedge
            .callAsync(
                () -> {
                  if (attempts.isEmpty()) {
                    attempts.add(first);
                    return first;
                  }
                  throw new IllegalStateException("refused");
                })
            .toCompletableFuture();
    clock.advance(DELAY);
    assertThat(result).isNotDone();

    first.complete("first");

    assertThat(result).isCompletedWithValue("first");
  }

  @Test
  void cancellingTheCallCancelsEveryAttemptAndTheTimer() {
    CompletableFuture<String> early = start();
    early.cancel(true);
    assertThat(attempts.get(0)).isCancelled();
    assertThat(clock.pendingTasks()).isZero();

    CompletableFuture<String> late = start();
    clock.advance(DELAY);
    late.cancel(true);
    assertThat(attempts.get(1)).isCancelled();
    assertThat(attempts.get(2)).isCancelled();
    assertThat(hedge.metrics().wins()).isZero();
  }

  @Test
  void anAttemptThatCancelsItselfHasFailed() {
    CompletableFuture<String> result = start();
    attempts.get(0).cancel(true);

    assertThat(failureOf(result)).isInstanceOf(CancellationException.class);
  }

  @Test
  void aResultThatComesLateIsDropped() {
    CompletableFuture<String> stubborn = new Stubborn();
    prepared = stubborn;
    CompletableFuture<String> result = start();
    clock.advance(DELAY);
    attempts.get(1).complete("second");
    stubborn.complete("late");
    assertThat(result).isCompletedWithValue("second");

    attempts.clear();
    CompletableFuture<String> other = new Stubborn();
    prepared = other;
    CompletableFuture<String> again = start();
    clock.advance(DELAY);
    attempts.get(1).complete("second");
    other.completeExceptionally(down);
    assertThat(again).isCompletedWithValue("second");
    assertThat(hedge.metrics().wins()).isEqualTo(2);
  }

  @Test
  void anAttemptThatCannotBeCancelledDoesNotKeepTheResultBack() {
    prepared =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            throw new IllegalStateException("no");
          }
        };
    CompletableFuture<String> result = start();
    clock.advance(DELAY);
    attempts.get(1).complete("second");

    assertThat(result).isCompletedWithValue("second");
  }

  @Test
  void anAttemptThatIsStartedWhileTheCallEndsIsCancelled() {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    CompletableFuture<String> result =
        hedge
            .callAsync(
                () -> {
                  if (attempts.isEmpty()) {
                    attempts.add(first);
                    return first;
                  }
                  first.complete("meanwhile");
                  return second;
                })
            .toCompletableFuture();
    clock.advance(DELAY);

    assertThat(result).isCompletedWithValue("meanwhile");
    assertThat(second).isCancelled();
  }

  @Test
  void aFirstAttemptThatFailsWhileItsHedgeIsConsideredEndsTheCallIfThereIsNone() {
    hedge =
        hedge(
            fixed()
                .hedgeIf(
                    started -> {
                      attempts.get(0).completeExceptionally(down);
                      return false;
                    })
                .build());
    CompletableFuture<String> result = start();
    clock.advance(DELAY);

    assertThat(failureOf(result)).isSameAs(down);
    assertThat(attempts).hasSize(1);
  }

  @Test
  void aSpentBudgetAllowsNoHedge() {
    RetryBudget budget = RetryBudget.of(.05, 2);
    hedge = hedge(fixed().budget(budget).build());
    for (int i = 0; i < 3; i++) {
      start();
    }
    clock.advance(DELAY);

    assertThat(attempts).hasSize(5);
    assertThat(hedge.metrics().refusals(RefusalReason.BUDGET)).isOne();
    assertThat(events.get(events.size() - 1)).isInstanceOf(HedgeEvent.Refused.class);
    attempts.forEach(attempt -> attempt.complete("done"));
  }

  @Test
  void theDefaultBudgetAllowsFiveHedgesAndThenFivePercent() {
    for (int i = 0; i < 1_000; i++) {
      CompletableFuture<String> result = start();
      clock.advance(DELAY);
      attempts.get(0).complete("done");
      assertThat(result).isCompletedWithValue("done");
      attempts.clear();
    }

    assertThat(hedge.metrics().hedges()).isBetween(54L, 55L);
    assertThat(hedge.metrics().calls()).isEqualTo(1_000);
  }

  @Test
  void everyAdvisorMustAgree() {
    List<Integer> asked = new ArrayList<>();
    Hedge advised =
        hedge
            .advisedBy(
                started -> {
                  asked.add(started);
                  return true;
                })
            .advisedBy(started -> false);
    CompletableFuture<String> result = start(advised);
    clock.advance(DELAY);

    assertThat(asked).containsExactly(1);
    assertThat(attempts).hasSize(1);
    assertThat(hedge.metrics().refusals(RefusalReason.ADVICE)).isOne();
    assertThat(hedge.budget().available()).isEqualTo(5);
    assertThat(((HedgeEvent.Refused) events.get(0)).reason()).isEqualTo(RefusalReason.ADVICE);
    attempts.get(0).complete("first");
    assertThat(result).isCompletedWithValue("first");
  }

  @Test
  void anAdvisorThatThrowsMeansNoHedge() {
    hedge =
        hedge(
            fixed()
                .hedgeIf(
                    started -> {
                      throw new IllegalStateException("broken");
                    })
                .build());
    start();
    start();
    clock.advance(DELAY);

    assertThat(attempts).hasSize(2);
    assertThat(hedge.metrics().refusals(RefusalReason.ADVICE)).isEqualTo(2);
  }

  @Test
  void moreHedgesFollowAfterTheSameDelayEach() {
    hedge = hedge(fixed().maxHedges(2).build());
    CompletableFuture<String> result = start();
    clock.advance(DELAY);
    assertThat(attempts).hasSize(2);
    clock.advance(DELAY.minusNanos(1));
    assertThat(attempts).hasSize(2);
    clock.advance(Duration.ofNanos(1));
    assertThat(attempts).hasSize(3);
    clock.advance(DELAY.multipliedBy(5));
    assertThat(attempts).hasSize(3);

    attempts.get(2).complete("third");

    assertThat(result).isCompletedWithValue("third");
    assertThat(attempts.get(0)).isCancelled();
    assertThat(attempts.get(1)).isCancelled();
    assertThat(hedge.metrics().wins()).isOne();
  }

  @Test
  void aClockThatCannotScheduleLeavesTheCallUnhedged() {
    Hedge broken = Hedge.of("engine", fixed().build(), new NoTimer(clock));

    CompletableFuture<String> result = start(broken);
    attempts.get(0).complete("first");

    assertThat(result).isCompletedWithValue("first");
  }

  @Test
  void aReconfiguredHedgeKeepsItsBudgetUnlessItsSizeChanges() {
    start();
    clock.advance(DELAY);
    assertThat(hedge.budget().available()).isEqualTo(4);

    hedge.reconfigure(fixed().maxHedges(3).build());
    assertThat(hedge.budget().available()).isEqualTo(4);
    assertThat(hedge.config().maxHedges()).isEqualTo(3);

    hedge.reconfigure(fixed().budgetBurst(7).build());
    assertThat(hedge.budget().available()).isEqualTo(7);
  }

  @Test
  void aDecoratedBodyIsHedgedEachTime() {
    var decorated = hedge.decorateAsync(this::attempt);
    CompletableFuture<String> first = decorated.get().toCompletableFuture();
    clock.advance(DELAY);
    attempts.get(1).complete("second");

    assertThat(first).isCompletedWithValue("second");
    assertThat(hedge.toString()).contains("engine").contains("PT0.05S");
    assertThat(hedge.name()).isEqualTo("engine");
  }

  private static HedgeConfig.Builder fixed() {
    return HedgeConfig.builder().fixedDelay(DELAY);
  }

  private Hedge hedge(HedgeConfig config) {
    Hedge made = Hedge.of("engine", config, clock);
    made.events().onAny(events::add);
    return made;
  }

  @CanIgnoreReturnValue
  private CompletableFuture<String> start() {
    return start(hedge);
  }

  private CompletableFuture<String> start(Hedge with) {
    return with.callAsync(this::attempt).toCompletableFuture();
  }

  /** The next attempt: the one that a test has prepared, or a new one. */
  private CompletableFuture<String> attempt() {
    CompletableFuture<String> attempt = prepared != null ? prepared : new CompletableFuture<>();
    prepared = null;
    attempts.add(attempt);
    return attempt;
  }

  private static Throwable failureOf(CompletableFuture<String> result) {
    assertThat(result).isDone();
    return result.handle((value, thrown) -> thrown).join();
  }

  /** Ignores being cancelled. */
  private static final class Stubborn extends CompletableFuture<String> {
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return false;
    }
  }
}
