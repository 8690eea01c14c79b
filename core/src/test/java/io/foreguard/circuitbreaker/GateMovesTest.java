package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a gate makes of results around a move between states. */
class GateMovesTest {
  static final Duration OPEN = Duration.ofSeconds(5);
  private static final CallContext KEY = CallContext.of("replica", "a");

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final Gate gate = breaker.gate();
  private final CircuitBreaker classic = CircuitBreaker.of("classic", classicConfig(2), clock);

  @Nested
  class ASuccessFromBeforeTheCircuitOpened {
    private final Permit before = breaker.acquire();

    @Test
    void refutesACircuitThatOpenedForSilence() {
      breaker.transitionToOpen();
      before.success();

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void doesNotRefuteACircuitThatOpenedOnFailures() {
      breaker.acquire().record(Outcome.FAILURE);
      breaker.transitionToOpen();
      before.success();

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void wouldRefuteNothingHadItFailed() {
      breaker.transitionToOpen();
      before.record(Outcome.FAILURE);

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.latency().successes()).isZero();
    }

    @Test
    void isNoNewsToACircuitThatClosedAgain() {
      breaker.transitionToOpen();
      breaker.transitionToClosed();
      before.success();

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.metrics().staleResults()).isOne();
    }

    @Test
    void tellsHowLongCallsTake() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMillis(30));
      before.success();

      assertThat(breaker.latency().successes()).isOne();
      assertThat(breaker.latency().quantile(.5)).isCloseTo(.03, within(.006));
    }

    @Test
    void doesNotFreeThePlaceOfACallOfTheRecovery() {
      Permit other = openAndRecoverWithOneCallOut();
      assertThat(gate.leases.strangers).isOne();

      before.record(Outcome.FAILURE);
      assertThat(gate.leases.strangers).isOne();

      other.record(Outcome.FAILURE);
      assertThat(gate.leases.strangers).isZero();
    }

    @Test
    void leavesTheCallOfARecoveryItsPlaceUntilTheLeaseIsOver() {
      Permit other = openAndRecoverWithOneCallOut();
      before.release();
      long left = gate.leases.strangersUntil - clock.nanoTime();

      clock.advance(Duration.ofNanos(left - 1));
      breaker.signals();
      assertThat(gate.inFlightNow).isOne();
      clock.advance(Duration.ofNanos(1));
      breaker.signals();
      assertThat(gate.inFlightNow).isZero();
      other.release();
    }

    @Test
    void doesNotFreeThePlaceOfACallOfTheRecoveryWhenItIsCancelled() {
      Permit other = openAndRecoverWithOneCallOut();

      gate.cancel(before.token(), before.startNanos(), clock.nanoTime());
      assertThat(gate.leases.strangers).isOne();

      gate.cancel(other.token(), other.startNanos(), clock.nanoTime());
      assertThat(gate.leases.strangers).isZero();
    }

    private Permit openAndRecoverWithOneCallOut() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      Permit out = breaker.acquire();
      breaker.transitionToClosed();
      return out;
    }
  }

  @Nested
  class AProbe {
    @Test
    void thatFailsIsNotFollowedAtOnce() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().record(Outcome.FAILURE);

      assertThat(breaker.tryAcquire()).isEmpty();
      assertThat(breaker.metrics().probes()).isOne();
    }

    @Test
    void thatWasOutOnAnOperatorsWordLeavesNoPlaceTaken() {
      CircuitBreaker one = CircuitBreaker.of("one", classicConfig(1), clock);
      one.transitionToOpen();
      clock.advance(OPEN);
      Permit lost = one.acquire();
      assertThat(one.tryAcquire()).isEmpty();

      one.transitionToOpen();
      clock.advance(OPEN);

      assertThat(one.tryAcquire()).isPresent();
      lost.success();
      assertThat(one.metrics().staleResults()).isOne();
    }

    @Test
    void tellsHowLongCallsTake() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      Permit probe = breaker.acquire();
      clock.advance(Duration.ofMillis(30));
      probe.success();

      assertThat(breaker.latency().quantile(.5)).isCloseTo(.03, within(.006));
    }

    @Test
    void whoseFailureIsTheFirstEverHasTheDefaultModelJudged() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().record(Outcome.FAILURE);

      assertThat(gate.defaultTrust).isNotNull();
    }

    @Test
    void thatBringsNoEvidenceKeepsItsPlaceForAWhile() {
      classic.transitionToOpen();
      clock.advance(OPEN);
      classic.acquire().record(Outcome.IGNORED);
      classic.acquire().record(Outcome.IGNORED);

      assertThat(classic.tryAcquire()).isEmpty();
      clock.advance(OPEN);
      assertThat(classic.tryAcquire()).isPresent();
    }

    @Test
    void thatIsLostIsCountedOnce() {
      classic.transitionToOpen();
      clock.advance(OPEN);
      Permit first = classic.acquire();
      Permit second = classic.acquire();
      clock.advance(Duration.ofMinutes(2));

      assertThat(classic.metrics().lostPermits()).isEqualTo(2);
      assertThat(classic.metrics().inFlight()).isZero();
      first.success();
      second.success();
      assertThat(classic.metrics().staleResults()).isEqualTo(2);
      assertThat(classic.metrics().successes()).isZero();
    }

    @Test
    void thatEndsAfterItsLeaseIsLostAndItsResultIsNotJudged() {
      classic.transitionToOpen();
      clock.advance(OPEN);
      Permit probe = classic.acquire();
      clock.advance(Duration.ofMinutes(1));

      probe.success();

      assertThat(classic.metrics().staleResults()).isOne();
      assertThat(classic.metrics().lostPermits()).isOne();
      assertThat(classic.metrics().successes()).isZero();
    }

    @Test
    void goesAtOnceOnAHintThoughTheClockOverflowsSoon() {
      breaker.transitionToOpen();
      assertThat(breaker.tryAcquire()).isEmpty();

      breaker.probeNow();

      assertThat(breaker.tryAcquire()).isPresent();
    }

    @Test
    void thatIsGivenBackLetsAnotherGoAtOnce() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      Permit probe = breaker.acquire();
      assertThat(breaker.tryAcquire()).isEmpty();

      gate.cancel(probe.token(), probe.startNanos(), clock.nanoTime());

      assertThat(breaker.tryAcquire()).isPresent();
    }

    @Test
    void thatHasEndedCannotBeGivenBackAsWell() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      Permit probe = breaker.acquire();
      probe.record(Outcome.FAILURE);

      gate.cancel(probe.token(), probe.startNanos(), clock.nanoTime());

      assertThat(breaker.tryAcquire()).isEmpty();
    }
  }

  @Nested
  class ARecovery {
    @Test
    void takesMoreCallsOnceSomeWereRefusedAndOthersWentWell() {
      List<Permit> first = recoverAndFill();
      int before = breaker.concurrencyLimit();
      assertThat(first).hasSize(before);

      first.forEach(Permit::success);

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.concurrencyLimit()).isGreaterThan(before);
    }

    @Test
    void isOverWhenItsCallsAreLost() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();
      for (int i = 0; i < 5 && breaker.state() == State.HALF_OPEN; i++) {
        breaker.acquire();
        clock.advance(Duration.ofMinutes(5));
        breaker.signals();
      }

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.metrics().lostPermits()).isBetween(2L, 5L);
    }

    @Test
    void staysAsCarefulWhileNoCallIsRefused() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();
      int before = breaker.concurrencyLimit();

      breaker.acquire().success();

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.concurrencyLimit()).isEqualTo(before);
    }

    @Test
    void admitsKeyedCallsThatHaveRoomOnly() {
      CircuitBreaker key = breaker.key("replica", "a");
      key.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire(KEY).success();
      assertThat(key.state()).isEqualTo(State.HALF_OPEN);

      assertThat(breaker.admits(KEY)).isTrue();
      Permit one = breaker.acquire(KEY);
      assertThat(breaker.admits(KEY)).isTrue();
      Permit two = breaker.acquire(KEY);
      assertThat(breaker.admits(KEY)).isFalse();
      one.release();
      two.release();
    }

    @Test
    void isKnownToWhoAsksAsSoonAsTheOpenDurationIsOver() {
      CircuitBreaker key = classic.key("replica", "a");
      key.transitionToOpen();

      clock.advance(OPEN.minusNanos(1));
      assertThat(classic.admits(KEY)).isFalse();
      clock.advance(Duration.ofNanos(1));
      assertThat(classic.admits(KEY)).isTrue();
      assertThat(key.state()).isEqualTo(State.HALF_OPEN);
    }

    private List<Permit> recoverAndFill() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();
      List<Permit> permits = new ArrayList<>();
      Optional<Permit> permit = breaker.tryAcquire();
      while (permit.isPresent() && permits.size() < 100) {
        permits.add(permit.get());
        permit = breaker.tryAcquire();
      }
      clock.advance(Duration.ofMillis(1));
      return permits;
    }
  }

  /** Fixed thresholds over this number of calls, and as many probes. */
  static CircuitBreakerConfig classicConfig(int calls) {
    return CircuitBreakerConfig.builder()
        .policy(
            ClassicPolicy.builder()
                .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, calls)
                .minimumCalls(calls)
                .openDuration(OPEN)
                .halfOpenCalls(calls)
                .build())
        .permitLease(Duration.ofMinutes(1))
        .build();
  }
}
