package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares the detector with one that takes every call by itself and keeps no shortcuts. */
class ChangeDetectorReferenceTest {
  private static final int SEEDS = 12;
  private static final double[] RATES = {0, .001, .01, .03, .1, .3, .6, .95, 1};

  @Test
  void agreesWithOneThatTakesEveryCallByItself() {
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ChangeDetector detector = new ChangeDetector();
      Naive naive = new Naive();
      check(detector, naive, seed, 0);
      for (int segment = 0; segment < 12; segment++) {
        double rate = RATES[random.nextInt(RATES.length)];
        boolean accepting = random.nextBoolean();
        int calls = 1 + random.nextInt(random.nextInt(4) == 0 ? 6_000 : 300);
        for (int i = 0; i < calls; i++) {
          if (random.nextDouble() < rate) {
            detector.failure();
            naive.call(true);
          } else {
            detector.successes(1);
            naive.call(false);
          }
          if (i < 30 || i % 20 == 0) {
            check(detector, naive, seed, i);
          }
          if (accepting && naive.logOdds() >= 0) {
            detector.accept();
            naive.accept();
            check(detector, naive, seed, i);
          }
        }
        if (random.nextInt(4) == 0) {
          detector.restart();
          naive.restart();
          check(detector, naive, seed, -1);
        }
      }
    }
  }

  @Test
  void remembersTenThousandCallsAtMost() {
    ChangeDetector detector = new ChangeDetector();
    Naive naive = new Naive();
    for (int i = 0; i < 25_000; i++) {
      boolean failed = i % 997 == 0;
      if (failed) {
        detector.failure();
      } else {
        detector.successes(1);
      }
      naive.call(failed);
      if (i % 50 == 0) {
        check(detector, naive, 0, i);
      }
    }
    assertThat(detector.baselineSamples()).isBetween(9_900.0, 10_000.1);
  }

  @Test
  void halvesABaselineThatWasTooGoodToBeTrue() {
    ChangeDetector detector = new ChangeDetector();
    detector.successes(1_000);
    detector.failure();
    double before = detector.baselineSamples();
    int calls = 1;
    while (detector.baselineSamples() == before && calls < 10_000) {
      if (calls % 3 == 0) {
        detector.failure();
      } else {
        detector.successes(1);
      }
      calls++;
    }

    assertThat(calls).isEqualTo(4_001);
    assertThat(detector.baselineSamples()).isCloseTo(before / 2 + calls, within(1e-6));
  }

  private static void check(ChangeDetector detector, Naive naive, int seed, int step) {
    String where = "seed " + seed + " step " + step;
    assertThat(detector.logOdds()).as(where).isCloseTo(naive.logOdds(), within(1e-6));
    assertThat(detector.successesSinceChange())
        .as(where)
        .isEqualTo(naive.since(naive.strongest, false));
    assertThat(detector.failuresSinceChange())
        .as(where)
        .isEqualTo(naive.since(naive.strongest, true));
    assertThat(detector.baselineSamples()).as(where).isCloseTo(naive.samples(), within(1e-6));
    if (naive.samples() > 0) {
      assertThat(detector.baselineSuccessRate()).as(where).isCloseTo(naive.rate(), within(1e-9));
    } else {
      assertThat(detector.baselineSuccessRate()).isNaN();
    }
    assertThat(detector.weightOfFailure()).as(where).isCloseTo(naive.weight(), within(1e-9));
  }

  /** The tests of the bank as they are defined. */
  private static final class Naive {
    private static final int BANK = 5;
    private static final double[] BASELINES = {.001, .002, .005, .01, .02, .05, .1, .2, .35, .5};
    private static final double[][] ALARMS = {
      {8.06, 8.77, 8.81, 8.62, 8.27, 8.9, 8.9, 8.9, 8.9, 8.9},
      {9.00, 8.88, 9.40, 9.25, 9.60, 9.98, 8.88, 8.9, 8.9, 8.9},
      {9.40, 10.00, 10.20, 10.00, 10.60, 11.45, 11.45, 10.75, 10.8, 10.8},
      {8.80, 10.00, 10.39, 10.90, 10.90, 11.60, 11.59, 12.20, 11.97, 11.92},
      {4.65, 5.34, 6.22, 6.80, 7.68, 9.08, 9.83, 10.68, 11.48, 12.15}
    };

    private final double[] statistic = new double[BANK];
    private final double[][] suspicious = new double[BANK][2]; // successes and failures
    private final double[] waiting = {0, 0};
    private double[] baseline = {0, 0};
    private double[] healthy = {0, 0};
    private boolean changed;
    private int strongest;

    void call(boolean failed) {
      for (int k = 0; k < BANK; k++) {
        double before = before(k);
        double after = after(k, before);
        if (failed ? after > 1.3 * before : statistic[k] > 0) {
          statistic[k] += Math.log(failed ? after / before : (1 - after) / (1 - before));
          suspicious[k][failed ? 1 : 0]++;
        }
        if (statistic[k] <= 0) {
          give(k);
        }
      }
      waiting[failed ? 1 : 0]++;
      strongest = 0;
      for (int k = 1; k < BANK; k++) {
        strongest = odds(k) > odds(strongest) ? k : strongest;
      }
      boolean quiet = true;
      for (double value : statistic) {
        quiet &= value == 0;
      }
      if (quiet) {
        learn();
      } else if (waiting[0] + waiting[1] > 4_000) {
        baseline[0] /= 2;
        baseline[1] /= 2;
        learn();
        forget();
      }
      if (changed && baseline[0] + baseline[1] >= 1_000) {
        changed = false;
      }
    }

    void accept() {
      healthy = changed ? healthy : baseline.clone();
      changed = true;
      baseline = new double[] {since(strongest, false), since(strongest, true)};
      forget();
    }

    void restart() {
      baseline = changed ? healthy.clone() : baseline;
      changed = false;
      forget();
    }

    double logOdds() {
      return odds(strongest);
    }

    double since(int k, boolean failed) {
      return suspicious[k][failed ? 1 : 0];
    }

    double samples() {
      return changed ? healthy[0] + healthy[1] : baseline[0] + baseline[1];
    }

    double rate() {
      return (changed ? healthy[0] : baseline[0]) / samples();
    }

    double weight() {
      return Math.max(0, Math.log(after(strongest, before(strongest)) / before(strongest)));
    }

    private double odds(int k) {
      double rate = Math.max(BASELINES[0], Math.min(BASELINES[9], before(k)));
      int i = 0;
      while (BASELINES[i + 1] < rate) {
        i++;
      }
      double share = Math.log(rate / BASELINES[i]) / Math.log(BASELINES[i + 1] / BASELINES[i]);
      return statistic[k] - (1 - share) * ALARMS[k][i] - share * ALARMS[k][i + 1];
    }

    private double before(int k) {
      double failures = baseline[1] + waiting[1] - suspicious[k][1];
      double calls = baseline[0] + waiting[0] - suspicious[k][0] + failures;
      double f = failures + .5;
      double upper = (f + (.5 + .8 / (1 + calls / 200)) * Math.sqrt(f)) / (calls + 20);
      return Math.max(.001, Math.min(.8, upper));
    }

    private static double after(int k, double before) {
      return k == 4 ? Math.min(.95, 2 * before) : new double[] {.05, .15, .4, .9}[k];
    }

    private void give(int k) {
      statistic[k] = 0;
      suspicious[k] = new double[2];
    }

    private void forget() {
      for (int k = 0; k < BANK; k++) {
        give(k);
      }
      Arrays.fill(waiting, 0);
      strongest = 0;
    }

    private void learn() {
      baseline[0] += waiting[0];
      baseline[1] += waiting[1];
      double calls = baseline[0] + baseline[1];
      double keep = Math.min(1, 10_000 / calls);
      baseline[0] *= keep;
      baseline[1] *= keep;
      Arrays.fill(waiting, 0);
    }
  }
}
