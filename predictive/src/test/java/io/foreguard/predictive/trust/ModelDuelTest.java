package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ModelDuelTest {
  private static final long MS = 1_000_000;
  private final ModelDuel duel = new ModelDuel(.01, 100, 100 * MS);
  private long now = Long.MAX_VALUE - 1_000 * MS;

  /** One call at a time, each a cell of its own. */
  private void calls(int n, double first, double second, double successRate, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < n; i++) {
      now += 100 * MS;
      duel.record(now - 5 * MS, now, first, second, random.nextDouble() < successRate);
    }
  }

  @Test
  void findsTheForecasterBetterThatKnowsTheRate() {
    calls(1_000, .5, .9, .5, 1);
    assertThat(duel.isBetter()).isTrue();
    assertThat(duel.isWorse()).isFalse();
    assertThat(duel.meanGain()).isPositive();
  }

  @Test
  void findsTheForecasterWorseThatIsWrong() {
    calls(1_000, .2, .9, .9, 2);
    assertThat(duel.isWorse()).isTrue();
    assertThat(duel.isBetter()).isFalse();
    assertThat(duel.meanGain()).isNegative();
  }

  @Test
  void equalForecastersAreNeverToldApart() {
    calls(10_000, .7, .7, .3, 3);
    assertThat(duel.isWorse() || duel.isBetter()).isFalse();
  }

  @Test
  void aThousandCallsThatFailTogetherAreOneObservation() {
    calls(10, .9, .9, .9, 4);
    now += 200 * MS;
    duel.record(now, now, .9, .9, true);
    long start = now;
    for (int i = 0; i < 1_000; i++) {
      now += 10_000;
      duel.record(start, now, .02, .98, false);
    }
    calls(10, .9, .9, .9, 5);
    assertThat(duel.isBetter()).isFalse();
    assertThat(duel.evidenceOfBetter()).isLessThan(Math.log(2) + Math.log(.01));
  }

  @Test
  void cellsGrowWithTheCallsSoThatSlowOnesCount() {
    long second = 1_000 * MS;
    double before = duel.evidenceOfBetter();
    for (int i = 0; i < 400; i++) {
      now += second / 10;
      duel.record(now - 5 * second, now, .2, .8, false);
    }
    assertThat(duel.cells()).isBetween(6L, 12L);
    assertThat(duel.lateCalls()).isLessThan(150);
    assertThat(duel.evidenceOfBetter()).isGreaterThan(before + .2);
  }

  /**
   * Waves in which all fail together; the first forecaster bets on noise. Its chance ever to be
   * found better is the level's, in spite of the dependence.
   */
  @Test
  void aNoisyForecasterIsHardlyEverFoundBetterThoughCallsFailInWaves() {
    int found = 0;
    int seeds = 300;
    for (int seed = 0; seed < seeds; seed++) {
      found += wavesFindBetter(new SplittableRandom(seed)) ? 1 : 0;
    }
    assertThat(found).isLessThanOrEqualTo(3);
  }

  private static boolean wavesFindBetter(SplittableRandom random) {
    ModelDuel duel = new ModelDuel(.01, 100, 100 * MS);
    long now = 0;
    boolean ever = false;
    for (int wave = 0; wave < 1_000; wave++) {
      boolean well = random.nextDouble() < .7; // what the second one knows
      double noise = random.nextBoolean() ? .5 : .9;
      for (int call = 0; call < 30; call++) {
        now += 10 * MS;
        duel.record(now - 250 * MS, now, noise, .7, well);
        ever |= duel.isBetter();
      }
    }
    return ever;
  }
}
