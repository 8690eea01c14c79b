package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gate makes of its settings, its limit and its share. */
class GateSettingsTest {
  private static final CallContext KEY = CallContext.of("replica", "a");

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final Gate gate = breaker.gate();
  private final CircuitBreaker classic =
      CircuitBreaker.of("classic", GateMovesTest.classicConfig(2), clock);

  @Nested
  class AThrottledGate {
    private static final long LATER = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(doubles = {.1, .25, .5, .9})
    void admitsItsShareOfCallsEvenly(double share) {
      throttle(share);
      int admitted = 0;
      for (int i = 1; i <= 1_000; i++) {
        admitted += isAdmitted() ? 1 : 0;
        assertThat((double) admitted).isCloseTo(share * i, within(4.0));
      }
    }

    @Test
    void admitsAllWhenItsShareIsWhole() {
      throttle(1);
      for (int i = 0; i < 1_000; i++) {
        assertThat(isAdmitted()).isTrue();
      }
    }

    @Test
    void saysWhenTheNextProbeIsDue() {
      throttle(0);

      assertThat(gate.retryAfterNanos(RejectionReason.THROTTLED, clock.nanoTime()))
          .isEqualTo(LATER);
      assertThat(gate.retryAfterNanos(RejectionReason.THROTTLED, clock.nanoTime() + LATER + 1))
          .isZero();
      assertThat(gate.retryAfterNanos(RejectionReason.OVERLOADED, clock.nanoTime())).isZero();
    }

    /** Puts the gate into a state that it comes to by itself only with other shares. */
    private void throttle(double share) {
      gate.word = Tokens.word(0, State.THROTTLED, share, Mode.ENFORCE, false, false, false);
      gate.probesFrom = clock.nanoTime() + LATER;
    }

    private boolean isAdmitted() {
      return Tokens.kind(gate.admit(clock.nanoTime())) == Tokens.NORMAL;
    }
  }

  @Nested
  class NewSettings {
    @Test
    void takeTheirTimeFromTheirOwnOpenDuration() {
      breaker.transitionToOpen();
      breaker.reconfigure(GateMovesTest.classicConfig(2));

      clock.advance(GateMovesTest.OPEN.minusNanos(1));
      assertThat(breaker.tryAcquire()).isEmpty();
      clock.advance(Duration.ofNanos(1));
      assertThat(breaker.tryAcquire()).isPresent();
    }

    @Test
    void ofAnOpenCircuitLetNoProbeGoAtOnce() {
      classic.transitionToOpen();
      classic.reconfigure(CircuitBreakerConfig.defaults());

      assertThat(classic.state()).isEqualTo(State.OPEN);
      assertThat(classic.tryAcquire()).isEmpty();
    }

    @Test
    void applyToWhatIsKnownAtOnce() {
      for (int i = 0; i < 2; i++) {
        breaker.acquire().record(Outcome.FAILURE);
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);

      breaker.reconfigure(GateMovesTest.classicConfig(2));

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void thatAreTheSameLeaveAnOpenCircuitItsTime() {
      classic.transitionToOpen();
      clock.advance(GateMovesTest.OPEN.minusMillis(1));
      classic.reconfigure(classic.config().toBuilder().build());

      clock.advance(Duration.ofMillis(1));
      assertThat(classic.tryAcquire()).isPresent();
    }

    @Test
    void leaveCallersAKeyThatTheyCanAvoidItsLimit() {
      assertThat(breaker.admits(KEY)).isTrue();
      breaker.reconfigure(
          CircuitBreakerConfig.builder().policy(PredictivePolicy.builder().build()).build());
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire(KEY);
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }

      assertThat(breaker.key("replica", "a").concurrencyLimit()).isLessThan(50);
    }
  }

  @Nested
  class TheLimit {
    @Test
    void countsACallThatEndsAsOneInFlight() {
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofSeconds(1));
        permit.record(Outcome.SLOW_SUCCESS);
      }

      assertThat(breaker.concurrencyLimit()).as("1.5 times one, and four").isEqualTo(5);
    }

    @Test
    void isFreedByTheCancellationOfACallOfThisEraOnly() {
      long start = clock.nanoTime();
      long earlier = gate.admit(start);
      breaker.transitionToOpen();
      breaker.transitionToClosed();
      long here = gate.admit(start);
      long further = gate.admit(start);
      breaker.signals();
      gate.inFlightNow = 1;
      gate.word = careful();

      gate.cancel(earlier, start, start);
      assertThat(gate.inFlightNow).isOne();
      gate.cancel(here, start, start);
      assertThat(gate.inFlightNow).isZero();
      gate.cancel(further, start, start);
      assertThat(gate.inFlightNow).isZero();
    }

    @Test
    void isMetByTheCallThatWouldBeOneTooMany() {
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }
      int admitted = 0;
      while (admitted < 50 && breaker.tryAcquire().isPresent()) {
        admitted++;
        clock.advance(Duration.ofMillis(10));
      }

      assertThat(admitted).isEqualTo(breaker.concurrencyLimit());
      assertThat(gate.admitsNow(clock.nanoTime())).isFalse();
    }

    @Test
    void isKeptOfTheDependencyAndNotOfItsKeysUnderNewSettings() {
      CircuitBreaker key = breaker.key("replica", "a");
      breaker.reconfigure(
          CircuitBreakerConfig.builder().policy(PredictivePolicy.builder().build()).build());
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire(KEY);
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }

      assertThat(breaker.concurrencyLimit()).isLessThan(50);
      assertThat(key.concurrencyLimit()).isEqualTo(Integer.MAX_VALUE);
    }

    private long careful() {
      long w = gate.word;
      return Tokens.word(Tokens.era(w), State.CLOSED, 1, Mode.ENFORCE, false, true, false);
    }
  }

  @Nested
  class TheLock {
    @Test
    void isFreeAfterACallThatTheLimitLeavesRoomForAndAfterItsCancellation() {
      long start = clock.nanoTime();
      long w = gate.word;
      gate.word = Tokens.word(0, State.CLOSED, 1, Mode.ENFORCE, false, true, false);
      long token = gate.admit(start);
      assertThat(gate.isLocked()).isFalse();
      assertThat(gate.inFlightNow).isOne();

      gate.cancel(token, start, start);
      assertThat(gate.isLocked()).isFalse();
      assertThat(Tokens.sameEra(w, token)).isTrue();
    }

    @Test
    void isFreeAfterSomebodyAsked() {
      assertThat(gate.admitsNow(clock.nanoTime())).isTrue();
      assertThat(gate.isLocked()).isFalse();

      breaker.transitionToOpen();
      assertThat(gate.admitsNow(clock.nanoTime())).isFalse();
      assertThat(gate.isLocked()).isFalse();
    }
  }

  @Nested
  class TrustInTheDefaultModel {
    @Test
    void isLookedAtFromTheFirstFailureOn() {
      breaker.acquire().record(Outcome.SLOW_SUCCESS);
      breaker.acquire().record(Outcome.CALLER_FAULT);
      breaker.acquire().success();
      breaker.signals();
      assertThat(gate.defaultTrust).isNull();

      breaker.acquire().record(Outcome.FAILURE);
      assertThat(gate.defaultTrust).isNotNull();
    }

    @Test
    void isNotLostByLookingWhileNothingHappens() {
      List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();
      var unused = breaker.events().onModelChange(changes::add);
      breaker.acquire().record(Outcome.FAILURE);
      for (int i = 0; i < 5; i++) {
        clock.advance(Duration.ofMillis(200));
        breaker.signals();
        breaker.acquire().record(Outcome.SLOW_SUCCESS);
      }

      assertThat(changes).isEmpty();
      assertThat(breaker.estimate().isAbstention()).isFalse();
    }

    @Test
    void isNoMatterWhereFixedThresholdsDecide() {
      classic.acquire().record(Outcome.FAILURE);

      assertThat(classic.gate().defaultTrust).isNull();
    }

    @Test
    void isNoMatterOfKeys() {
      breaker.acquire(KEY).record(Outcome.FAILURE);

      assertThat(breaker.key("replica", "a").gate().defaultTrust).isNull();
      assertThat(gate.defaultTrust).isNotNull();
    }
  }

  @Test
  void fixedThresholdsForgetWithTime() {
    CircuitBreaker byTime =
        CircuitBreaker.of(
            "by time",
            CircuitBreakerConfig.builder()
                .policy(
                    ClassicPolicy.builder()
                        .slidingWindow(ClassicPolicy.WindowType.TIME_BASED, 10)
                        .minimumCalls(2)
                        .build())
                .build(),
            clock);
    for (int i = 0; i < 10; i++) {
      byTime.acquire().success();
    }
    byTime.signals();
    assertThat(byTime.explain().toString()).endsWith("(0 of the last 10 failed)");

    clock.advance(Duration.ofSeconds(20));
    byTime.signals();

    assertThat(byTime.explain().toString()).endsWith("(0 of the last 2 failed)");
  }

  @Test
  void anUntrackedCallOfADisabledBreakerIsNoShadowCall() {
    breaker.mode(Mode.DISABLED);
    breaker.acquire().success();
    breaker.mode(Mode.SHADOW);
    breaker.transitionToOpen();
    breaker.acquire().record(Outcome.FAILURE);
    assertThat(breaker.metrics().shadowRejectedSucceeded()).isZero();

    breaker.acquire().success();
    assertThat(breaker.metrics().shadowRejectedSucceeded()).isOne();
    assertThat(breaker.signals().value(Signal.IN_FLIGHT)).isZero();
  }
}
