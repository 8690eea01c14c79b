package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BettingTestTest {
  private static final int SEEDS = 1_000;
  private static final int OBSERVATIONS = 5_000;

  @Test
  void findsWhatIsNotThereNoMoreOftenThanItsLevelThoughLookedAtAlways() {
    int found = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BettingTest test = BettingTest.atLevel(.05);
      boolean ever = false;
      for (int i = 0; i < OBSERVATIONS && !ever; i++) {
        test.bet(random.nextBoolean() ? 1 : -1); // the widest there is
        ever = test.isFound();
      }
      found += ever ? 1 : 0;
    }
    assertThat(found / (double) SEEDS).isLessThanOrEqualTo(.05);
  }

  @Test
  void findsASmallMeanInTheNumberOfBetsThatItsInformationAllows() {
    SplittableRandom random = new SplittableRandom(7);
    BettingTest test = BettingTest.atLevel(.01);
    int bets = 0;
    while (!test.isFound()) {
      test.bet(random.nextDouble() < .6 ? 1 : -1); // mean .2, optimal growth .0201 per bet
      bets++;
    }
    assertThat(bets).isLessThan(700);
  }

  @Test
  void stillFindsAfterALongTimeOfLosing() {
    BettingTest test = BettingTest.atLevel(.01);
    for (int i = 0; i < 100_000; i++) {
      test.bet(-.3);
    }
    double tries = test.tries();
    int bets = 0;
    while (!test.isFound()) {
      test.bet(.5);
      bets++;
    }
    assertThat(tries).isGreaterThan(1_000);
    assertThat(bets).isLessThan(100);
  }

  @Test
  void alarmsNoMoreOftenThanOncePerBarWhereNothingIsThere() {
    SplittableRandom random = new SplittableRandom(3);
    BettingTest test = BettingTest.alarm(100);
    int alarms = 0;
    int observations = 2_000_000;
    for (int i = 0; i < observations; i++) {
      test.bet(random.nextBoolean() ? .7 : -.7);
      if (test.isFound()) {
        alarms++;
        test.reset();
      }
    }
    assertThat(observations / (double) alarms).isGreaterThan(100);
  }

  @Test
  void alarmComesAsSoonAfterYearsAsAtOnce() {
    BettingTest fresh = BettingTest.alarm(100);
    BettingTest old = BettingTest.alarm(100);
    for (int i = 0; i < 1_000_000; i++) {
      old.bet(-.01);
    }
    assertThat(betsUntilFound(old)).isEqualTo(betsUntilFound(fresh)).isLessThan(20);
  }

  private static int betsUntilFound(BettingTest test) {
    int bets = 0;
    while (!test.isFound()) {
      test.bet(.6);
      bets++;
    }
    return bets;
  }

  @Test
  void eachTryHasAHigherBarAndAllTogetherSpendTheLevel() {
    BettingTest test = BettingTest.atLevel(.05);
    double spent = 0;
    for (int k = 1; k <= 10_000; k++) {
      spent += 1 / test.bar();
      test.restart();
    }
    assertThat(spent).isCloseTo(.05, within(1e-5));
    test.reset();
    assertThat(test.tries()).isEqualTo(1);
  }

  @Test
  void wealthStaysFinite() {
    BettingTest test = BettingTest.alarm(2);
    for (int i = 0; i < 10_000; i++) {
      test.bet(1);
    }
    assertThat(test.wealth()).isFinite();
    for (int i = 0; i < 10_000; i++) {
      test.bet(-1);
    }
    assertThat(test.isFound()).isFalse();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    BettingTest test = BettingTest.alarm(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test.bet(1.01))
        .withMessage("d must be in [-1, 1], but was 1.01");
    assertThatIllegalArgumentException().isThrownBy(() -> test.bet(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> BettingTest.atLevel(0));
    assertThatIllegalArgumentException().isThrownBy(() -> BettingTest.alarm(1));
  }
}
