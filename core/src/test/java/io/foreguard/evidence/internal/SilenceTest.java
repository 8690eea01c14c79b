package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A dependency that is called ten times a second, and answers within a tenth of a second. */
class SilenceTest {
  private static final double RATE = 10;
  private static final double WINDOW = .025;
  private static final double SPREAD = .25;
  private static final double CALLS_KNOWN = 1_000;
  private static final double EXACT = 1e-9;

  private final Silence silence = new Silence();

  @Nested
  class SaysNothing {
    @Test
    void atFirst() {
      assertThat(silence.logOdds()).isLessThan(-4);
      assertThat(silence.failures()).isZero();
      assertThat(silence.successes()).isZero();
      assertThat(silence.allFailures()).isZero();
    }

    @Test
    void whenNoCallIsOverdue() {
      judge(0, 100, 0);

      assertSaysNothing();
    }

    @Test
    void whenItIsOver() {
      judge(5, 5, 1);
      assertThat(silence.logOdds()).isPositive();

      silence.isOver();

      assertSaysNothing();
    }

    @Test
    void ofNextToNoneOfTheCallsInFlight() {
      judge(1, 60, 1);

      assertSaysNothing();
    }

    private void assertSaysNothing() {
      assertThat(silence.logOdds()).isLessThan(-4);
      assertThat(silence.failures()).isZero();
      assertThat(silence.successes()).isZero();
      assertThat(silence.allFailures()).isZero();
    }
  }

  @Nested
  class ByItself {
    @Test
    void oneCallIsNoAlarmHoweverOldItIs() {
      for (int window = 0; window < Silence.WINDOWS; window++) {
        for (double rate : new double[] {.01, 1, 100}) {
          judge(1, 1, window, rate);

          assertThat(silence.logOdds()).as("window %d", window).isNegative();
        }
      }
    }

    @Test
    void threeAreOneSoonAndTwoAreOneLater() {
      judge(3, 3, .02);
      assertThat(silence.logOdds()).isPositive();
      judge(2, 2, .02);
      assertThat(silence.logOdds()).isNegative();

      judge(2, 2, .05);

      assertThat(silence.logOdds()).isPositive();
    }

    @Test
    void itGrowsWithTheirNumberAndAge() {
      double last = Double.NEGATIVE_INFINITY;
      for (int calls = 1; calls < 8; calls++) {
        judge(calls, calls, .05);
        assertThat(silence.logOdds()).isGreaterThan(last);
        last = silence.logOdds();
      }
      judge(4, 4, .02);
      double young = silence.logOdds();
      judge(4, 4, .2);
      assertThat(silence.logOdds()).isGreaterThan(young);
    }

    @Test
    void itCountsForLessWhereLatencyVaries() {
      judge(3, 3, .05);
      double narrow = silence.logOdds();
      silence.judge(windows(3, .05), WINDOW, .05, 4 * SPREAD, 3, RATE);

      assertThat(silence.logOdds()).isLessThan(narrow);
    }

    @Test
    void neverIsMoreThanItsCalls() {
      fail(1_000, 1);
      for (int calls = 1; calls < 100; calls += 7) {
        judge(calls, calls, 10);

        assertThat(silence.allFailures()).isPositive().isLessThanOrEqualTo(calls);
      }
    }
  }

  @Nested
  class AmongAnswers {
    @Test
    void aTwentiethOfThemIsNoHang() {
      int[] oneOfTwenty = new int[Silence.WINDOWS];
      int last = 11; // 25 of 512 calls in 51.2 seconds
      for (int window = last, calls = 13; calls > 0; window--, calls /= 2) {
        oneOfTwenty[window] = calls;
      }
      silence.judge(oneOfTwenty, WINDOW, WINDOW * Math.pow(2, last), SPREAD, 26, RATE);

      assertThat(silence.logOdds()).isNegative();
    }

    @Test
    void halfOfThemIsOneAndTheOtherHalfIsKnown() {
      int[] half = new int[Silence.WINDOWS];
      half[5] = 4; // of eight that arrived in .8 seconds
      silence.judge(half, WINDOW, .8, SPREAD, 4, RATE);

      assertThat(silence.logOdds()).isPositive();
      assertThat(silence.successes()).isCloseTo(4, within(EXACT));
      assertThat(silence.failures()).isBetween(3.2, 4.0);
    }

    @Test
    void aCallThatNeverEndsHidesNoLaterHang() {
      int[] later = windows(3, .3);
      later[Silence.WINDOWS - 1] = 1;
      silence.judge(later, WINDOW, 1_000, SPREAD, 4, RATE);

      assertThat(silence.logOdds()).isPositive();
      assertThat(silence.failures()).isBetween(2.5, 3.0);
      assertThat(silence.successes()).isLessThan(2);
      assertThat(silence.allFailures()).isBetween(3.2, 4.0);
    }

    @Test
    void aCallThatNeverEndsIsNoHang() {
      judge(1, 1, 1_000);

      assertThat(silence.logOdds()).isNegative();
    }
  }

  @Nested
  class Learns {
    @Test
    void howLateSuccessesUsuallyAre() {
      judge(4, 4, .2);
      assertThat(silence.logOdds()).isPositive();
      for (int i = 0; i < 500; i++) {
        silence.endedInTime(9, CALLS_KNOWN);
        silence.succeededLate(.5, 1, CALLS_KNOWN); // so half a call is overdue at any moment
      }
      silence.endedInTime(100, CALLS_KNOWN);

      judge(3, 3, .2);
      assertThat(silence.allFailures()).isZero();
      assertThat(silence.logOdds()).isNegative();
      judge(20, 20, .2);
      assertThat(silence.logOdds()).as("more than usual").isPositive();
    }

    @Test
    void thatLateCallsEndWell() {
      double before = weigh();
      silence.succeededLate(0, 1, CALLS_KNOWN);
      assertThat(weigh()).isPositive().isLessThan(before);
      silence.succeededLate(0, 2, CALLS_KNOWN);

      assertThat(weigh()).isZero();
    }

    @Test
    void thatLateCallsFail() {
      double last = weigh();
      for (int i = 0; i < 100; i++) {
        silence.failedLate(1);
        assertThat(weigh()).isGreaterThanOrEqualTo(last);
        last = weigh();
      }
      assertThat(last).isGreaterThan(.99);
    }

    @Test
    void fromTheLatestTwentyOnly() {
      fail(1_000, 1);
      double before = weigh();
      silence.succeededLate(0, 10, CALLS_KNOWN);
      assertThat(weigh()).isPositive().isLessThan(before);
      silence.succeededLate(0, 30, CALLS_KNOWN);

      assertThat(weigh()).isZero();
    }

    @Test
    void lessAndLessFromThemAsCallsEndInTime() {
      double first = weigh();
      fail(10, 1);
      double last = weigh();
      for (int i = 0; i < 20; i++) {
        silence.endedInTime(25, CALLS_KNOWN);
        assertThat(weigh()).isLessThan(last).isGreaterThan(first);
        last = weigh();
      }
      assertThat(last).isCloseTo(first, within(.001));
    }

    @Test
    void againToSpeakAfterCallsInTime() {
      double first = weigh();
      silence.succeededLate(0, 5, CALLS_KNOWN);
      assertThat(weigh()).isZero();

      silence.endedInTime(500, CALLS_KNOWN);

      assertThat(weigh()).isCloseTo(first, within(.001));
    }

    @Test
    void howLongLateFailuresWereHeld() {
      assertThat(silence.hold()).isCloseTo(.9, within(EXACT));
      double last = silence.hold();
      for (int i = 0; i < 30; i++) {
        silence.failedLate(.3);
        assertThat(silence.hold()).isBetween(.3, last);
        last = silence.hold();
      }
      assertThat(last).isCloseTo(.3, within(.01));
    }

    /** For how much of a failure a call counts that has just become overdue. */
    private double weigh() {
      judge(1, 1, 0);
      return silence.allFailures() / .98;
    }
  }

  private void fail(int calls, double held) {
    for (int i = 0; i < calls; i++) {
      silence.failedLate(held);
    }
  }

  /** All became overdue so long ago, and nothing else has hung before. */
  private void judge(int overdue, int inFlight, double seconds) {
    silence.judge(windows(overdue, seconds), WINDOW, seconds, SPREAD, inFlight, RATE);
  }

  private void judge(int overdue, int inFlight, int window, double rate) {
    int[] calls = new int[Silence.WINDOWS];
    calls[window] = overdue;
    silence.judge(calls, WINDOW, WINDOW * Math.pow(2, window), SPREAD, inFlight, rate);
  }

  private static int[] windows(int overdue, double seconds) {
    int window = 0;
    for (double end = WINDOW; end < seconds && window < Silence.WINDOWS - 1; end *= 2) {
      window++;
    }
    int[] calls = new int[Silence.WINDOWS];
    calls[window] = overdue;
    return calls;
  }
}
