package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
  private final ManualClock clock = new ManualClock();
  private final IOException down = new IOException("down");

  @AfterEach
  void clearInterruptFlag() {
    assertThat(Thread.interrupted()).as("interrupt flag left behind by the test").isFalse();
  }

  @Test
  void returnsTheFirstSuccessAfterGrowingDelays() throws Exception {
    Script body = new Script(down, down, "answer");

    assertThat(retry(plain()).call(body)).isEqualTo("answer");
    assertThat(body.calls()).isEqualTo(3);
    assertThat(clock.elapsed()).hasMillis(100 + 200);
  }

  @Test
  void throwsTheLastFailureUnchangedWhenAttemptsRunOut() {
    IOException last = new IOException("still down");
    Script body = new Script(down, down, last);

    assertThatThrownBy(() -> retry(plain()).call(body)).isSameAs(last).hasNoSuppressedExceptions();
    assertThat(body.calls()).isEqualTo(3);
  }

  @Test
  void returnsTheLastResultWhenEveryResultIsRefused() throws Exception {
    Retry retry = retry(plain().retryOnResult("busy"::equals));
    Script body = new Script("busy", down, "busy");

    assertThat(retry.call(body)).isEqualTo("busy");
    assertThat(retry.metrics().failedWithRetry()).isEqualTo(1);
  }

  @Test
  void mayRefuseNullResults() throws Exception {
    Retry retry = retry(plain().retryOnResult(result -> result == null));
    AtomicInteger calls = new AtomicInteger();

    assertThat(retry.<String>call(() -> calls.incrementAndGet() < 3 ? null : "found"))
        .isEqualTo("found");
  }

  @Test
  void oneAttemptMeansNoRetry() {
    Script body = new Script(down);

    assertThatThrownBy(() -> retry(plain().maxAttempts(1)).call(body)).isSameAs(down);
    assertThat(clock.elapsed()).isZero();
  }

  @Test
  void neverRepeatsAnErrorAnInterruptOrACancellation() {
    Retry retry = retry(plain().retryOn(failure -> true));
    for (Throwable fatal :
        List.of(
            new AssertionError("bug"),
            new OutOfMemoryError("full"),
            new InterruptedException("stop"),
            new CancellationException("cancelled"))) {
      Script body = new Script(fatal, "unreached");
      assertThatThrownBy(() -> retry.call(body)).isSameAs(fatal);
      assertThat(body.calls()).isEqualTo(1);
    }
    assertThat(retry.metrics().failedWithoutRetry()).isEqualTo(4);
  }

  @Test
  void anErrorInALaterAttemptPassesThrough() {
    AssertionError bug = new AssertionError("bug");

    assertThatThrownBy(() -> retry(plain()).call(new Script(down, bug, "unreached"))).isSameAs(bug);
  }

  @Test
  void repeatsOnlyWhatThePredicateAccepts() {
    Retry retry = retry(plain().retryOn(IOException.class::isInstance));
    IllegalStateException bug = new IllegalStateException("bug");
    Script body = new Script(down, bug, "unreached");

    assertThatThrownBy(() -> retry.call(body)).isSameAs(bug);
    assertThat(body.calls()).isEqualTo(2);
  }

  @Test
  void decoratedBodyIsRepeatedOnEachCall() throws Exception {
    Callable<Object> decorated = retry(plain()).decorate(new Script(down, "one", down, "two"));

    assertThat(decorated.call()).isEqualTo("one");
    assertThat(decorated.call()).isEqualTo("two");
  }

  @Test
  void refusesAnImpossibleName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.of(" "))
        .withMessageStartingWith("name must be 1 to 256 characters and not blank");
  }

  @Test
  void theSameSeedGivesTheSameWaits() throws Exception {
    List<Duration> waits = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      ManualClock time = new ManualClock();
      RetryConfig config = RetryConfig.builder().random(new Random(7)).build();
      Retry.of("backend", config, time).call(new Script(down, down, "answer"));
      waits.add(time.elapsed());
    }
    assertThat(waits.get(0)).isPositive().isEqualTo(waits.get(1));
  }

  @Nested
  class WithinADeadline {
    @Test
    void throwsTheLastFailureAtOnceWhenTheWaitWouldEndTooLate() {
      Retry retry = retry(plain().deadline(Duration.ofMillis(300)));
      Script body = new Script(down, down, "unreached");

      assertThatThrownBy(() -> retry.call(body)).isSameAs(down);
      assertThat(body.calls()).isEqualTo(2);
      assertThat(clock.elapsed()).as("slept once, not twice").hasMillis(100);
    }

    @Test
    void countsTheTimeSpentInAttempts() {
      Retry retry = retry(plain().deadline(Duration.ofMillis(300)));
      AtomicInteger calls = new AtomicInteger();

      assertThatThrownBy(
              () ->
                  retry.call(
                      () -> {
                        calls.incrementAndGet();
                        clock.advance(Duration.ofMillis(200));
                        throw down;
                      }))
          .isSameAs(down);
      assertThat(calls).hasValue(1);
      assertThat(clock.elapsed()).hasMillis(200);
    }

    @Test
    void theEarlierOfBothDeadlinesCounts() {
      Retry retry = retry(plain().deadline(Duration.ofSeconds(1)));

      Script shorter = new Script(down, "unreached");
      assertThatThrownBy(() -> retry.call(shorter, Duration.ofMillis(100))).isSameAs(down);
      assertThat(shorter.calls()).isEqualTo(1);

      Retry brief = retry(plain().maxAttempts(10).deadline(Duration.ofMillis(150)));
      Script longer = new Script(down, down, "unreached");
      assertThatThrownBy(() -> brief.call(longer, Duration.ofDays(999_999_999))).isSameAs(down);
      assertThat(longer.calls()).isEqualTo(2);
    }

    @Test
    void noTimeLeavesOneAttempt() {
      Retry retry = retry(plain().baseDelay(Duration.ZERO));
      for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE))) {
        Script body = new Script(down, "unreached");
        assertThatThrownBy(() -> retry.call(body, none)).isSameAs(down);
        assertThat(body.calls()).isEqualTo(1);
      }
    }
  }

  @Nested
  class WhenTheDependencyAsksForTime {
    @Test
    void waitsAsLongAsARefusalAsks() throws Exception {
      Script body = new Script(new Refusal(Duration.ofSeconds(4)), "answer");

      assertThat(retry(plain()).call(body)).isEqualTo("answer");
      assertThat(clock.elapsed()).hasSeconds(4);
    }

    @Test
    void givesUpAtOnceWhenARefusalAsksForMoreThanTheLongestDelay() {
      Refusal refusal = new Refusal(Duration.ofMillis(10_001));
      Script body = new Script(refusal, "unreached");

      assertThatThrownBy(() -> retry(plain()).call(body)).isSameAs(refusal);
      assertThat(clock.elapsed()).isZero();
    }

    @Test
    void givesUpAtOnceWhenARefusalAsksForMoreThanTheDeadlineLeaves() {
      Refusal refusal = new Refusal(Duration.ofSeconds(4));
      Retry retry = retry(plain().deadline(Duration.ofSeconds(4)));

      assertThatThrownBy(() -> retry.call(new Script(refusal, "unreached"))).isSameAs(refusal);
      assertThat(clock.elapsed()).isZero();
    }

    @Test
    void backsOffAsUsualWhenARefusalNamesNoTime() throws Exception {
      retry(plain()).call(new Script(new Refusal(Duration.ZERO), "answer"));

      assertThat(clock.elapsed()).hasMillis(100);
    }

    @Test
    void readsTheTimeFromFailuresAndResults() throws Exception {
      Retry retry =
          retry(
              plain()
                  .retryAfter(failure -> Optional.of(Duration.ofSeconds(2)))
                  .retryOnResult("busy"::equals)
                  .retryAfterResult(result -> Optional.of(Duration.ofSeconds(5))));

      assertThat(retry.call(new Script(down, "busy", "answer"))).isEqualTo("answer");
      assertThat(clock.elapsed()).hasSeconds(2 + 5);
    }

    @Test
    void isAFloorAndNotAReplacementForTheBackoff() throws Exception {
      retry(plain().retryAfter(failure -> Optional.of(Duration.ofMillis(1))))
          .call(new Script(down, "answer"));

      assertThat(clock.elapsed()).hasMillis(100);
    }

    @Test
    void callersToldTheSameTimeDoNotReturnTogether() throws Exception {
      RetryConfig config =
          RetryConfig.builder()
              .random(new Random(7))
              .budget(RetryBudget.unlimited())
              .retryAfter(failure -> Optional.of(Duration.ofSeconds(3)))
              .build();
      List<Duration> waits = new ArrayList<>();
      for (int caller = 0; caller < 500; caller++) {
        ManualClock time = new ManualClock();
        Retry.of("backend", config, time).call(new Script(down, "answer"));
        waits.add(time.elapsed());
      }
      assertThat(waits)
          .allSatisfy(
              wait -> assertThat(wait).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_100)));
      assertThat(waits.stream().distinct()).hasSizeGreaterThan(490);
    }
  }

  @Nested
  class WhenAdvised {
    @Test
    void doesNotRepeatWhatIsNotWorthIt() {
      List<String> asked = new ArrayList<>();
      Retry retry =
          retry(
              plain()
                  .maxAttempts(10)
                  .retryIf(
                      (attempt, failure) -> {
                        asked.add(attempt + " " + failure.getMessage());
                        return attempt < 2;
                      }));
      Script body = new Script(down, down, "unreached");

      assertThatThrownBy(() -> retry.call(body)).isSameAs(down);
      assertThat(asked).containsExactly("1 down", "2 down");
      assertThat(clock.elapsed()).hasMillis(100);
    }

    @Test
    void asksTheAdvisorAboutRefusedResultsWithoutAFailure() throws Exception {
      Retry retry =
          retry(
              plain().retryOnResult("busy"::equals).retryIf((attempt, failure) -> failure != null));

      assertThat(retry.call(new Script("busy", "unreached"))).isEqualTo("busy");
    }

    @Test
    void anAdvisorThatThrowsCountsAsAYes() throws Exception {
      Retry retry =
          retry(
              plain()
                  .retryIf(
                      (attempt, failure) -> {
                        throw new NoClassDefFoundError("model");
                      }));

      assertThat(retry.call(new Script(down, down, "answer"))).isEqualTo("answer");
    }

    @Test
    void anAdvisorThatThrowsDoesNotOverruleAnother() {
      Retry view =
          retry(plain())
              .advisedBy(
                  (attempt, failure) -> {
                    throw new IllegalStateException("model");
                  })
              .advisedBy((attempt, failure) -> false);

      assertThatThrownBy(() -> view.call(new Script(down, "unreached"))).isSameAs(down);
    }

    @Test
    void aViewAsksItsOwnAdvisorTooAndSharesEverythingElse() throws Exception {
      Retry retry = retry(plain());
      Retry view = retry.advisedBy((attempt, failure) -> false);

      assertThatThrownBy(() -> view.call(new Script(down, "unreached"))).isSameAs(down);
      assertThat(retry.call(new Script(down, "answer"))).isEqualTo("answer");
      assertThat(view.metrics()).isSameAs(retry.metrics());
      assertThat(view.budget()).isSameAs(retry.budget());
      assertThat(retry.metrics().calls()).isEqualTo(2);
      assertThatThrownBy(
              () -> view.advisedBy(RetryAdvisor.always()).call(new Script(down, "unreached")))
          .as("a view of a view asks both")
          .isSameAs(down);
    }
  }

  @Nested
  class WithABudget {
    @Test
    void passesTheFailureThroughOnceTheBudgetIsSpent() {
      Retry retry = retry(plain().maxAttempts(2).budgetBurst(3));

      int attempts = 0;
      for (int call = 0; call < 100; call++) {
        Script body = new Script(down, down);
        assertThatThrownBy(() -> retry.call(body)).isSameAs(down);
        attempts += body.calls();
      }
      assertThat(attempts).isEqualTo(100 + 3 + 9); // burst, and a tenth of the 99 calls after it
      assertThat(retry.metrics().retries()).isEqualTo(12);
      assertThat(retry.metrics().budgetRefusals()).isEqualTo(88);
      assertThat(retry.budget().utilization()).isGreaterThan(0.6);
    }

    @Test
    void isSharedByAllRetriesWithTheSameOne() {
      RetryBudget budget = RetryBudget.of(0.001, 1);
      Retry one = retry(plain().budget(budget));
      Retry two = retry(plain().budget(budget));
      Script first = new Script(down, "answer");
      Script second = new Script(down, "unreached");

      assertThat(uncheckedCall(one, first)).isEqualTo("answer");
      assertThatThrownBy(() -> two.call(second)).isSameAs(down);
    }

    @Test
    void isNotSharedByRetriesThatOnlyShareTheConfiguration() throws Exception {
      RetryConfig config = plain().budgetBurst(1).build();

      for (int i = 0; i < 3; i++) {
        Retry retry = Retry.of("backend-" + i, config, clock);
        assertThat(retry.call(new Script(down, "answer"))).isEqualTo("answer");
      }
    }

    @Test
    void unlimitedTurnsItOff() {
      Retry retry = retry(plain().baseDelay(Duration.ZERO).budget(RetryBudget.unlimited()));
      for (int call = 0; call < 200; call++) {
        assertThat(uncheckedCall(retry, new Script(down, down, "answer"))).isEqualTo("answer");
      }
    }

    @Test
    void isNotChargedForWhatIsNotRepeatedForAnotherReason() {
      Retry retry = retry(plain().deadline(Duration.ofMillis(101)).budgetBurst(5));

      assertThatThrownBy(() -> retry.call(new Script(down, down))).isSameAs(down);
      assertThat(retry.budget().available()).isEqualTo(4);
    }
  }

  @Nested
  class WhenInterrupted {
    @Test
    void throwsWithTheLastFailureAttachedAndTheFlagSet() {
      Retry retry = retry(plain());

      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(
              () ->
                  retry.call(
                      () -> {
                        Thread.currentThread().interrupt();
                        throw down;
                      }))
          .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(down));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(retry.metrics().failedWithRetry()).isEqualTo(1);
    }

    @Test
    void noticesTheFlagEvenWithoutADelay() {
      Retry retry = retry(plain().baseDelay(Duration.ZERO));
      AtomicInteger calls = new AtomicInteger();

      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(
              () ->
                  retry.call(
                      () -> {
                        calls.incrementAndGet();
                        Thread.currentThread().interrupt();
                        throw down;
                      }));
      assertThat(calls).hasValue(1);
      assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void endsAWaitUnderWay() {
      Clock interrupting =
          new Delegating() {
            @Override
            public void sleep(Duration duration) throws InterruptedException {
              throw new InterruptedException("woken");
            }
          };
      Retry retry = Retry.of("backend", plain().build(), interrupting);

      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> retry.call(new Script(down, "unreached")))
          .withMessage("woken")
          .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(down));
      assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void successLeavesTheFlagAlone() throws Exception {
      Thread.currentThread().interrupt();

      assertThat(retry(plain()).call(() -> "answer")).isEqualTo("answer");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Nested
  class WhenFunctionsOfTheConfigurationThrow {
    private final IllegalStateException bug = new IllegalStateException("bug");

    @Test
    void aFailingPredicateLeavesTheFailureAsItIs() {
      Retry retry =
          retry(
              plain()
                  .retryOn(
                      failure -> {
                        throw bug;
                      }));

      assertThatThrownBy(() -> retry.call(new Script(down, "unreached"))).isSameAs(down);
    }

    @Test
    void aFailingResultPredicateAcceptsTheResult() throws Exception {
      Retry retry =
          retry(
              plain()
                  .retryOnResult(
                      result -> {
                        throw bug;
                      }));

      assertThat(retry.call(new Script("answer"))).isEqualTo("answer");
    }

    @Test
    void aFailingRetryAfterAsksForNothing() throws Exception {
      Retry retry =
          retry(
              plain()
                  .retryAfter(
                      failure -> {
                        throw bug;
                      }));

      retry.call(new Script(down, "answer"));
      assertThat(clock.elapsed()).hasMillis(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "negative", "null", "too long"})
    void aBackoffThatFailsOrOverdoesItIsReplacedByTheLongestDelay(String how) throws Exception {
      Backoff backoff =
          (attempt, previous, random) ->
              switch (how) {
                case "negative" -> Duration.ofNanos(-1);
                case "null" -> null;
                case "too long" -> Duration.ofSeconds(Long.MAX_VALUE);
                default -> throw bug;
              };
      RetryConfig config =
          RetryConfig.builder().backoff(backoff).maxDelay(Duration.ofSeconds(2)).build();

      Retry.of("backend", config, clock).call(new Script(down, "answer"));
      assertThat(clock.elapsed()).hasSeconds(2);
    }
  }

  @Nested
  class Reconfigured {
    @Test
    void appliesToLaterCallsAndKeepsTheBudgetsLevel() {
      Retry retry = retry(plain().budgetBurst(5));
      assertThat(uncheckedCall(retry, new Script(down, "answer"))).isEqualTo("answer");
      RetryBudget budget = retry.budget();

      retry.reconfigure(retry.config().toBuilder().maxAttempts(1).build());
      assertThatThrownBy(() -> retry.call(new Script(down, "unreached"))).isSameAs(down);
      assertThat(retry.budget()).isSameAs(budget);
      assertThat(retry.metrics().calls()).isEqualTo(2);
    }

    @Test
    void aCallUnderWayKeepsItsSettings() throws Exception {
      Retry retry = retry(plain());
      AtomicInteger calls = new AtomicInteger();

      Object answer =
          retry.call(
              () -> {
                retry.reconfigure(plain().maxAttempts(1).build());
                if (calls.incrementAndGet() < 3) {
                  throw down;
                }
                return "answer";
              });
      assertThat(answer).isEqualTo("answer");
    }

    @Test
    void anotherSizeBringsAFullBudgetAndASharedOneReplacesIt() {
      Retry retry = retry(plain().budgetBurst(1));
      assertThat(uncheckedCall(retry, new Script(down, "answer"))).isEqualTo("answer");

      retry.reconfigure(plain().budgetBurst(2).build());
      assertThat(retry.budget().available()).isEqualTo(2);
      RetryBudget shared = RetryBudget.standard();
      retry.reconfigure(plain().budget(shared).build());
      assertThat(retry.budget()).isSameAs(shared);
    }
  }

  @Nested
  class OnTheSuccessPath {
    @Test
    void readsNoClockWithoutADeadline() throws Exception {
      AtomicInteger reads = new AtomicInteger();
      Clock counting =
          new Delegating() {
            @Override
            public long nanoTime() {
              reads.incrementAndGet();
              return super.nanoTime();
            }

            @Override
            public Instant wallTime() {
              reads.incrementAndGet();
              return super.wallTime();
            }
          };
      Retry retry = Retry.of("backend", plain().build(), counting);

      retry.call(() -> "answer");
      retry.call(new Script(down, "answer"));
      assertThat(reads).hasValue(0);
      retry.call(() -> "answer", Duration.ofSeconds(1));
      assertThat(reads).hasValue(1);
    }

    @Test
    void allocatesNothing() throws Exception {
      com.sun.management.ThreadMXBean threads =
          (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      Retry retry = retry(plain().retryOnResult("busy"::equals));
      Callable<String> body = () -> "answer";
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
          retry.call(body);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).as("bytes of 10,000 calls").isLessThan(10_000);
    }
  }

  private static RetryConfig.Builder plain() {
    return RetryConfig.builder().jitter(Jitter.NONE);
  }

  private Retry retry(RetryConfig.Builder config) {
    return Retry.of("backend", config.build(), clock);
  }

  private static Object uncheckedCall(Retry retry, Callable<Object> body) {
    try {
      return retry.call(body);
    } catch (Exception e) {
      throw new AssertionError("the call should have succeeded", e);
    }
  }

  /** The test's clock, to be changed in one point. */
  private class Delegating implements Clock {
    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public Instant wallTime() {
      return clock.wallTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      clock.sleep(duration);
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      return clock.schedule(task, delay);
    }
  }
}
