package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final CallContext A = CallContext.of("replica", "a");
  private static final CallContext B = CallContext.of("replica", "b");
  private static final CallContext A_ACME = A.and("tenant", "acme");
  private static final int KEYS = 5;

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final int[] asked = new int[KEYS];
  private final int[] admitted = new int[KEYS];

  @Nested
  class OneKeyThatFails {
    @Test
    void isShutOutAlone() {
      drive(1_000, key -> true);
      Arrays.fill(asked, 0);
      Arrays.fill(admitted, 0);

      drive(5_000, key -> key != 0);

      assertThat(replica(0).state()).isEqualTo(State.OPEN);
      assertThat((double) admitted[0]).isLessThan(.1 * asked[0]);
      for (int key = 1; key < KEYS; key++) {
        assertThat(replica(key).state()).isEqualTo(State.CLOSED);
        assertThat((double) admitted[key]).isGreaterThanOrEqualTo(.99 * asked[key]);
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void isNamedByTheRefusal() {
      breaker.key("replica", "a").transitionToOpen();

      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> breaker.call(A_ACME, () -> "unreached"))
          .satisfies(e -> assertThat(e.source()).isEqualTo("engine/replica=a"))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.OPEN));
      assertThat(breaker.tryAcquire(A_ACME)).isEmpty();
      assertThat(breaker.callAsync(A_ACME, CompletableFuture::new).toCompletableFuture())
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(CircuitOpenException.class);
    }

    @Test
    void comesBackByItself() {
      drive(1_000, key -> true);
      drive(1_000, key -> key != 0);

      drive(20_000, key -> true);

      assertThat(replica(0).state()).isEqualTo(State.CLOSED);
      Arrays.fill(asked, 0);
      Arrays.fill(admitted, 0);
      drive(1_000, key -> true);
      assertThat(admitted).isEqualTo(asked);
    }
  }

  @Nested
  class ATotalOutage {
    @Test
    void isTheDependencysAndKeysDoNotEachRecover() {
      drive(1_000, key -> true);
      drive(3_000, key -> false);
      assertThat(breaker.state()).isEqualTo(State.OPEN);

      int calls = 0;
      while (breaker.state() != State.CLOSED && calls < 60_000) {
        drive(10, key -> true);
        calls += 10;
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      drive(500, key -> true);
      Arrays.fill(asked, 0);
      Arrays.fill(admitted, 0);
      drive(500, key -> true);

      for (int key = 0; key < KEYS; key++) {
        assertThat(replica(key).state()).isEqualTo(State.CLOSED);
        assertThat((double) admitted[key]).isGreaterThan(.9 * asked[key]);
      }
    }

    @Test
    void asksNoKeyWhileMostAreInTrouble() {
      CircuitBreaker a = breaker.key("replica", "a");
      CircuitBreaker b = breaker.key("replica", "b");
      a.transitionToOpen();
      b.transitionToOpen();
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));

      Permit permit = breaker.acquire(A);
      assertThat(permit.isProbe()).isTrue();
      assertThat(a.metrics().probes()).isZero();
      assertThat(permit.success()).isTrue();

      assertThat(a.state()).as("revived by its call").isEqualTo(State.CLOSED);
      assertThat(b.state()).isEqualTo(State.OPEN);
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void revivesNoKeyByAFailure() {
      CircuitBreaker a = breaker.key("replica", "a");
      breaker.key("replica", "b").transitionToOpen();
      a.transitionToOpen();
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));

      breaker.acquire(A).record(Outcome.FAILURE);

      assertThat(a.state()).isEqualTo(State.OPEN);
      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.metrics().failures()).isOne();
    }

    @Test
    void leavesAKeyItsSayWhenMostAreWell() {
      breaker.key("replica", "a").transitionToOpen();
      breaker.key("replica", "b");
      breaker.key("replica", "c");
      breaker.transitionToOpen();

      clock.advance(Duration.ofMinutes(2));
      Permit probe = breaker.acquire(A);

      assertThat(breaker.key("replica", "a").metrics().probes()).isOne();
      probe.release();
    }

    @Test
    void whoseEndLetsEachKeyProbeAtOnce() {
      CircuitBreaker a = breaker.key("replica", "a");
      for (int i = 0; i < 400 && a.state() != State.OPEN; i++) {
        breaker.tryAcquire(A).ifPresent(permit -> permit.record(Outcome.FAILURE));
        clock.advance(Duration.ofMillis(10));
      }
      assertThat(a.state()).isEqualTo(State.OPEN);
      for (int i = 0; i < 20_000 && a.gate().admitsNow(clock.nanoTime()); i++) {
        breaker.tryAcquire(A).ifPresent(permit -> permit.record(Outcome.FAILURE));
        clock.advance(Duration.ofMillis(1));
      }
      assertThat(breaker.admits(A)).isFalse();
      breaker.transitionToOpen();

      breaker.transitionToClosed();

      assertThat(breaker.admits(A)).isTrue();
    }
  }

  @Nested
  class Admits {
    @Test
    void takesNothing() {
      CircuitBreaker a = breaker.key("replica", "a");
      a.transitionToOpen();
      assertThat(breaker.admits(A)).isFalse();
      assertThat(breaker.admits(B)).isTrue();
      clock.advance(Duration.ofMinutes(2));

      for (int i = 0; i < 10; i++) {
        assertThat(breaker.admits(A)).isTrue();
      }

      assertThat(a.metrics().probes()).isZero();
      assertThat(a.metrics().rejected()).isZero();
      assertThat(inFlight(breaker)).isZero();
      Permit probe = breaker.acquire(A);
      assertThat(breaker.admits(A)).as("its probe is out").isFalse();
      assertThat(breaker.admits(CallContext.none())).isTrue();
      probe.release();
    }

    @Test
    void saysWhatTheModeDoes() {
      CircuitBreaker a = breaker.key("replica", "a");
      a.transitionToOpen();
      breaker.mode(Mode.SHADOW);
      assertThat(breaker.admits(A)).isTrue();
      breaker.mode(Mode.DISABLED);
      assertThat(breaker.admits(A)).isTrue();
      breaker.mode(Mode.FORCED_OPEN);
      assertThat(breaker.admits(A)).isFalse();
      assertThat(breaker.admits(B)).isFalse();
    }

    @Test
    void followsTheRecoveryOfAKey() {
      CircuitBreaker a = breaker.key("replica", "a");
      a.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));
      breaker.acquire(A).success();
      assertThat(a.state()).isEqualTo(State.HALF_OPEN);

      List<Permit> taken = new ArrayList<>();
      while (breaker.admits(A) && taken.size() < 100) {
        taken.add(breaker.acquire(A));
      }

      assertThat(taken).hasSizeBetween(1, 10);
      assertThat(breaker.tryAcquire(A)).isEmpty();
    }
  }

  @Nested
  class ARefusal {
    @Test
    void byAKeyGivesBackWhatTheOthersGranted() {
      breaker.key("tenant", "acme").transitionToOpen();

      for (int i = 0; i < 100; i++) {
        assertThat(breaker.tryAcquire(A_ACME)).isEmpty();
      }

      assertThat(inFlight(breaker)).isZero();
      assertThat(inFlight(breaker.key("replica", "a"))).isZero();
      assertThat(breaker.key("replica", "a").metrics().calls()).isZero();
      assertThat(breaker.key("tenant", "acme").metrics().rejected()).isEqualTo(100);
    }

    @Test
    void byTheDependencyGivesBackAKeysProbe() {
      CircuitBreaker a = breaker.key("replica", "a");
      breaker.key("replica", "b");
      breaker.key("replica", "c");
      a.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));
      breaker.transitionToOpen(); // its own wait begins

      assertThat(breaker.tryAcquire(A)).isEmpty();

      assertThat(inFlight(a)).isZero();
      assertThat(a.gate().admitsNow(clock.nanoTime())).as("the place is free").isTrue();
      breaker.transitionToClosed();
      assertThat(breaker.tryAcquire(A)).isPresent();
    }

    @Test
    void byALaterKeyGivesBackAnEarlierKeysProbe() {
      CircuitBreaker a = breaker.key("replica", "a");
      a.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));
      breaker.key("tenant", "acme").transitionToOpen();

      assertThat(breaker.tryAcquire(A_ACME)).isEmpty();
      assertThat(inFlight(a)).isZero();

      assertThat(breaker.tryAcquire(A)).hasValueSatisfying(Permit::success);
      assertThat(a.state()).isEqualTo(State.HALF_OPEN);
    }
  }

  @Nested
  class Settling {
    @Test
    void happensOnceForTheWholeChain() {
      List<Predicate<Permit>> ways =
          List.of(
              Permit::success,
              permit -> permit.result("answer"),
              permit -> permit.failure(new IllegalStateException("simulated")),
              permit -> permit.record(Outcome.CALLER_FAULT),
              Permit::release);
      long ended = 0;
      for (Predicate<Permit> first : ways) {
        for (Predicate<Permit> second : ways) {
          Permit permit = breaker.acquire(A_ACME);
          forChain(b -> assertThat(inFlight(b)).isOne());
          clock.advance(Duration.ofMillis(1));
          assertThat(first.test(permit)).isTrue();
          assertThat(second.test(permit)).isFalse();
          permit.close();
          ended++;
          long expected = ended;
          forChain(b -> assertThat(inFlight(b)).isZero());
          forChain(b -> assertThat(b.metrics().calls()).isEqualTo(expected));
          forChain(CircuitBreaker::transitionToClosed);
        }
      }
    }

    @Test
    void coversEveryWayASynchronousCallEnds() throws Exception {
      assertThat(breaker.<String>call(A_ACME, () -> "answer")).isEqualTo("answer");
      forChain(b -> assertThat(b.metrics().calls(Outcome.SUCCESS)).isOne());
      IllegalStateException failure = new IllegalStateException("simulated");
      assertThatThrownBy(() -> breaker.call(A_ACME, () -> rethrow(failure))).isSameAs(failure);
      forChain(b -> assertThat(b.metrics().failures()).isOne());
      StackOverflowError error = new StackOverflowError("simulated");
      assertThatThrownBy(() -> breaker.call(A_ACME, () -> rethrow(error))).isSameAs(error);
      forChain(b -> assertThat(b.metrics().failures()).isEqualTo(2));
      TimeoutException timeout = new TimeoutException("simulated");
      assertThatThrownBy(() -> breaker.call(A_ACME, () -> rethrow(timeout))).isSameAs(timeout);
      forChain(b -> assertThat(b.metrics().calls(Outcome.TIMEOUT)).isOne());
      InterruptedException interrupt = new InterruptedException("simulated");
      assertThatThrownBy(() -> breaker.call(A_ACME, () -> rethrow(interrupt))).isSameAs(interrupt);
      forChain(b -> assertThat(b.metrics().calls(Outcome.IGNORED)).isOne());

      forChain(b -> assertThat(inFlight(b)).isZero());
    }

    @Test
    void takesAnInterruptAtTheDeadlineForATimeOut() {
      CircuitBreaker hasty =
          CircuitBreaker.of(
              "engine",
              CircuitBreakerConfig.builder().deadline(Duration.ofSeconds(1)).build(),
              clock);
      InterruptedException interrupt = new InterruptedException("simulated");

      assertThatThrownBy(
              () ->
                  hasty.call(
                      A,
                      () -> {
                        clock.advance(Duration.ofSeconds(1));
                        return rethrow(interrupt);
                      }))
          .isSameAs(interrupt);

      assertThat(hasty.metrics().calls(Outcome.TIMEOUT)).isOne();
      assertThat(hasty.key("replica", "a").metrics().calls(Outcome.TIMEOUT)).isOne();
    }

    @Test
    void coversEveryWayAnAsynchronousCallEnds() {
      CompletableFuture<String> body = new CompletableFuture<>();
      CompletableFuture<String> stage = breaker.callAsync(A_ACME, () -> body).toCompletableFuture();
      forChain(b -> assertThat(inFlight(b)).isOne());
      body.complete("answer");
      assertThat(stage).isCompletedWithValue("answer");
      forChain(b -> assertThat(b.metrics().calls(Outcome.SUCCESS)).isOne());

      assertThat(
              breaker
                  .callAsync(
                      A_ACME, () -> CompletableFuture.failedFuture(new IllegalStateException("no")))
                  .toCompletableFuture())
          .isCompletedExceptionally();
      forChain(b -> assertThat(b.metrics().failures()).isOne());
      assertThat(
              breaker
                  .callAsync(
                      A_ACME,
                      () -> {
                        throw new StackOverflowError("simulated");
                      })
                  .toCompletableFuture())
          .isCompletedExceptionally();
      forChain(b -> assertThat(b.metrics().failures()).isEqualTo(2));
      forChain(b -> assertThat(inFlight(b)).isZero());
    }

    @Test
    void happensOnceWhenACallIsCancelledAndThenEnds() {
      CompletableFuture<String> body = new CompletableFuture<>();
      CompletableFuture<String> stage = breaker.callAsync(A_ACME, () -> body).toCompletableFuture();

      assertThat(stage.cancel(true)).isTrue();
      body.complete("too late");

      assertThatExceptionOfType(CancellationException.class).isThrownBy(stage::join);
      forChain(b -> assertThat(b.metrics().calls()).isOne());
      forChain(b -> assertThat(b.metrics().calls(Outcome.IGNORED)).isOne());
      forChain(b -> assertThat(inFlight(b)).isZero());
    }

    @Test
    void putsTheFailureOfAKeysProbeDownToTheKey() {
      CircuitBreaker a = breaker.key("replica", "a");
      a.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));
      Permit permit = breaker.acquire(A_ACME);
      assertThat(permit.isProbe()).as("of the dependency").isFalse();

      permit.record(Outcome.FAILURE);

      assertThat(a.metrics().failures()).isOne();
      assertThat(breaker.key("tenant", "acme").metrics().calls()).isZero();
      assertThat(breaker.metrics().failures()).isZero();
      forChain(b -> assertThat(inFlight(b)).isZero());
    }

    @Test
    void takesNothingOfAKeysProbeForEvidenceOfTheDependency() {
      breaker.key("replica", "a").transitionToOpen();
      clock.advance(Duration.ofMinutes(2));

      breaker.acquire(A_ACME).success();

      assertThat(breaker.key("replica", "a").metrics().successes()).isOne();
      assertThat(breaker.metrics().successes()).isZero();
      forChain(b -> assertThat(inFlight(b)).isZero());
    }

    @Test
    void tellsListenersOfTheDependencyAboutACallThatFailedElsewhere() {
      List<Outcome> ends = new ArrayList<>();
      var unused = breaker.events().onCall((outcome, nanos, probe) -> ends.add(outcome));
      breaker.key("replica", "a").transitionToOpen();
      clock.advance(Duration.ofMinutes(2));

      breaker.acquire(A).record(Outcome.FAILURE);

      assertThat(ends).containsExactly(Outcome.FAILURE);
    }
  }

  @Nested
  class TheBreakerOfAKey {
    @Test
    void asksItsParent() throws Exception {
      CircuitBreaker a = breaker.key("replica", "a");
      assertThat(a.parent()).containsSame(breaker);
      assertThat(breaker.parent()).isEmpty();
      assertThat(a.name()).isEqualTo("engine/replica=a");

      assertThat(a.<String>call(() -> "answer")).isEqualTo("answer");
      a.acquire().success();
      assertThat(a.tryAcquire()).hasValueSatisfying(Permit::success);
      assertThat(a.callAsync(() -> CompletableFuture.completedFuture("answer")))
          .isCompletedWithValue("answer");
      assertThat(a.decorate(() -> "answer").call()).isEqualTo("answer");
      assertThat(breaker.metrics().successes()).isEqualTo(5);
      assertThat(a.metrics().successes()).isEqualTo(5);

      breaker.transitionToOpen();
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(a::acquire)
          .satisfies(e -> assertThat(e.source()).isEqualTo("engine"));
      assertThat(a.tryAcquire()).isEmpty();
      assertThat(a.state()).isEqualTo(State.CLOSED);
      assertThat(inFlight(a)).isZero();
    }

    @Test
    void isTheSameEachTime() {
      assertThat(breaker.key("replica", "a")).isSameAs(breaker.key("replica", "a"));
      assertThat(breaker.key("replica", "a"))
          .isNotSameAs(breaker.key("tenant", "a"))
          .isNotSameAs(breaker.key("replica", "b"));
      assertThat(breaker.keys("replica")).hasSize(2);
      assertThat(breaker.keys("route")).isEmpty();
      assertThat(CircuitBreaker.of("other").keys("replica")).isEmpty();
    }

    @Test
    void hasNoKeys() {
      CircuitBreaker a = breaker.key("replica", "a");

      assertThatIllegalStateException()
          .isThrownBy(() -> a.key("tenant", "acme"))
          .withMessageContaining("engine/replica=a");
      assertThatIllegalStateException().isThrownBy(() -> a.acquire(B));
      assertThatIllegalStateException().isThrownBy(() -> a.tryAcquire(B));
      assertThatIllegalStateException().isThrownBy(() -> a.admits(B));
      assertThatIllegalStateException().isThrownBy(() -> a.call(B, () -> "unreached"));
    }

    @Test
    void needsTexts() {
      assertThatIllegalArgumentException().isThrownBy(() -> breaker.key("", "a"));
      assertThatIllegalArgumentException().isThrownBy(() -> breaker.key("replica", " "));
    }
  }

  @Nested
  class TheNumberOfKeys {
    private final CircuitBreaker few =
        CircuitBreaker.of(
            "few",
            CircuitBreakerConfig.builder()
                .maxKeys(2)
                .keyIdleTime(Duration.ofMinutes(1))
                .policy(
                    ClassicPolicy.builder()
                        .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 10)
                        .build())
                .build(),
            clock);

    @Test
    void isBoundedAndFurtherKeysAreTheDependencys() throws Exception {
      few.key("replica", "a");
      few.key("replica", "b");

      assertThat(few.key("replica", "c")).isSameAs(few);
      assertThat(few.key("tenant", "c")).as("another dimension").isNotSameAs(few);
      assertThat(few.<String>call(CallContext.of("replica", "c"), () -> "answer"))
          .isEqualTo("answer");
      assertThat(few.admits(CallContext.of("replica", "c"))).isTrue();
      assertThat(few.keys("replica")).hasSize(2);
      assertThat(few.metrics().successes()).isOne();
      assertThat(inFlight(few)).isZero();
    }

    @Test
    void dropsIdleKeysAndKeepsThoseNotClosed() {
      few.acquire(A).success();
      few.key("replica", "b").transitionToOpen();

      clock.advance(Duration.ofSeconds(50));
      assertThat(few.keys("replica")).hasSize(2);
      clock.advance(Duration.ofSeconds(26)); // within a quarter more

      assertThat(few.keys("replica"))
          .extracting(CircuitBreaker::name)
          .containsExactly("few/replica=b");
      few.key("replica", "b").transitionToClosed();
      clock.advance(Duration.ofMinutes(2));
      assertThat(few.keys("replica")).isEmpty();
      assertThat(clock.pendingTasks()).as("nothing is left to look for").isZero();

      few.acquire(A).success();
      assertThat(few.keys("replica")).hasSize(1);
      clock.advance(Duration.ofMinutes(2));
      assertThat(few.keys("replica")).as("the timer runs again").isEmpty();
    }

    @Test
    void keepsAKeyWithACallInFlight() {
      Permit permit = few.acquire(A);
      clock.advance(Duration.ofSeconds(59));
      few.acquire(B).success();
      clock.advance(Duration.ofSeconds(30));

      assertThat(few.keys("replica")).extracting(CircuitBreaker::name).contains("few/replica=b");
      permit.success();
      assertThat(inFlight(few)).isZero();
    }

    @Test
    void keepsAKeyThatIsCalled() {
      for (int i = 0; i < 20; i++) {
        few.acquire(A).success();
        clock.advance(Duration.ofSeconds(30));
      }
      assertThat(few.keys("replica")).hasSize(1);
    }

    @Test
    void ofManyIsSweptInParts() {
      CircuitBreaker many =
          CircuitBreaker.of(
              "many",
              CircuitBreakerConfig.builder()
                  .maxKeys(25_000)
                  .keyIdleTime(Duration.ofMinutes(1))
                  .build(),
              clock);
      for (int i = 0; i < 25_000; i++) {
        many.key("tenant", "t" + i);
      }

      clock.advance(Duration.ofSeconds(76));

      assertThat(many.keys("tenant")).isEmpty();
      assertThat(clock.pendingTasks()).isZero();
    }
  }

  @Nested
  class Operation {
    @Test
    void shadowAdmitsAndCounts() {
      breaker.key("replica", "a").transitionToOpen();
      breaker.mode(Mode.SHADOW);
      CircuitBreaker a = breaker.key("replica", "a");
      assertThat(a.mode()).isEqualTo(Mode.SHADOW);

      breaker.acquire(A).success();

      assertThat(a.metrics().shadowRejected()).isOne();
      assertThat(a.metrics().shadowRejectedSucceeded()).isOne();
      assertThat(breaker.metrics().successes()).isOne();
      assertThat(inFlight(breaker)).isZero();
    }

    @Test
    void modesReachKeysThatAreThereAndThoseToCome() {
      CircuitBreaker a = breaker.key("replica", "a");
      breaker.mode(Mode.DISABLED);
      assertThat(a.mode()).isEqualTo(Mode.DISABLED);
      assertThat(breaker.key("replica", "b").mode()).isEqualTo(Mode.DISABLED);
      breaker.acquire(A).record(Outcome.FAILURE);
      assertThat(a.metrics().calls()).isZero();

      breaker.mode(Mode.FORCED_OPEN);
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> breaker.acquire(A))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.FORCED_OPEN));
      breaker.mode(Mode.ENFORCE);
      assertThat(a.mode()).isEqualTo(Mode.ENFORCE);
      assertThat(breaker.tryAcquire(A)).isPresent();
    }

    @Test
    void reconfigurationReachesKeysThatAreThereAndThoseToCome() {
      CircuitBreaker a = breaker.key("replica", "a");
      CircuitBreakerConfig next =
          CircuitBreakerConfig.builder()
              .policy(
                  ClassicPolicy.builder()
                      .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 4)
                      .build())
              .build();

      breaker.reconfigure(next);

      assertThat(a.config().policy()).isSameAs(next.policy());
      assertThat(breaker.key("replica", "b").config().policy()).isSameAs(next.policy());
      for (int i = 0; i < 4; i++) {
        breaker.tryAcquire(A).ifPresent(permit -> permit.record(Outcome.FAILURE));
      }
      assertThat(a.state()).isEqualTo(State.OPEN);
    }
  }

  @Test
  void steadyHealthWithTwentyKeysRejectsNothing() {
    SplittableRandom random = new SplittableRandom(20);
    CallContext[] contexts = new CallContext[20];
    Arrays.setAll(contexts, i -> CallContext.of("replica", "r" + i));
    record Call(long end, Permit permit) {}
    PriorityQueue<Call> inFlight =
        new PriorityQueue<>((x, y) -> Long.compare(x.end() - y.end(), 0));
    for (int i = 0; i < 200_000; i++) {
      long gap = (long) (-Math.log(1 - random.nextDouble()) * 1e7); // 100 calls per second
      long arrival = clock.nanoTime() + gap;
      while (!inFlight.isEmpty() && inFlight.element().end() - arrival <= 0) {
        Call call = inFlight.remove();
        clock.advance(Duration.ofNanos(call.end() - clock.nanoTime()));
        call.permit().success();
      }
      clock.advance(Duration.ofNanos(arrival - clock.nanoTime()));
      Optional<Permit> permit = breaker.tryAcquire(contexts[random.nextInt(20)]);
      assertThat(permit.isPresent()).isTrue();
      long latency = (long) (5e7 * Math.exp(.5 * random.nextGaussian()));
      inFlight.add(new Call(arrival + latency, permit.orElseThrow()));
    }
    assertThat(breaker.metrics().rejected()).isZero();
  }

  /** Calls in turn for each key, every millisecond one, which ends after two. */
  private void drive(int calls, IntPredicate isWell) {
    for (int i = 0; i < calls; i++) {
      int key = i % KEYS;
      asked[key]++;
      Optional<Permit> permit = breaker.tryAcquire(CallContext.of("replica", "r" + key));
      clock.advance(Duration.ofMillis(2));
      permit.ifPresent(p -> end(key, p, isWell.test(key)));
    }
  }

  private void end(int key, Permit permit, boolean well) {
    admitted[key]++;
    permit.record(well ? Outcome.SUCCESS : Outcome.FAILURE);
  }

  private CircuitBreaker replica(int key) {
    return breaker.key("replica", "r" + key);
  }

  private void forChain(Consumer<CircuitBreaker> check) {
    check.accept(breaker);
    check.accept(breaker.key("replica", "a"));
    check.accept(breaker.key("tenant", "acme"));
  }

  private static int inFlight(CircuitBreaker breaker) {
    return breaker.metrics().inFlight();
  }

  @CanIgnoreReturnValue
  private static <T extends Throwable> String rethrow(Throwable thrown) throws T {
    @SuppressWarnings("unchecked") // no check is made, so that any throwable passes
    T any = (T) thrown;
    throw any;
  }
}
