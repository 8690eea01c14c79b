package io.foreguard.circuitbreaker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.circuitbreaker.ClassicPolicy.WindowType;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitBreakerTest {
  private final IOException down = new IOException("down");
  private static final ClassicPolicy TEN =
      ClassicPolicy.builder()
          .slidingWindow(WindowType.COUNT_BASED, 10)
          .minimumCalls(10)
          .openDuration(Duration.ofSeconds(30))
          .halfOpenCalls(3)
          .build();
  private static final CircuitBreakerConfig CLASSIC =
      CircuitBreakerConfig.builder().policy(TEN).build();

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker = CircuitBreaker.of("engine", CLASSIC, clock);

  @Nested
  class Closed {
    @Test
    void returnsWhatTheBodyReturns() throws Exception {
      assertThat(breaker.call(() -> "answer")).isEqualTo("answer");
      assertThat(breaker.<Object>call(() -> null)).isNull();
      assertThat(breaker.decorate(() -> 7).call()).isEqualTo(7);
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(3);
    }

    @Test
    void throwsWhatTheBodyThrows() {
      assertThatThrownBy(() -> fail(down)).isSameAs(down);
      Error error = new StackOverflowError();
      assertThatThrownBy(() -> fail(error)).isSameAs(error);

      assertThat(breaker.metrics().failures()).isEqualTo(2);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void opensWhenTheWindowReachesTheThresholdAndNotBefore() {
      settle(5, Outcome.SUCCESS);
      settle(4, Outcome.FAILURE);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);

      settle(1, Outcome.FAILURE);

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void opensOnSlowCalls() {
      CircuitBreaker slow =
          CircuitBreaker.of(
              "slow",
              CLASSIC.toBuilder()
                  .policy(TEN.toBuilder().slowCallRateThreshold(.5).build())
                  .slowCallDuration(Duration.ofMillis(100))
                  .build(),
              clock);
      for (int i = 0; i < 10; i++) {
        Permit permit = slow.acquire();
        clock.advance(Duration.ofMillis(i < 5 ? 99 : 100));
        permit.success();
      }

      assertThat(slow.metrics().calls(Outcome.SLOW_SUCCESS)).isEqualTo(5);
      assertThat(slow.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(
        value = Outcome.class,
        names = {"IGNORED", "CALLER_FAULT"})
    void isNotMovedByWhatIsNoEvidence(Outcome outcome) {
      settle(100, outcome);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.metrics().calls(outcome)).isEqualTo(100);
      settle(9, Outcome.FAILURE);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void survivesABodyThatCallsTheSameBreaker() throws Exception {
      int depth = nest(20);

      assertThat(depth).isEqualTo(20);
      assertThat(breaker.metrics().calls()).isEqualTo(20);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    private int nest(int levels) throws Exception {
      return levels == 0 ? 0 : breaker.call(() -> 1 + nest(levels - 1));
    }

    @Test
    void allowsRetriesWhileCallsSucceed() {
      settle(10, Outcome.SUCCESS);
      assertThat(breaker.allowsRetry()).isTrue();
    }

    @Test
    void explainsItselfInWords() {
      settle(6, Outcome.SUCCESS);
      settle(4, Outcome.FAILURE);

      assertThat(breaker.explain().toString())
          .startsWith("CLOSED by policy classic: P(success) 0.")
          .contains("(statistical 1)")
          .contains("calls failed")
          .endsWith("classic thresholds would admit (4 of the last 10 failed)");
      assertThat(breaker.toString()).contains("engine", "ENFORCE", "CLOSED");
      assertThat(breaker.explain().classicWouldReject()).isFalse();
      assertThat(breaker.explain().threshold()).isEqualTo(.5);
    }

    @Test
    void seesATimeoutByItsType() {
      assertThatThrownBy(() -> fail(new TimeoutException())).isInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> fail(new InterruptedException()))
          .isInstanceOf(InterruptedException.class);

      assertThat(breaker.metrics().calls(Outcome.TIMEOUT)).isOne();
      assertThat(breaker.metrics().calls(Outcome.IGNORED)).isOne();
    }
  }

  @Nested
  class Open {
    @Test
    void refusesUntilTheOpenDurationEnds() {
      open();

      clock.advance(Duration.ofSeconds(29));
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> breaker.call(() -> "unreached"))
          .satisfies(
              e -> {
                assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1));
                assertThat(e.source()).isEqualTo("engine");
                assertThat(e.reason()).isEqualTo(RejectionReason.OPEN);
                assertThat(e.explanation().state()).isEqualTo(State.OPEN);
                assertThat(e)
                    .hasMessageContaining("Call to 'engine' was rejected: the circuit is open")
                    .hasMessageContaining("retry after 1000 ms");
                assertThat(e.getStackTrace()).isEmpty();
              });
      assertThat(breaker.state()).isEqualTo(State.OPEN);

      clock.advance(Duration.ofSeconds(1));
      assertThat(breaker.tryAcquire()).isPresent();
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void refusesAsynchronousCallsInTheStage() {
      open();
      AtomicInteger ran = new AtomicInteger();

      var stage =
          breaker.callAsync(
              () -> {
                ran.incrementAndGet();
                return new java.util.concurrent.CompletableFuture<>();
              });

      assertThat(stage.toCompletableFuture())
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(CircuitOpenException.class);
      assertThat(ran).hasValue(0);
    }

    @Test
    void countsRefusalsAndAllowsNoRetry() {
      open();
      for (int i = 0; i < 7; i++) {
        assertThat(breaker.tryAcquire()).isEmpty();
      }

      assertThat(breaker.metrics().rejected()).isEqualTo(7);
      assertThat(breaker.allowsRetry()).isFalse();
      assertThat(breaker.admissionShare()).isZero();
    }
  }

  @Nested
  class HalfOpen {
    @Test
    void admitsNoMoreThanItsProbesAndClosesOnTheirVerdict() {
      open();
      clock.advance(Duration.ofSeconds(30));
      List<Permit> probes = takeAll();

      assertThat(probes).hasSize(3).allMatch(Permit::isProbe);
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(breaker::acquire)
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.RECOVERING));
      probes.get(0).success();
      probes.get(1).failure(down);
      assertThat(breaker.tryAcquire()).isEmpty();
      probes.get(2).success();

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.metrics().probes()).isEqualTo(3);
      assertThat(breaker.explain().toString()).contains("0 of the last 0 failed");
    }

    @Test
    void opensAgainForTheWholeDurationWhenProbesFail() {
      open();
      clock.advance(Duration.ofSeconds(30));
      takeAll().forEach(permit -> permit.failure(down));

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      clock.advance(Duration.ofMillis(29_999));
      assertThat(breaker.tryAcquire()).isEmpty();
      clock.advance(Duration.ofMillis(1));
      assertThat(breaker.tryAcquire()).isPresent();
    }

    @Test
    void judgesNoResultThatComesAfterItsLease() {
      open();
      clock.advance(Duration.ofSeconds(30));
      List<Permit> probes = takeAll();
      clock.advance(Duration.ofSeconds(60));
      assertThat(breaker.metrics().lostPermits()).isEqualTo(3);

      probes.forEach(Permit::success);

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.metrics().staleResults()).isEqualTo(3);
      assertThat(takeAll()).hasSize(3);
    }

    @Test
    void countsAReleasedProbeNeitherAsInFlightNorAsJudged() {
      open();
      clock.advance(Duration.ofSeconds(30));
      Permit probe = breaker.acquire();
      assertThat(breaker.metrics().inFlight()).isOne();

      probe.close();

      assertThat(breaker.metrics().inFlight()).isZero();
      assertThat(takeAll()).hasSize(2);
      clock.advance(Duration.ofSeconds(30));
      assertThat(takeAll()).hasSize(1);
    }
  }

  @Nested
  class APermit {
    @Test
    void isSettledByTheFirstSettlingOnly() {
      Permit permit = breaker.acquire();

      assertThat(permit.failure(down)).isTrue();
      assertThat(permit.success()).isFalse();
      assertThat(permit.record(Outcome.TIMEOUT)).isFalse();
      assertThat(permit.release()).isFalse();
      permit.close();

      assertThat(breaker.metrics().calls()).isOne();
      assertThat(breaker.metrics().failures()).isOne();
    }

    @Test
    void isNotUsedUpByANullResult() {
      Permit permit = breaker.acquire();

      assertThatNullPointerException().isThrownBy(() -> permit.failure(null));
      assertThatNullPointerException().isThrownBy(() -> permit.record(null));

      assertThat(permit.success()).isTrue();
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isOne();
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void succeedsWhateverTheClassifierMakesOfNull() {
      breaker.reconfigure(
          CLASSIC.toBuilder()
              .classifier(OutcomeClassifier.standard().failureIfResult(r -> r == null))
              .build());

      breaker.acquire().success();
      breaker.acquire().result(null);

      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isOne();
      assertThat(breaker.metrics().calls(Outcome.FAILURE)).isOne();
    }

    @Test
    void isWrittenOffWhenItsLeaseEndsAndItsLateResultIsNotJudged() {
      Permit permit = breaker.acquire();
      clock.advance(Duration.ofSeconds(61));

      permit.failure(down);

      CircuitBreakerMetrics metrics = breaker.metrics();
      assertThat(metrics.calls()).isZero();
      assertThat(metrics.lostPermits()).isOne();
      assertThat(metrics.staleResults()).isOne();
      assertThat(metrics.inFlight()).isZero();
    }

    @Test
    void isSettledOnceHoweverManyThreadsRaceForIt() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        for (int round = 0; round < 500; round++) {
          Permit permit = breaker.acquire();
          CyclicBarrier together = new CyclicBarrier(4);
          List<Future<Boolean>> wins = new ArrayList<>();
          for (int t = 0; t < 4; t++) {
            boolean even = t % 2 == 0;
            wins.add(
                threads.submit(
                    () -> {
                      together.await(10, SECONDS);
                      return even ? permit.success() : permit.release();
                    }));
          }
          int won = 0;
          for (Future<Boolean> win : wins) {
            won += win.get(10, SECONDS) ? 1 : 0;
          }
          assertThat(won).isOne();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(breaker.metrics().calls()).isEqualTo(500);
      assertThat(breaker.metrics().inFlight()).isZero();
    }
  }

  @Nested
  class AnOperator {
    @Test
    void opensAndClosesTheCircuit() {
      List<CircuitBreakerEvent.Transition> transitions = transitions(breaker);

      breaker.transitionToOpen();
      assertThat(breaker.tryAcquire()).isEmpty();
      breaker.transitionToClosed();
      assertThat(breaker.tryAcquire()).isPresent();

      assertThat(transitions)
          .extracting(CircuitBreakerEvent.Transition::to)
          .containsExactly(State.OPEN, State.CLOSED);
      assertThat(transitions).allMatch(t -> t.trigger().equals("by an operator"));
      assertThat(transitions.get(1).era()).isGreaterThan(transitions.get(0).era());
    }

    @Test
    void startsTheRecovery() {
      breaker.transitionToOpen();

      breaker.transitionToHalfOpen();

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.tryAcquire()).hasValueSatisfying(p -> assertThat(p.isProbe()).isTrue());
    }

    @Test
    void closingForgetsFailures() {
      settle(9, Outcome.FAILURE);

      breaker.transitionToClosed();
      settle(9, Outcome.FAILURE);

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void closingLeavesNoMoreDoubtThanThereIsOfANewDependency() {
      CircuitBreaker reset = CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
      CircuitBreaker fresh = CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
      for (int i = 0; i < 50; i++) {
        reset.tryAcquire().ifPresent(permit -> permit.record(Outcome.FAILURE));
      }
      assertThat(reset.state()).isEqualTo(State.OPEN);

      reset.transitionToClosed();
      assertThat(reset.estimate().probability()).isGreaterThan(.85);
      reset.acquire().record(Outcome.FAILURE);
      fresh.acquire().record(Outcome.FAILURE);

      assertThat(reset.state()).isEqualTo(fresh.state());
      assertThat(reset.estimate().probability())
          .isCloseTo(fresh.estimate().probability(), within(.1));
    }

    @Test
    void movingToTheSameStateIsNoTransition() {
      List<CircuitBreakerEvent.Transition> transitions = transitions(breaker);

      breaker.transitionToClosed();
      breaker.transitionToOpen();
      breaker.transitionToOpen();

      assertThat(transitions).hasSize(1);
    }
  }

  @Nested
  class Modes {
    @Test
    void shadowAdmitsEveryCallAndCountsWhatItWouldHaveRefused() throws Exception {
      List<CircuitBreakerEvent.Rejection> rejections = new ArrayList<>();
      breaker.events().onRejection(rejections::add);
      breaker.mode(Mode.SHADOW);
      open();

      for (int i = 0; i < 4; i++) {
        assertThat(breaker.call(() -> "sent")).isEqualTo("sent");
      }
      assertThatThrownBy(() -> fail(down)).isSameAs(down);

      CircuitBreakerMetrics metrics = breaker.metrics();
      assertThat(metrics.rejected()).isZero();
      assertThat(metrics.shadowRejected()).isEqualTo(5);
      assertThat(metrics.shadowRejectedSucceeded()).isEqualTo(4);
      assertThat(rejections).hasSize(5).allMatch(CircuitBreakerEvent.Rejection::shadow);
      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.allowsRetry()).isTrue();
    }

    @Test
    void shadowRecoversByTheSameProbesAsEnforcing() {
      breaker.mode(Mode.SHADOW);
      open();
      clock.advance(Duration.ofSeconds(30));

      for (int i = 0; i < 3; i++) {
        breaker.acquire().success();
      }

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.metrics().probes()).isEqualTo(3);
    }

    @Test
    void disabledAdmitsEveryCallAndObservesNothing() {
      breaker.mode(Mode.DISABLED);

      settle(1_000, Outcome.FAILURE);

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.metrics().calls()).isZero();
      breaker.mode(Mode.ENFORCE);
      settle(9, Outcome.FAILURE);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void forcedOpenRefusesEveryCallUntilTheModeChanges() {
      List<CircuitBreakerEvent.ModeChange> changes = new ArrayList<>();
      breaker.events().onModeChange(changes::add);
      breaker.mode(Mode.FORCED_OPEN);
      breaker.mode(Mode.FORCED_OPEN);

      clock.advance(Duration.ofDays(1));
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(breaker::acquire)
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.FORCED_OPEN));
      assertThat(breaker.allowsRetry()).isFalse();
      breaker.mode(Mode.ENFORCE);

      assertThat(breaker.tryAcquire()).isPresent();
      assertThat(changes)
          .extracting(CircuitBreakerEvent.ModeChange::to)
          .containsExactly(Mode.FORCED_OPEN, Mode.ENFORCE);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void changingUnderCallsInFlightLosesNoneOfThem(Mode mode) {
      for (State state : new State[] {State.CLOSED, State.OPEN, State.HALF_OPEN}) {
        CircuitBreaker b = CircuitBreaker.of("engine", CLASSIC, clock);
        if (state != State.CLOSED) {
          b.transitionToOpen();
        }
        if (state == State.HALF_OPEN) {
          clock.advance(Duration.ofSeconds(30));
        }
        Optional<Permit> permit = b.tryAcquire();
        b.mode(mode);
        permit.ifPresent(Permit::success);

        assertThat(b.metrics().inFlight()).as("%s", state).isZero();
        assertThat(b.metrics().calls()).as("%s", state).isEqualTo(permit.isPresent() ? 1 : 0);
        assertThat(b.mode()).isEqualTo(mode);
      }
    }
  }

  @Nested
  class Listeners {
    @Test
    void thatThrowDisturbNeitherTheCallNorEachOther() throws Exception {
      AtomicInteger heard = new AtomicInteger();
      breaker
          .events()
          .onAny(
              event -> {
                throw new AssertionError("listener");
              });
      breaker
          .events()
          .onCall(
              (outcome, duration, probe) -> {
                throw new IllegalStateException("listener");
              });
      breaker.events().onAny(event -> heard.incrementAndGet());
      breaker.events().onCall((outcome, duration, probe) -> heard.incrementAndGet());

      assertThat(breaker.call(() -> 1)).isEqualTo(1);
      settle(9, Outcome.FAILURE);

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(heard).hasValue(11);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void mayCallTheBreaker() {
      List<Boolean> admitted = new ArrayList<>();
      breaker
          .events()
          .onTransition(
              event -> {
                admitted.add(breaker.tryAcquire().isPresent());
                breaker.metrics();
                if (event.to() == State.OPEN) {
                  breaker.transitionToClosed();
                }
              });

      open(false);

      assertThat(admitted).containsExactly(false, true);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void thatBlockHoldUpNoOtherThread() throws Exception {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      breaker
          .events()
          .onTransition(
              event -> {
                inside.countDown();
                await(leave);
              });
      Thread opener = new Thread(() -> open(false));
      opener.start();
      await(inside);

      assertThat(breaker.tryAcquire()).isEmpty();
      assertThat(breaker.metrics().rejected()).isOne();

      leave.countDown();
      opener.join(SECONDS.toMillis(30));
      assertThat(opener.isAlive()).isFalse();
    }

    @Test
    void hearNothingOnceTheyAreClosed() {
      AtomicInteger heard = new AtomicInteger();
      var any = breaker.events().onAny(event -> heard.incrementAndGet());
      var calls = breaker.events().onCall((outcome, duration, probe) -> heard.incrementAndGet());
      any.close();
      any.close();
      calls.close();

      open();

      assertThat(heard).hasValue(0);
    }

    @Test
    void hearOfEachCallWithItsDuration() {
      List<String> heard = new ArrayList<>();
      breaker
          .events()
          .onCall((outcome, duration, probe) -> heard.add(outcome + " " + duration + " " + probe));
      Permit permit = breaker.acquire();
      clock.advance(Duration.ofSeconds(2));
      permit.success();

      assertThat(heard).containsExactly("SUCCESS 2000000000 false");
    }
  }

  @Nested
  class AClassifier {
    @Test
    void thatThrowsOrAnswersNullLeavesCallsToThePlainJudgement() {
      OutcomeClassifier throwing =
          (result, thrown) -> {
            throw new IllegalStateException("classifier");
          };
      OutcomeClassifier silent = (result, thrown) -> null;
      for (OutcomeClassifier bad : List.of(throwing, silent)) {
        CircuitBreaker b =
            CircuitBreaker.of("engine", CLASSIC.toBuilder().classifier(bad).build(), clock);
        b.acquire().result("x");
        b.acquire().failure(down);

        assertThat(b.metrics().calls(Outcome.SUCCESS)).isOne();
        assertThat(b.metrics().calls(Outcome.FAILURE)).isOne();
        assertThat(b.metrics().inFlight()).isZero();
      }
    }

    @Test
    void namesWhatItIsComposedToName() {
      OutcomeClassifier classifier =
          OutcomeClassifier.standard()
              .callerFaultIf(t -> t instanceof IllegalArgumentException)
              .ignoreIf(t -> t instanceof UnsupportedOperationException)
              .failureIfResult("503"::equals);

      assertThat(classifier.classify(null, new IllegalArgumentException()))
          .isEqualTo(Outcome.CALLER_FAULT);
      assertThat(classifier.classify(null, new UnsupportedOperationException()))
          .isEqualTo(Outcome.IGNORED);
      assertThat(classifier.classify("503", null)).isEqualTo(Outcome.FAILURE);
      assertThat(classifier.classify("200", null)).isEqualTo(Outcome.SUCCESS);
      assertThat(classifier.classify(null, new java.net.SocketTimeoutException()))
          .isEqualTo(Outcome.TIMEOUT);
      assertThat(classifier.classify(null, new java.net.http.HttpTimeoutException("late")))
          .isEqualTo(Outcome.TIMEOUT);
    }
  }

  @Nested
  class Counts {
    @Test
    void equalWhatWasDoneByEightThreads() throws Exception {
      CircuitBreaker b = CircuitBreaker.of("engine"); // predictive, on the system's clock
      int perThread = 5_000;
      ExecutorService threads = Executors.newFixedThreadPool(8);
      AtomicInteger rejected = new AtomicInteger();
      AtomicInteger[] settled = new AtomicInteger[4];
      for (int i = 0; i < 4; i++) {
        settled[i] = new AtomicInteger();
      }
      Outcome[] outcomes = {
        Outcome.SUCCESS, Outcome.FAILURE, Outcome.IGNORED, Outcome.CALLER_FAULT
      };
      try {
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          done.add(
              threads.submit(
                  () -> {
                    together.await(10, SECONDS);
                    for (int i = 0; i < perThread; i++) {
                      int which = i % 50 == 0 ? 1 : i % 50 == 7 ? 2 : i % 50 == 9 ? 3 : 0;
                      Optional<Permit> permit = b.tryAcquire();
                      if (permit.isEmpty()) {
                        rejected.incrementAndGet();
                      } else {
                        permit.get().record(outcomes[which]);
                        settled[which].incrementAndGet();
                      }
                    }
                    return null;
                  }));
        }
        for (Future<?> future : done) {
          future.get(60, SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }

      CircuitBreakerMetrics metrics = b.metrics();
      assertThat(metrics.rejected()).isEqualTo(rejected.get());
      assertThat(metrics.inFlight()).isZero();
      assertThat(metrics.lostPermits()).isZero();
      long all = IntStream.range(0, 4).mapToLong(i -> settled[i].get()).sum();
      assertThat(metrics.calls() + metrics.staleResults()).isEqualTo(all);
      assertThat(all + rejected.get()).isEqualTo(8L * perThread);
      if (metrics.staleResults() == 0) {
        for (int i = 0; i < 4; i++) {
          assertThat(metrics.calls(outcomes[i])).isEqualTo(settled[i].get());
        }
      }
    }

    @Test
    void holdForThousandsOfCallsInFlightFromOneThread() {
      List<Permit> permits = IntStream.range(0, 5_000).mapToObj(i -> breaker.acquire()).toList();
      assertThat(breaker.metrics().inFlight()).isEqualTo(5_000);
      assertThat(breaker.signals().value(Signal.IN_FLIGHT)).isEqualTo(5_000);

      permits.forEach(Permit::success);

      assertThat(breaker.metrics().inFlight()).isZero();
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(5_000);
    }
  }

  private void fail(Throwable thrown) throws Exception {
    breaker.call(
        () -> {
          if (thrown instanceof Error error) {
            throw error;
          }
          throw (Exception) thrown;
        });
  }

  private void settle(int calls, Outcome outcome) {
    for (int i = 0; i < calls; i++) {
      breaker.acquire().record(outcome);
    }
  }

  private void open() {
    open(true);
  }

  private void open(boolean check) {
    for (int i = 0; i < 10; i++) {
      breaker.tryAcquire().ifPresent(permit -> permit.failure(down));
    }
    if (check) {
      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }
  }

  private List<Permit> takeAll() {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      breaker.tryAcquire().ifPresent(permits::add);
    }
    return permits;
  }

  private static List<CircuitBreakerEvent.Transition> transitions(CircuitBreaker breaker) {
    List<CircuitBreakerEvent.Transition> transitions = new ArrayList<>();
    breaker.events().onTransition(transitions::add);
    return transitions;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
