package io.foreguard.bulkhead.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What each round of calls does to the limit, exactly. */
class AdaptiveLimitRoundsTest {
  private static final double USUAL_SECONDS = .05;
  private static final int USUAL = 20;
  private static final int LIMIT = 34; // half as many again, and four
  private static final int GROWN = 37; // by a tenth
  private static final int STEPPED_DOWN = 15; // three quarters of what was in flight

  private long now = new ManualClock().nanoTime(); // overflows after a second
  private AdaptiveLimit limit = new AdaptiveLimit(2, now);

  @Nested
  class WithoutTrouble {
    @Test
    void thereIsNoLimitUntilFiftyCallsAreKnown() {
      assertThat(limit.limit()).isEqualTo(Integer.MAX_VALUE);

      round(49, USUAL_SECONDS, USUAL, 1);
      assertThat(limit.limit()).isEqualTo(Integer.MAX_VALUE);

      round(50, USUAL_SECONDS, USUAL, 1);
      assertThat(limit.limit()).isEqualTo(7_200);
    }

    @Test
    void comesDownByATenthPerRound() {
      round(50, USUAL_SECONDS, USUAL, 1);
      assertThat(limit.limit()).isEqualTo(7_200);

      round(50, USUAL_SECONDS, USUAL, 1);
      assertThat(limit.limit()).isEqualTo(6_480);
    }

    @Test
    void settlesAboveWhatGoesWell() {
      learn(USUAL);
      assertThat(limit.limit()).isEqualTo(LIMIT);

      fresh(2);
      learn(10);
      assertThat(limit.limit()).isEqualTo(19);
    }

    @Test
    void isNearWhenHalfOfItIsInFlight() {
      learn(10);

      assertThat(limit.isNear(8, now)).isFalse();
      assertThat(limit.isNear(9, now)).isTrue();
    }

    @Test
    void growsByATenthWhenItIsMet() {
      learn(USUAL);

      metRound(USUAL_SECONDS, 1);

      assertThat(limit.limit()).isEqualTo(GROWN);
    }

    @Test
    void growsByOneAtLeast() {
      learn(1);
      assertThat(limit.limit()).isEqualTo(5);

      limit.refused(now);
      round(40, USUAL_SECONDS, 1, 1);

      assertThat(limit.limit()).isEqualTo(6);
    }

    @Test
    void staysForThreeSecondsAfterItWasMet() {
      learn(10);
      pass(1);
      limit.refused(now);
      limit.successes(40, 40 * Math.log(USUAL_SECONDS), 10, now);
      assertThat(limit.limit()).isEqualTo(20);

      round(40, USUAL_SECONDS, 10, 1);
      round(40, USUAL_SECONDS, 10, 1);
      assertThat(limit.limit()).isEqualTo(20);

      round(40, USUAL_SECONDS, 10, 1);
      assertThat(limit.limit()).isEqualTo(19);
    }
  }

  @Nested
  class ARound {
    @Test
    void lastsAsLongAsACallAtLeast() {
      learn(USUAL);
      limit.refused(now);
      round(40, USUAL_SECONDS, USUAL, .01);
      assertThat(limit.limit()).isEqualTo(LIMIT);

      round(1, USUAL_SECONDS, USUAL, .05);
      assertThat(limit.limit()).isEqualTo(GROWN);
    }

    @Test
    void isNotEndedByAFailureThatSaysNothingOfLoad() {
      learn(USUAL);
      limit.refused(now);
      round(40, USUAL_SECONDS, USUAL, .01);

      pass(1);
      limit.failure(0, now, USUAL, now);

      assertThat(limit.limit()).isEqualTo(LIMIT);
    }

    @Test
    void ofFourCallsIsEnoughAfterFiveSeconds() {
      round(16, USUAL_SECONDS, 7, 1);
      round(3, USUAL_SECONDS, 9, 6);
      assertThat(limit.healthyMost()).isZero();

      round(1, USUAL_SECONDS, 9, 0);
      assertThat(limit.healthyMost()).isEqualTo(7);
    }

    @Test
    void ofFewCallsIsNotEnoughUntilFiveSecondsHavePassed() {
      round(16, USUAL_SECONDS, 7, 1);
      round(5, USUAL_SECONDS, 9, 5);
      assertThat(limit.healthyMost()).isZero();

      round(1, USUAL_SECONDS, 9, .001);
      assertThat(limit.healthyMost()).isEqualTo(7);
    }
  }

  @Nested
  class Latency {
    @Test
    void farAboveItsBaseIsAQueueWhenTheLimitIsMet() {
      learn(USUAL);

      metRound(.1, .2);

      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void ofFewCallsInFlightIsNoQueue() {
      learn(USUAL);

      metRound(.1, .5); // 8 in flight, of which 4 would be waiting

      assertThat(limit.limit()).isEqualTo(GROWN);
    }

    @Test
    void isNoQueueUpToHalfAsMuchAgain() {
      learn(USUAL);
      metRound(.07, .072);
      assertThat(limit.limit()).isEqualTo(GROWN);

      fresh(2);
      learn(USUAL);
      metRound(.08, .082);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void isAQueueSoonerNearTheDeadline() {
      fresh(.08);
      learn(USUAL);
      limit.refused(now);
      round(400, .053, USUAL, .055);
      assertThat(limit.limit()).isEqualTo(GROWN);

      fresh(.08);
      learn(USUAL);
      metRound(.06, .062);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void isJudgedByItsBaseAloneWithoutADeadline() {
      fresh(Double.NaN);
      learn(USUAL);
      metRound(.07, .072);
      assertThat(limit.limit()).isEqualTo(GROWN);

      fresh(Double.NaN);
      learn(USUAL);
      metRound(.08, .082);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void thatLastsBecomesTheBaseWhileTheLimitKeepsNobodyWaiting() {
      assertThat(afterSlowRounds(4)).as("still a queue").isEqualTo(STEPPED_DOWN);

      fresh(2);
      assertThat(afterSlowRounds(6)).as("it is just slower").isEqualTo(GROWN);
    }

    private int afterSlowRounds(int rounds) {
      learn(USUAL);
      for (int i = 0; i < rounds; i++) {
        round(40, .1, USUAL, .2);
      }
      assertThat(limit.limit()).isEqualTo(LIMIT);
      metRound(.1, .2);
      return limit.limit();
    }
  }

  @Nested
  class AnExperimentOnLatency {
    @Test
    void thatMakesCallsFasterHasFoundAQueue() {
      begin();
      round(40, .07, 15, .2);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);

      metRound(.1, .2);

      assertThat(limit.limit()).as("a queue as before").isEqualTo(11);
    }

    @Test
    void thatChangesNothingHasFoundASlowerDependency() {
      begin();
      round(40, .09, 15, .2);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);

      metRound(.1, .2);

      assertThat(limit.limit()).isEqualTo(16);
    }

    @Test
    void thatChangesNothingStartsSlowStartAgain() {
      begin();
      round(40, .1, 15, .2);

      limit.refused(now);
      succeed(2, .1, 15);

      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN + 2);
    }

    @Test
    void doesNotGrowCallByCallWhileItLasts() {
      begin();

      limit.refused(now);
      pass(1);
      succeed(3, .07, 15);

      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void inWhichAllCallsFailSaysNothingOfLatency() {
      begin();
      pass(1);
      fail(40, now);
      assertThat(limit.limit()).as("fewer for the failures").isEqualTo(11);
      round(40, USUAL_SECONDS, 10, 1);

      metRound(.1, .2);

      assertThat(limit.limit()).as("a queue as before").isEqualTo(8);
    }

    private void begin() {
      learn(USUAL);
      metRound(.1, .2);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }
  }

  @Nested
  class CallsLostToOverload {
    @Test
    void lowerTheLimitWithoutASingleSuccess() {
      learn(USUAL);
      fail(15, now);
      assertThat(limit.limit()).isEqualTo(LIMIT);

      fail(1, now);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    @Test
    void countOnlyIfTheyStartedInTheirRound() {
      learn(USUAL);

      fail(40, now - 1);

      assertThat(limit.limit()).isEqualTo(LIMIT);
    }

    @Test
    void countInAnExperimentOnlyOnceItHasTakenEffect() {
      begin();
      fail(40, now);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);

      mixed(25, 15);
      assertThat(limit.limit()).isEqualTo(11);
    }

    @Test
    void thatBecomeFewerWithTheLimitLowerItAgain() {
      begin();

      mixed(25, 15);

      assertThat(limit.limit()).isEqualTo(11);
    }

    @Test
    void thatFewerCallsDoNotPreventAreTolerated() {
      begin();
      mixed(20, 20);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);

      limit.refused(now);
      mixed(20, 20);
      assertThat(limit.limit()).as("grows").isEqualTo(16);

      limit.refused(now);
      mixed(2, 38);
      assertThat(limit.limit()).as("far more than tolerated").isEqualTo(12);
    }

    @Test
    void areToleratedNoLongerAfterManyGoodRounds() {
      begin();
      mixed(20, 20);
      for (int i = 0; i < 100; i++) {
        round(40, USUAL_SECONDS, USUAL, 1);
      }
      assertThat(limit.limit()).isEqualTo(LIMIT);

      limit.refused(now);
      mixed(20, 20);

      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    private void begin() {
      learn(USUAL);
      limit.refused(now);
      mixed(20, 20);
      assertThat(limit.limit()).isEqualTo(STEPPED_DOWN);
    }

    private void mixed(int succeeding, int failing) {
      round(succeeding, USUAL_SECONDS, USUAL, 1);
      fail(failing, now);
    }
  }

  @Nested
  class SlowStart {
    @Test
    void growsByOnePerSuccessToTheKnownLevelAndSlowerAboveIt() {
      learn(24);
      limit.restart(now);
      assertThat(limit.limit()).isEqualTo(3);

      limit.refused(now);
      succeed(21, USUAL_SECONDS, 2);
      assertThat(limit.limit()).isEqualTo(24);

      succeed(1, USUAL_SECONDS, 2);
      assertThat(limit.limit()).isEqualTo(24);
    }

    @Test
    void pausesWhileCallsQueue() {
      restartKnowing80();

      limit.refused(now);
      succeed(3, .2, 20);

      assertThat(limit.limit()).isEqualTo(55);
    }

    @Test
    void goesOnWhereTooFewAreInFlightToQueue() {
      restartKnowing80();

      limit.refused(now);
      succeed(3, .2, 2);

      assertThat(limit.limit()).isEqualTo(58);
    }

    private void restartKnowing80() {
      learn(80);
      limit.restart(now);
      assertThat(limit.limit()).isEqualTo(10);
      limit.refused(now);
      succeed(40, USUAL_SECONDS, 10);
      assertThat(limit.limit()).as("forty more, then a tenth").isEqualTo(55);
    }
  }

  @Nested
  class ACollapse {
    private static final int FULL = Integer.MAX_VALUE;

    @Test
    void capsNothingBeforeFiftyCallsAreKnown() {
      round(49, USUAL_SECONDS, USUAL, 1);
      collapse(40, false, true);
      assertThat(limit.limit()).isEqualTo(FULL);

      fresh(2);
      round(50, USUAL_SECONDS, USUAL, 1);
      collapse(40, false, true);
      assertThat(limit.limit()).isEqualTo(30);
    }

    @Test
    void capsTheLimitAQuarterBelowWhatWasInFlight() {
      assertThat(cap(USUAL, 40, false)).isEqualTo(30);
    }

    @Test
    void capsItLittleBelowWhatGoesWell() {
      assertThat(cap(USUAL, 22, true)).isEqualTo(18);
    }

    @Test
    void capsItWhereMoreThanAQuarterMoreThanUsualWereInFlight() {
      assertThat(cap(USUAL, 27, false)).isEqualTo(FULL);
      assertThat(cap(USUAL, 28, false)).isEqualTo(21);
    }

    @Test
    void ofOneOfManyCapsItForTwoCallsMoreThanUsual() {
      assertThat(cap(USUAL, 21, true)).isEqualTo(FULL);
      assertThat(cap(USUAL, 22, true)).isEqualTo(18);
    }

    @Test
    void atTheLimitCapsItWithoutMoreCallsThanUsual() {
      assertThat(capWhenMet(USUAL, 17)).isEqualTo(FULL);
      assertThat(capWhenMet(USUAL, 18)).isEqualTo(13);
      assertThat(cap(USUAL, 18, false)).as("when it was not met").isEqualTo(FULL);
    }

    @Test
    void atALimitOfVeryFewCapsNothing() {
      assertThat(capWhenMet(5, 6)).isEqualTo(FULL);
      assertThat(capWhenMet(5, 7)).isEqualTo(5);
    }

    @Test
    void leavesFewerThanThreeOnlyTheSecondTime() {
      assertThat(cap(1, 3, true)).isEqualTo(3);

      collapse(3, true, true);

      assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void capsForAMinuteAndForTwiceAsLongEachTimeAfter() {
      learnBriefly(USUAL);

      for (int seconds : new int[] {60, 120, 240, 480, 600, 600}) {
        collapse(40, false, true);
        assertThat(secondsCapped()).isEqualTo(seconds);
      }
    }

    @Test
    void isForgottenAfterTwiceAsLongAsItCapped() {
      for (int later : new int[] {179, 180}) {
        fresh(2);
        learnBriefly(USUAL);
        collapse(40, false, true);
        for (int i = 0; i < later; i++) {
          round(40, USUAL_SECONDS, USUAL, 1);
        }

        collapse(40, false, true);

        assertThat(secondsCapped()).isEqualTo(later < 180 ? 120 : 60);
      }
    }

    @Test
    void thatWasComingCapsForThreeSecondsOnly() {
      learnBriefly(USUAL);

      collapse(40, false, false);

      assertThat(limit.limit()).isEqualTo(30);
      assertThat(secondsCapped()).isEqualTo(3);
    }

    @Test
    void thatWasComingChangesNoCapThatIsThere() {
      learnBriefly(USUAL);
      collapse(40, false, true);

      collapse(80, false, false);

      assertThat(limit.limit()).isEqualTo(30);
      assertThat(secondsCapped()).isEqualTo(60);
    }

    private int capWhenMet(int healthy, int inFlight) {
      fresh(2);
      learnBriefly(healthy);
      round(50, USUAL_SECONDS, 1, 1); // so that no more than that are in flight just before
      limit.refused(now);
      collapse(inFlight, false, true);
      return cap();
    }

    private int cap(int healthy, int inFlight, boolean small) {
      fresh(2);
      learnBriefly(healthy);
      collapse(inFlight, small, true);
      return cap();
    }

    private int cap() {
      return limit.limit() > 1_000 ? FULL : limit.limit();
    }

    private void learnBriefly(int inFlight) {
      round(50, USUAL_SECONDS, inFlight, 1);
      round(50, USUAL_SECONDS, inFlight, 1);
    }

    private void collapse(int inFlight, boolean small, boolean sudden) {
      limit.failure(0, now, inFlight, now);
      limit.collapsed(small, sudden, now);
    }

    /** Seconds at the start of which the limit is held down, while demand is full. */
    private int secondsCapped() {
      int cap = limit.limit();
      int seconds = 0;
      while (limit.limit() <= cap && seconds < 2_000) {
        metRound(USUAL_SECONDS, 1);
        seconds++;
      }
      return seconds - 1;
    }
  }

  private void fresh(double deadlineSeconds) {
    limit = new AdaptiveLimit(deadlineSeconds, now);
  }

  /** Enough good rounds for the limit to settle. */
  private void learn(int inFlight) {
    for (int i = 0; i < 100; i++) {
      round(50, USUAL_SECONDS, inFlight, 1);
    }
  }

  private void metRound(double seconds, double lasting) {
    limit.refused(now);
    round(40, seconds, USUAL, lasting);
  }

  /** So many successes that took so long each, in so much time altogether. */
  private void round(int calls, double seconds, int inFlight, double lasting) {
    pass(lasting);
    limit.successes(calls, calls * Math.log(seconds), inFlight, now);
  }

  private void succeed(int calls, double seconds, int inFlight) {
    long start = now;
    pass(seconds + .001);
    for (int i = 0; i < calls; i++) {
      limit.success(Math.log(seconds), start, inFlight, now);
    }
  }

  private void fail(int calls, long start) {
    for (int i = 0; i < calls; i++) {
      limit.failure(1, start, USUAL, now);
    }
  }

  private void pass(double seconds) {
    now += Math.round(seconds * 1e9);
  }
}
