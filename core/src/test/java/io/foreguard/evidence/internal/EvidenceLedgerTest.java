package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EvidenceLedgerTest {
  private static final long START = new ManualClock().nanoTime(); // overflows after a second
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLIS_20 = 20_000_000L;
  private static final long LEASE = 1_000 * SECOND;
  private static final double DEADLINE = 2;
  private static final double EXACT = 1e-9;

  private final CallSlots slots = new CallSlots();
  private final EvidenceLedger ledger =
      new EvidenceLedger(slots, OutcomeWindow.ofCalls(100, 10), START);
  private long now = START;
  private long refused;

  @Nested
  class Counts {
    @Test
    void everyOutcomeWhicheverWayItCame() {
      for (Outcome outcome : Outcome.values()) {
        assertThat(ledger.total(outcome)).isZero();
        for (int i = 0; i <= outcome.ordinal(); i++) {
          add(outcome);
        }
      }
      succeed(7);

      for (Outcome outcome : Outcome.values()) {
        long more = outcome == Outcome.SUCCESS ? 7 : 0;
        assertThat(ledger.total(outcome)).isEqualTo(outcome.ordinal() + 1 + more);
      }
    }

    @Test
    void failuresInARowUntilTheNextSuccess() {
      add(Outcome.FAILURE);
      add(Outcome.TIMEOUT);
      add(Outcome.CALLER_FAULT); // says nothing
      assertThat(ledger.consecutiveFailures()).isEqualTo(2);
      assertThat(signal(Signal.CONSECUTIVE_FAILURES)).isEqualTo(2);

      add(Outcome.SLOW_SUCCESS);
      assertThat(ledger.consecutiveFailures()).isZero();
      add(Outcome.FAILURE);
      succeed(1);
      assertThat(ledger.consecutiveFailures()).isZero();
    }

    @Test
    void theTimeSinceTheLastSuccess() {
      assertThat(signal(Signal.TIME_SINCE_SUCCESS)).isNaN();
      add(Outcome.FAILURE);
      assertThat(signal(Signal.TIME_SINCE_SUCCESS)).isNaN();
      add(Outcome.SUCCESS);
      pass(3 * SECOND);
      add(Outcome.FAILURE);

      assertThat(signal(Signal.TIME_SINCE_SUCCESS)).isCloseTo(3, within(EXACT));
    }

    @Test
    void sharesOfWhatCameLatelyAgainstAWeightedList() {
      SplittableRandom random = new SplittableRandom(4);
      List<Outcome> all = new ArrayList<>();
      Outcome[] kinds = Outcome.values();
      for (int i = 0; i < 400; i++) {
        Outcome outcome = kinds[random.nextInt(kinds.length)];
        all.add(outcome);
        add(outcome);
      }

      assertThat(signal(Signal.TIMEOUT_SHARE))
          .isCloseTo(share(all, Outcome.TIMEOUT), within(EXACT));
      assertThat(signal(Signal.REJECTED_SHARE))
          .isCloseTo(share(all, Outcome.REJECTED), within(EXACT));
      assertThat(signal(Signal.SLOW_SHARE))
          .isCloseTo(share(all, Outcome.SLOW_SUCCESS), within(EXACT));
      assertThat(signal(Signal.CALLER_FAULT_SHARE))
          .isCloseTo(share(all, Outcome.CALLER_FAULT), within(EXACT));
    }

    @Test
    void sharesAmongSuccessesOfTheCallPath() {
      assertThat(signal(Signal.TIMEOUT_SHARE)).isNaN();
      succeed(300);
      assertThat(signal(Signal.TIMEOUT_SHARE)).isZero();
      add(Outcome.TIMEOUT);
      assertThat(signal(Signal.TIMEOUT_SHARE)).isCloseTo(.01, within(.001));
      succeed(200);
      assertThat(signal(Signal.TIMEOUT_SHARE)).isCloseTo(.01 * .13, within(.0005));
    }

    private double share(List<Outcome> all, Outcome outcome) {
      double part = 0;
      double whole = 0;
      for (int i = 0; i < all.size(); i++) {
        double weight = Math.pow(.99, all.size() - 1 - i);
        whole += weight;
        part += all.get(i) == outcome ? weight : 0;
      }
      return part / whole;
    }
  }

  @Nested
  class TheRegime {
    @Test
    void beginsWithALittleHope() {
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isBetween(.8, .95);
      assertThat(signal(Signal.FAST_SAMPLES)).isBetween(1.0, 5.0);
    }

    @Test
    void countsCallsOneByOneAndInBatchesAlike() {
      EvidenceLedger single =
          new EvidenceLedger(new CallSlots(), OutcomeWindow.ofCalls(100, 10), START);
      double before = signal(Signal.FAST_SAMPLES);
      for (int i = 0; i < 40; i++) {
        single.add(Outcome.SUCCESS, MILLIS_20, DEADLINE, START);
      }
      succeed(40);

      Signals one = single.signals(START, DEADLINE);
      assertThat(one.value(Signal.FAST_SAMPLES)).isCloseTo(before + 40, within(.5));
      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(one.value(Signal.FAST_SAMPLES), within(.5));
      assertThat(signal(Signal.SUCCESS_RATE_FAST))
          .isCloseTo(one.value(Signal.SUCCESS_RATE_FAST), within(.001));
    }

    @Test
    void restsOnABoundedNumberOfCalls() {
      for (int i = 0; i < 50; i++) {
        succeed(500);
        assertThat(signal(Signal.FAST_SAMPLES)).isLessThanOrEqualTo(3_001);
      }
      assertThat(signal(Signal.FAST_SAMPLES)).isGreaterThan(2_900);
      for (int i = 0; i < 5_000; i++) {
        add(i % 20 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
      }
      assertThat(signal(Signal.FAST_SAMPLES)).isLessThanOrEqualTo(3_001);
    }

    @Test
    void forgetsFailuresAsSuccessesCome() {
      for (int i = 0; i < 2_000; i++) {
        add(i % 50 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
      }
      double before = 1 - signal(Signal.SUCCESS_RATE_FAST);
      for (int i = 0; i < 12; i++) {
        succeed(250);
      }

      // a third is left after as many calls as the memory has, and successes are 1.5 times as many
      assertThat((1 - signal(Signal.SUCCESS_RATE_FAST)) / before).isBetween(.15, .35);
    }

    @Test
    void forgetsHalfInTenMinutes() {
      succeed(100);
      add(Outcome.FAILURE);
      double rate = signal(Signal.SUCCESS_RATE_FAST);
      double samples = signal(Signal.FAST_SAMPLES);

      pass(600 * SECOND);

      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(samples / 2, within(1e-6));
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isCloseTo(rate, within(EXACT));
    }

    @Test
    void forgetsNothingWhenTimeStandsStillOrGoesBack() {
      succeed(100);
      double samples = signal(Signal.FAST_SAMPLES);

      pass(-SECOND);

      assertThat(signal(Signal.FAST_SAMPLES)).isEqualTo(samples);
    }

    @Test
    void startsAnewWhenAChangeForTheWorseIsCertain() {
      succeed(1_000);
      int failures = 0;
      while (signal(Signal.FAST_SAMPLES) > 100 && failures < 20) {
        add(Outcome.FAILURE);
        failures++;
      }

      assertThat(failures).isBetween(2, 6);
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isLessThan(.5);
      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(failures + 1.2, within(EXACT));
      assertThat(signal(Signal.SUCCESS_RATE_BASELINE)).isGreaterThan(.99);
      assertThat(signal(Signal.BASELINE_SAMPLES)).isCloseTo(1_000, within(EXACT));
    }

    @Test
    void isSuspectedOfAChangeSinceTheFirstFailure() {
      succeed(1_000);
      add(Outcome.FAILURE);
      add(Outcome.SUCCESS);

      assertThat(signal(Signal.CHANGE_FAILURES)).isEqualTo(1);
      assertThat(signal(Signal.CHANGE_SUCCESSES)).isEqualTo(1);
    }

    @Test
    void startsAnewSoonAfterAChangeForTheBetter() {
      for (int i = 0; i < 2_000; i++) {
        add(i % 2 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
      }
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isCloseTo(.5, within(.05));
      assertThat(signal(Signal.FAST_SAMPLES)).isGreaterThan(1_000);

      int successes = 0;
      while (signal(Signal.FAST_SAMPLES) > 500 && successes < 200) {
        add(Outcome.SUCCESS);
        successes++;
      }

      assertThat(successes).isBetween(5, 30);
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isGreaterThan(.9);
      // what has come since, with the hope of the beginning
      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(successes + 3.3, within(2.0));
    }

    @Test
    void noticesTheBetterInABatchToo() {
      for (int i = 0; i < 2_000; i++) {
        add(i % 2 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
      }

      succeed(100);

      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isGreaterThan(.97);
      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(200, within(10.0));
    }

    @Test
    void isNotTakenForBetterByLuck() {
      SplittableRandom random = new SplittableRandom(9);
      int restarts = 0;
      double last = 0;
      for (int i = 0; i < 20_000; i++) {
        add(random.nextInt(10) < 3 ? Outcome.FAILURE : Outcome.SUCCESS);
        double samples = signal(Signal.FAST_SAMPLES);
        restarts += samples < last - 10 ? 1 : 0;
        last = samples;
      }

      assertThat(restarts).isLessThan(40);
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isCloseTo(.7, within(.06));
    }

    @Test
    void canBeSetFromOutside() {
      succeed(500);
      add(Outcome.FAILURE);

      ledger.restart(3, 1, now);

      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(5, within(EXACT));
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isCloseTo(3.5 / 5, within(EXACT));
      assertThat(ledger.consecutiveFailures()).isZero();
      assertThat(ledger.hold()).isZero();
      assertThat(signal(Signal.CHANGE_FAILURES)).isZero();
      assertThat(signal(Signal.BASELINE_SAMPLES)).isGreaterThan(400);
    }
  }

  @Nested
  class AnOutage {
    @Test
    void countsForLittleAgainstTheProbesToCome() {
      succeed(1_000);
      for (int i = 0; i < 500; i++) {
        add(Outcome.FAILURE);
      }

      ledger.startOutage();

      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(11, within(.01));
      assertThat(signal(Signal.CHANGE_FAILURES)).isZero();
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isLessThan(.1);
      assertThat(signal(Signal.SUCCESS_RATE_BASELINE)).isGreaterThan(.99);
    }

    @Test
    void isWhatOverdueCallsSayWhenNothingHasFailed() {
      live(1_000);
      hang(10);
      pass(SECOND);
      assertThat(signal(Signal.OVERDUE_FAILURES)).isGreaterThan(2);

      ledger.startOutage();

      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isLessThan(.3);
      assertThat(signal(Signal.FAST_SAMPLES)).isBetween(3.0, 11.0);
      assertThat(ledger.hold()).isCloseTo(.9, within(EXACT));
    }

    @Test
    void byAnOperatorsWordKeepsTheShareThatWasSeen() {
      succeed(900);
      add(Outcome.FAILURE);
      double rate = signal(Signal.SUCCESS_RATE_FAST);

      ledger.startOutage();

      assertThat(signal(Signal.FAST_SAMPLES)).isCloseTo(11, within(.01));
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isCloseTo((rate * 10 + .5) / 11, within(.001));
    }

    @Test
    void leavesNoSuspicionBehind() {
      live(1_000);
      add(Outcome.FAILURE);
      assertThat(signal(Signal.CHANGE_FAILURES)).isEqualTo(1);

      ledger.startOutage();

      assertThat(signal(Signal.CHANGE_FAILURES)).isZero();
    }

    @Test
    void countsCallsThatHangSinceBeforeItToNoLoad() {
      live(200);
      hang(3);
      pass(SECOND);
      assertThat(ledger.load()).isEqualTo(3);

      ledger.restart(1, 0, now);
      pass(1_000);
      hang(2);

      assertThat(ledger.inFlight()).isEqualTo(5);
      assertThat(ledger.load()).isEqualTo(2);
    }

    @Test
    void keepsHowLongFailuresWereHeld() {
      succeed(100);
      ledger.add(Outcome.FAILURE, SECOND, DEADLINE, now);

      ledger.startOutage();

      assertThat(ledger.hold()).isCloseTo(.5, within(EXACT));
    }

    @Test
    void overIsFollowedByTheLatestOfTheHealthyPast() {
      succeed(1_500);
      for (int i = 0; i < 50; i++) {
        add(Outcome.FAILURE);
      }
      ledger.startOutage();
      ledger.restart(10, 0, now);
      double before = signal(Signal.FAST_SAMPLES);

      ledger.recovered();

      assertThat(signal(Signal.FAST_SAMPLES) - before).isCloseTo(1_000, within(EXACT));
      assertThat(signal(Signal.SUCCESS_RATE_FAST)).isGreaterThan(.98);
    }

    @Test
    void overIsFollowedByTheUsualShareOfFailuresToo() {
      for (int i = 0; i < 2_000; i++) {
        add(i % 10 == 0 ? Outcome.FAILURE : Outcome.SUCCESS);
      }
      double usual = signal(Signal.SUCCESS_RATE_BASELINE);
      assertThat(usual).isCloseTo(.9, within(.02));
      ledger.restart(10, 0, now);

      ledger.recovered();

      assertThat(signal(Signal.SUCCESS_RATE_FAST))
          .isCloseTo((10.5 + 1_000 * usual) / 1_011, within(EXACT));
    }

    @Test
    void overHasNoHealthyPastWhenThereWasNone() {
      ledger.restart(10, 0, now);
      double before = signal(Signal.FAST_SAMPLES);

      ledger.recovered();

      assertThat(signal(Signal.FAST_SAMPLES)).isEqualTo(before);
    }
  }

  @Nested
  class Hold {
    @Test
    void isTheShareOfTheDeadlineThatFailuresBurned() {
      assertThat(ledger.hold()).isZero();
      ledger.add(Outcome.FAILURE, SECOND, DEADLINE, now);
      assertThat(ledger.hold()).isCloseTo(.5, within(EXACT));
      assertThat(signal(Signal.FAILURE_HOLD)).isCloseTo(.5, within(EXACT));
    }

    @Test
    void isAllOfItForATimeOutAndNeverMore() {
      ledger.add(Outcome.TIMEOUT, SECOND / 10, DEADLINE, now);
      assertThat(ledger.hold()).isCloseTo(1, within(EXACT));
      for (int i = 0; i < 30; i++) {
        ledger.add(Outcome.FAILURE, 50 * SECOND, DEADLINE, now);
      }
      assertThat(ledger.hold()).isCloseTo(1, within(EXACT));
    }

    @Test
    void followsTheLatestFailuresStepByStep() {
      ledger.add(Outcome.TIMEOUT, SECOND, DEADLINE, now);
      double last = ledger.hold();
      for (int i = 0; i < 30; i++) {
        ledger.add(Outcome.FAILURE, 0, DEADLINE, now);
        assertThat(ledger.hold()).isLessThan(last).isGreaterThan(.5 * last);
        last = ledger.hold();
      }
      assertThat(last).isLessThan(.01);
    }

    @Test
    void countsOverdueCallsAsNearlyAllOfIt() {
      succeed(200);
      hang(10);
      pass(SECOND);
      assertThat(ledger.hold()).isCloseTo(.9, within(EXACT));
      for (int i = 0; i < 5; i++) {
        ledger.add(Outcome.FAILURE, 0, DEADLINE, now);
      }

      double overdue = signal(Signal.OVERDUE_FAILURES);
      double failures = (1 - signal(Signal.SUCCESS_RATE_FAST)) * signal(Signal.FAST_SAMPLES);
      assertThat(ledger.hold()).isCloseTo(.9 * overdue / (overdue + failures), within(EXACT));
    }
  }

  @Nested
  class CallsOverdue {
    @Test
    void areThoseInFlightForLongerThanUsual() {
      live(200);
      hang(10);
      assertThat(signal(Signal.IN_FLIGHT)).isEqualTo(10);
      assertThat(ledger.inFlight()).isEqualTo(10);
      assertThat(signal(Signal.OVERDUE)).isZero();
      pass(MILLIS_20);
      assertThat(signal(Signal.OVERDUE)).isZero();
      assertThat(signal(Signal.OVERDUE_FAILURES)).isZero();

      pass(SECOND);

      assertThat(signal(Signal.OVERDUE)).isEqualTo(10);
      assertThat(signal(Signal.OVERDUE_FAILURES)).isBetween(8.0, 10.0);
    }

    @Test
    void areNoneBeforeLatencyIsKnown() {
      succeed(10);
      hang(10);
      pass(100 * SECOND);

      assertThat(signal(Signal.OVERDUE)).isZero();
      assertThat(ledger.overdueSeconds()).isInfinite();
    }

    @Test
    void areNothingAsAFewAmongMany() {
      live(200);
      hang(1);
      pass(SECOND);
      hang(60);
      pass(1_000);

      assertThat(signal(Signal.OVERDUE)).isEqualTo(1);
      assertThat(signal(Signal.OVERDUE_FAILURES)).isZero();
      assertThat(signal(Signal.CHANGE_FAILURES)).isZero();
    }

    @Test
    void areAnAlarmBesideNothingElse() {
      live(200);
      hang(3);
      pass(SECOND / 4);

      assertThat(signal(Signal.FAILURE_CHANGE_LOG_ODDS)).isPositive();
      assertThat(signal(Signal.CHANGE_FAILURES)).isBetween(2.0, 3.0);
      assertThat(signal(Signal.CHANGE_SUCCESSES)).isLessThan(1);
    }

    @Test
    void addToWhatFailuresThatHaveEndedSay() {
      live(1_000);
      add(Outcome.FAILURE);
      double before = signal(Signal.FAILURE_CHANGE_LOG_ODDS);
      hang(1);
      pass(SECOND / 4);

      assertThat(signal(Signal.FAILURE_CHANGE_LOG_ODDS)).isGreaterThan(before + 1);
      assertThat(signal(Signal.CHANGE_FAILURES))
          .isCloseTo(1 + signal(Signal.OVERDUE_FAILURES), within(EXACT));
    }

    @Test
    void sayNothingWhenTheyHaveEnded() {
      live(200);
      long start = now;
      int[] hanging = {slots.enter(start), slots.enter(start), slots.enter(start)};
      pass(SECOND / 4);
      assertThat(signal(Signal.CHANGE_FAILURES)).isPositive();
      for (int slot : hanging) {
        slots.leave(slot, start);
      }
      ledger.update(now, refused, LEASE);

      assertThat(signal(Signal.OVERDUE_FAILURES)).isZero();
      assertThat(signal(Signal.CHANGE_FAILURES)).isZero();
      assertThat(signal(Signal.CHANGE_SUCCESSES)).isZero();
      assertThat(signal(Signal.FAILURE_CHANGE_LOG_ODDS)).isLessThan(-4);
    }

    @Test
    void weighMoreAfterOneThatFailed() {
      live(200);
      hang(10);
      pass(SECOND / 20);
      double before = signal(Signal.OVERDUE_FAILURES);
      assertThat(before).isPositive();

      ledger.add(Outcome.TIMEOUT, 10 * SECOND, DEADLINE, now);
      ledger.update(now, refused, LEASE);

      assertThat(signal(Signal.OVERDUE_FAILURES)).isBetween(before + .1, 10.0);
    }

    @Test
    void weighLessAfterSuccessesThatWereOverdue() {
      live(200);
      hang(10);
      pass(SECOND / 20);
      double before = signal(Signal.OVERDUE_FAILURES);

      ledger.add(Outcome.SUCCESS, SECOND / 20, DEADLINE, now); // too short to make another habit
      ledger.update(now, refused, LEASE);

      assertThat(signal(Signal.OVERDUE_FAILURES)).isPositive().isLessThan(before);
    }

    @Test
    void learnFromSuccessesOfTheCallPathAndFromLateOnesToo() {
      live(200);
      hang(10);
      pass(SECOND);
      assertThat(signal(Signal.OVERDUE_FAILURES)).isPositive();
      for (int i = 0; i < 3; i++) {
        succeedIn(SECOND);
        ledger.addLate(SECOND);
      }
      ledger.update(now, refused, LEASE);

      assertThat(signal(Signal.OVERDUE_FAILURES)).isZero();
    }
  }

  @Nested
  class LateSuccesses {
    @Test
    void areForgottenWhenCallsOfTheCallPathEndInTimeAgain() {
      excuseSilence();
      for (int i = 0; i < 30; i++) {
        pass(SECOND / 10);
        succeed(100);
      }

      assertThat(overdueFailuresOfTen()).isGreaterThan(5);
    }

    @Test
    void areForgottenWhenOtherCallsEndInTimeAgain() {
      excuseSilence();
      for (int i = 0; i < 3_000; i++) {
        pass(SECOND / 1_000);
        add(Outcome.SUCCESS);
      }

      assertThat(overdueFailuresOfTen()).isGreaterThan(5);
    }

    @Test
    void ofBeforeAMoveSayHowLongCallsTakeToo() {
      for (int i = 0; i < 25; i++) {
        ledger.addLate(MILLIS_20);
      }

      assertThat(ledger.latencySamples()).isCloseTo(25, within(EXACT));
      assertThat(ledger.overdueSeconds()).isBetween(.02, .1);
    }

    @Test
    void ofBeforeAMoveExcuseSilenceToo() {
      live(200);
      hang(10);
      pass(SECOND / 20);
      double before = signal(Signal.OVERDUE_FAILURES);

      for (int i = 0; i < 4; i++) {
        ledger.addLate(SECOND / 20);
      }
      ledger.update(now, refused, LEASE);

      assertThat(signal(Signal.OVERDUE_FAILURES)).isLessThan(.8 * before);
    }

    /** Many calls that were taken to hang succeed. */
    private void excuseSilence() {
      live(400);
      for (int i = 0; i < 10; i++) {
        succeedIn(SECOND / 5);
        ledger.update(now, refused, LEASE);
      }
    }

    private double overdueFailuresOfTen() {
      hang(10);
      pass(SECOND / 4);
      assertThat(signal(Signal.OVERDUE)).isEqualTo(10);
      return signal(Signal.OVERDUE_FAILURES);
    }
  }

  @Nested
  class Arrivals {
    @Test
    void areThoseOfTwoMinutesWhereFewCome() {
      for (int i = 0; i < 100; i++) {
        pass(20 * SECOND);
        succeed(1);
      }

      assertThat(ledger.arrivalRate()).isCloseTo(.05, within(.02));
    }

    @Test
    void areCountedFromTheBeginning() {
      for (int i = 0; i < 20; i++) {
        pass(SECOND / 10);
        succeed(5);
        assertThat(ledger.arrivalRate()).isCloseTo(50, within(30.0 / (i + 1) + 1));
      }
      assertThat(signal(Signal.ARRIVAL_RATE)).isEqualTo(ledger.arrivalRate());
    }

    @Test
    void areZeroBeforeTimePasses() {
      assertThat(ledger.arrivalRate()).isZero();
      add(Outcome.SUCCESS);
      assertThat(ledger.arrivalRate()).isZero();
    }

    @Test
    void areThoseOfTheLastTenSeconds() {
      for (int i = 0; i < 1_000; i++) {
        pass(SECOND / 10);
        succeed(5);
      }
      double before = ledger.arrivalRate();
      assertThat(before).isCloseTo(50, within(1.0));

      pass(10 * SECOND);

      assertThat(ledger.arrivalRate()).isCloseTo(before / Math.E, within(.01 * before));
    }

    @Test
    void areCallsOfEveryFateAndEachCountsOnce() {
      for (int i = 0; i < 2_000; i++) {
        pass(SECOND / 10);
        add(Outcome.FAILURE); // ended
        refused++; // refused, or too late
        if (i % 2 == 0) {
          int slot = slots.enter(now);
          ledger.update(now, refused, LEASE); // seen in flight, and then ended
          slots.leave(slot, now);
          add(Outcome.TIMEOUT);
        } else {
          slots.enter(now - 2 * LEASE); // written off
        }
        ledger.update(now, refused, LEASE);
      }

      assertThat(ledger.lost()).isEqualTo(1_000);
      assertThat(ledger.arrivalRate()).isCloseTo(30, within(1.0));
    }

    @Test
    void timesLatencyAreTheDemand() {
      assertThat(ledger.demand()).isZero();
      for (int i = 0; i < 1_000; i++) {
        pass(SECOND / 10);
        succeed(5);
      }

      double latency = signal(Signal.LATENCY_FAST);
      assertThat(latency).isCloseTo(.02, within(.003));
      assertThat(ledger.demand()).isCloseTo(50 * latency, within(.05));
    }
  }

  @Nested
  class Latency {
    @Test
    void isLearnedInBatchesAndSingly() {
      succeed(300);
      assertThat(signal(Signal.LATENCY_FAST)).isCloseTo(.02, within(.003));
      assertThat(signal(Signal.LATENCY_BASELINE)).isCloseTo(.02, within(.003));
      assertThat(signal(Signal.LATENCY_P50)).isCloseTo(.02, within(.004));
      assertThat(signal(Signal.LATENCY_P99)).isCloseTo(.02, within(.004));
      assertThat(signal(Signal.LATENCY_LOG_SPREAD)).isPositive();
      assertThat(ledger.latencySamples()).isCloseTo(300, within(EXACT));
      assertThat(ledger.latencyQuantile(.5)).isCloseTo(.02, within(.004));

      for (int i = 0; i < 10; i++) {
        ledger.add(Outcome.SLOW_SUCCESS, SECOND, DEADLINE, now);
      }
      assertThat(signal(Signal.LATENCY_P99)).isCloseTo(1, within(.2));
      assertThat(signal(Signal.LATENCY_FAST)).isGreaterThan(.03);
      assertThat(ledger.latencySamples()).isCloseTo(310, within(EXACT));
    }

    @Test
    void learnedSinglySaysWhatIsOverdue() {
      for (int i = 0; i < 25; i++) {
        add(Outcome.SLOW_SUCCESS);
      }
      assertThat(ledger.overdueSeconds()).isBetween(.02, .1);
      assertThat(signal(Signal.LATENCY_P95)).isCloseTo(.02, within(.004));
      assertThat(signal(Signal.LATENCY_LOG_SPREAD_FAST)).isBetween(.05, .5);
    }

    @Test
    void ofFailuresIsNotLearned() {
      succeed(300);
      for (int i = 0; i < 100; i++) {
        ledger.add(Outcome.FAILURE, 100 * SECOND, DEADLINE, now);
      }
      assertThat(signal(Signal.LATENCY_P99)).isCloseTo(.02, within(.004));
    }

    @Test
    void ofABatchIsToldToWhoeverLimits() {
      succeed(40);
      assertThat(ledger.batchCalls()).isEqualTo(40);
      assertThat(ledger.batchLogSum()).isCloseTo(40 * Math.log(.02), within(40 * .15));

      ledger.update(now, refused, LEASE);
      assertThat(ledger.batchCalls()).isZero();
      assertThat(ledger.batchLogSum()).isZero();
    }
  }

  @Nested
  class TheWindow {
    @Test
    void holdsWhatFixedThresholdsLookAt() {
      succeed(20);
      add(Outcome.FAILURE);
      add(Outcome.SLOW_SUCCESS);
      add(Outcome.CALLER_FAULT);

      assertThat(ledger.window().calls()).isEqualTo(22);
      assertThat(ledger.window().failures()).isOne();
      assertThat(ledger.window().slowCalls()).isOne();

      ledger.clearWindow();
      assertThat(ledger.window().calls()).isZero();
    }

    @Test
    void takesSlowSuccessesAndFailuresForWhatTheyAre() {
      add(Outcome.SLOW_SUCCESS);
      add(Outcome.SLOW_SUCCESS);
      add(Outcome.FAILURE);

      assertThat(ledger.window().slowCalls()).isEqualTo(2);
      assertThat(ledger.window().failures()).isOne();
    }

    @Test
    void ofAnotherShapeTakesOverWhatIsKnown() {
      add(Outcome.FAILURE);
      OutcomeWindow alike = OutcomeWindow.ofCalls(100, 10);
      OutcomeWindow before = ledger.window();
      ledger.window(alike, now);
      assertThat(ledger.window()).isSameAs(before);

      OutcomeWindow other = OutcomeWindow.ofCalls(50, 10);
      ledger.window(other, now);

      assertThat(ledger.window()).isSameAs(other);
      assertThat(other.failures()).isOne();
    }
  }

  @Test
  void saysWhenItWasReadAndWithWhichDeadline() {
    pass(SECOND);
    Signals signals = ledger.signals(now, 3);

    assertThat(signals.nanoTime()).isEqualTo(now);
    assertThat(signals.value(Signal.DEADLINE)).isEqualTo(3);
    assertThat(ledger.inFlight()).isZero();
  }

  private void add(Outcome outcome) {
    ledger.add(outcome, MILLIS_20, DEADLINE, now);
  }

  /** Successes of 20 ms on the call path. */
  private void succeed(int calls) {
    for (int i = 0; i < calls; i++) {
      succeedIn(MILLIS_20);
    }
    ledger.update(now, refused, LEASE);
  }

  /** As many, ten a second. */
  private void live(int calls) {
    for (int i = 0; i < calls; i++) {
      pass(SECOND / 10);
      succeed(1);
    }
  }

  private void succeedIn(long nanos) {
    long start = now - nanos;
    var unused = slots.succeed(slots.enter(start), start, nanos);
  }

  private void hang(int calls) {
    for (int i = 0; i < calls; i++) {
      slots.enter(now);
    }
    ledger.update(now, refused, LEASE);
  }

  private void pass(long nanos) {
    now += nanos;
    ledger.update(now, refused, LEASE);
  }

  private double signal(Signal signal) {
    return ledger.signals(now, DEADLINE).value(signal);
  }
}
