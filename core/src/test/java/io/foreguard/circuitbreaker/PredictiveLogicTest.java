package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.internal.CallSlots;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The predictive policy by itself: what the gate tells it, and what it answers. */
class PredictiveLogicTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLIS_50 = 50_000_000L;
  private static final double DEADLINE = 2;
  private static final int USUAL = 20;
  private static final int LIMIT = 34; // of what is usual, half as much again and four

  private final Rules rules =
      CircuitBreakerConfig.builder()
          .policy(PredictivePolicy.builder().minimumSuccessProbability(.5).build())
          .permitLease(Duration.ofSeconds(1_000))
          .build()
          .rules();
  private long now = new ManualClock().nanoTime(); // overflows after a second
  private final EvidenceLedger ledger =
      new EvidenceLedger(new CallSlots(), rules.classic.newWindow(), now);
  private final PredictiveLogic logic = logic();

  @Nested
  class AMove {
    @Test
    void isKnownToItsOwnBreakerOnly() {
      logic.entered(State.OPEN, ledger, now);
      logic.result(State.OPEN, Outcome.SUCCESS, ledger, MILLIS_50, now);
      PredictiveLogic other = logic();

      assertThat(stateOf(logic)).isEqualTo(State.HALF_OPEN);
      assertThat(stateOf(other)).isEqualTo(State.OPEN);
    }

    @Test
    void outOfARecoveryBringsTheHealthyPastBack() {
      for (State state : new State[] {State.CLOSED, State.THROTTLED}) {
        learn();
        logic.entered(State.HALF_OPEN, ledger, now);
        assertThat(samples()).isEqualTo(2);

        logic.entered(state, ledger, now);

        assertThat(samples()).isGreaterThan(400);
      }
    }

    @Test
    void backToAnOutageDoesNot() {
      learn();
      logic.entered(State.HALF_OPEN, ledger, now);

      logic.entered(State.OPEN, ledger, now);

      assertThat(samples()).isLessThan(12);
    }

    @Test
    void outOfAnOutageWithoutARecoveryDoesNot() {
      learn();
      logic.entered(State.OPEN, ledger, now);
      assertThat(samples()).as("what led to it counts for little").isLessThan(12);

      logic.entered(State.CLOSED, ledger, now);

      assertThat(samples()).isLessThan(12);
    }

    @Test
    void outOfDoubtSaysWhatIsKnown() {
      Estimate well = Estimate.of(StatisticalModel.instance(), .9);

      assertThat(logic.judge(State.THROTTLED, .5, ledger, well, now).trigger())
          .isEqualTo("P(success) 0.90 against 0.50");
    }

    private State stateOf(PredictiveLogic one) {
      Estimate unsure = Estimate.of(StatisticalModel.instance(), .5);
      return one.judge(State.OPEN, 0, ledger, unsure, now).state();
    }

    private void learn() {
      for (int i = 0; i < 500; i++) {
        ledger.add(Outcome.SUCCESS, MILLIS_50, DEADLINE, now);
      }
    }

    private double samples() {
      return ledger.signals(now, DEADLINE).value(Signal.FAST_SAMPLES);
    }
  }

  @Nested
  class Probes {
    @Test
    void areDueAtTheirTime() {
      logic.entered(State.OPEN, ledger, now);
      long due = logic.opensForProbesAt();
      assertThat(due - now).isPositive();

      assertThat(logic.permits(State.OPEN, ledger, due - 1)).isZero();
      assertThat(logic.permits(State.OPEN, ledger, due)).isEqualTo(1);
    }

    @Test
    void areDueAtOnceWhenOneWasNotMade() {
      probe();
      assertThat(logic.permits(State.OPEN, ledger, now)).isZero();

      logic.cancelled(State.OPEN, now);

      assertThat(logic.permits(State.OPEN, ledger, now)).isEqualTo(1);
    }

    @Test
    void doNotMindACallOfARecoveryThatWasNotMade() {
      probe();
      long due = logic.opensForProbesAt();

      logic.cancelled(State.HALF_OPEN, now);

      assertThat(logic.opensForProbesAt()).isEqualTo(due);
    }

    @Test
    void areDueAtOnceWhenSomethingHintsAtRecovery() {
      logic.entered(State.OPEN, ledger, now);

      logic.hintRecovery(now);

      assertThat(logic.permits(State.OPEN, ledger, now)).isEqualTo(1);
    }

    @Test
    void thatAreDueStaySoAtAHint() {
      logic.entered(State.OPEN, ledger, now);
      long due = logic.opensForProbesAt();

      logic.hintRecovery(due + SECOND);

      assertThat(logic.opensForProbesAt()).isEqualTo(due);
    }

    @Test
    void waitAgainAfterARecoveryThatFailed() {
      logic.entered(State.OPEN, ledger, now);
      pass(100 * SECOND);
      logic.entered(State.HALF_OPEN, ledger, now);
      pass(100 * SECOND);

      logic.entered(State.OPEN, ledger, now);

      assertThat(logic.permits(State.OPEN, ledger, now)).isZero();
    }

    @Test
    void inDoubtWaitAsAtTheBeginningOfAnOutage() {
      logic.entered(State.OPEN, ledger, now);
      long first = logic.opensForProbesAt() - now;
      pass(100 * SECOND);

      logic.entered(State.THROTTLED, ledger, now);

      assertThat(logic.opensForProbesAt()).isEqualTo(now + first);
    }

    @Test
    void keepTheirPlaceWhenTheySayNothing() {
      logic.entered(State.OPEN, ledger, now);

      assertThat(logic.pauseUntil(State.OPEN, ledger, now) - now)
          .isBetween(SECOND / 10, 901 * SECOND);
    }

    private void probe() {
      logic.entered(State.OPEN, ledger, now);
      now = logic.opensForProbesAt();
      logic.granted(State.OPEN, ledger, now);
    }
  }

  @Nested
  class ALease {
    @Test
    void doublesWithEachThatRanOut() {
      logic.entered(State.THROTTLED, ledger, now);
      for (int i = 0; i < 7; i++) {
        assertThat(logic.leaseUntil(ledger, now)).isEqualTo(now + (SECOND << i));
        logic.lost(State.THROTTLED);
      }
    }

    @Test
    void inAnOutageEndsWhenTheNextProbeIsDue() {
      logic.entered(State.OPEN, ledger, now);
      lose(7);

      assertThat(logic.leaseUntil(ledger, now) - logic.opensForProbesAt()).isBetween(-1L, 1L);
      pass(10 * SECOND);
      assertThat(logic.leaseUntil(ledger, now) - logic.opensForProbesAt()).isBetween(-1L, 1L);
    }

    @Test
    void isAsLongAsEverWhenTheOutageEndedInDoubt() {
      logic.entered(State.OPEN, ledger, now);
      lose(7);

      logic.entered(State.THROTTLED, ledger, now);

      assertThat(logic.leaseUntil(ledger, now)).isEqualTo(now + 128 * SECOND);
    }

    private void lose(int probes) {
      for (int i = 0; i < probes; i++) {
        logic.lost(State.OPEN);
      }
    }
  }

  @Nested
  class TheLimit {
    @Test
    void mindsFailuresOnlyWithFarMoreInFlightThanUsual() {
      learn();
      pass(MILLIS_50);
      fail(45, Outcome.FAILURE, 29);
      assertThat(logic.limit()).isEqualTo(LIMIT);

      fail(45, Outcome.FAILURE, 30);
      assertThat(logic.limit()).isLessThan(LIMIT);
    }

    @Test
    void mindsNoCallThatBeganBeforeItsRound() {
      learn();
      pass(MILLIS_50 / 2);

      fail(16, Outcome.TIMEOUT, USUAL);

      assertThat(logic.limit()).isEqualTo(LIMIT);
    }

    @Test
    void doesNotGrowForSuccessesThatBeganBeforeTheRecovery() {
      logic.entered(State.HALF_OPEN, ledger, now);
      logic.limitMet(now);
      pass(MILLIS_50 / 2);
      logic.ended(Outcome.SUCCESS, MILLIS_50, 2, now);
      assertThat(logic.limit()).isEqualTo(2);

      pass(MILLIS_50 / 2);
      logic.ended(Outcome.SUCCESS, MILLIS_50, 2, now);
      assertThat(logic.limit()).isEqualTo(3);
    }

    @Test
    void staysBelowWhatCollapsedWithMoreThanOneFailure() {
      learn();
      pass(MILLIS_50);
      fail(1, Outcome.FAILURE, 40);
      failInLedger(1);
      logic.entered(State.OPEN, ledger, now);
      assertThat(logic.limit()).isEqualTo(LIMIT);

      failInLedger(1);
      logic.entered(State.OPEN, ledger, now);
      assertThat(logic.limit()).isEqualTo(30);
    }

    @Test
    void staysDownAfterARecoveryThatWentWellUntilItsLastCalls() {
      assertThat(isHeldDownAfter("FFFFF")).isTrue();
      assertThat(isHeldDownAfter("FSFF")).isTrue();
      assertThat(isHeldDownAfter("SSSSFSSSSFSSSSFSSSSSSSSFF")).isTrue();
    }

    @Test
    void doesNotStayDownAfterARecoveryThatNeverWentWell() {
      assertThat(isHeldDownAfter("FSFSFF")).isFalse();
      assertThat(isHeldDownAfter("FSFSFSFSFF")).isFalse();
    }

    /** Whether the next recovery meets a cap, four seconds after one with these results. */
    private boolean isHeldDownAfter(String results) {
      PredictiveLogic recovering = logic();
      learn(recovering);
      recovering.entered(State.HALF_OPEN, ledger, now);
      pass(SECOND);
      for (int i = 0; i < results.length(); i++) {
        Outcome outcome = results.charAt(i) == 'F' ? Outcome.FAILURE : Outcome.SUCCESS;
        recovering.result(State.HALF_OPEN, outcome, ledger, MILLIS_50, now);
      }
      recovering.limitMet(now);
      recovering.ended(Outcome.FAILURE, MILLIS_50, 19, now);
      failInLedger(2);
      recovering.entered(State.OPEN, ledger, now);
      pass(4 * SECOND);
      recovering.entered(State.HALF_OPEN, ledger, now);
      recovering.limitMet(now);
      pass(SECOND);
      for (int i = 0; i < 40; i++) {
        recovering.ended(Outcome.SUCCESS, MILLIS_50, 2, now);
      }
      return recovering.limit() == 14; // three quarters of the 19 in flight
    }

    private void learn() {
      learn(logic);
      assertThat(logic.limit()).isEqualTo(LIMIT);
    }

    private void learn(PredictiveLogic one) {
      for (int i = 0; i < 100; i++) {
        pass(SECOND);
        one.succeeded(50, 50 * Math.log(.05), USUAL, now);
      }
    }

    private void fail(int calls, Outcome outcome, int inFlight) {
      for (int i = 0; i < calls; i++) {
        logic.ended(outcome, MILLIS_50, inFlight, now);
      }
    }

    private void failInLedger(int calls) {
      for (int i = 0; i < calls; i++) {
        ledger.add(Outcome.FAILURE, MILLIS_50, DEADLINE, now);
      }
    }
  }

  private PredictiveLogic logic() {
    return new PredictiveLogic((PredictivePolicy) rules.config.policy(), rules, false, now);
  }

  private void pass(long nanos) {
    now += nanos;
  }
}
