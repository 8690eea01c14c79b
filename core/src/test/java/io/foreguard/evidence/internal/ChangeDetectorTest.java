package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChangeDetectorTest {
  @Test
  void aRunOfSuccessesEqualsAsManySingleOnes() {
    for (int seed = 0; seed < 1_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ChangeDetector inRuns = new ChangeDetector();
      ChangeDetector singly = new ChangeDetector();
      run(inRuns, new SplittableRandom(seed), .1, 200, false);
      run(singly, new SplittableRandom(seed), .1, 200, false);
      int run = random.nextInt(40);

      inRuns.successes(run);
      for (int s = 0; s < run; s++) {
        singly.successes(1);
      }

      assertThat(inRuns.logOdds()).isCloseTo(singly.logOdds(), within(1e-6));
      assertThat(inRuns.baselineSamples()) // within a run nothing is forgotten
          .isCloseTo(singly.baselineSamples(), within(.03 * singly.baselineSamples() + 1));
    }
  }

  @Test
  void noticesAPlainOutageWithinAFewCalls() {
    double[] healthyRates = {.001, .01, .05, .1};
    double[] most = {4, 5, 6, 7.5};
    for (int k = 0; k < healthyRates.length; k++) {
      double calls = 0;
      for (int seed = 0; seed < 300; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        ChangeDetector detector = new ChangeDetector();
        run(detector, random, healthyRates[k], 1_000, false);
        calls += run(detector, random, 1, 1_000, true);
      }
      assertThat(calls / 300).as("from %.3f", healthyRates[k]).isBetween(1.0, most[k]);
    }
  }

  @Test
  void noticesAMildRiseInTheEnd() {
    for (int seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ChangeDetector detector = new ChangeDetector();
      run(detector, random, .01, 1_000, false);

      assertThat(run(detector, random, .2, 1_000, true)).isLessThan(400);
    }
  }

  @Test
  void seesNoOutageInASteadyRate() {
    for (double rate : new double[] {.001, .01, .05, .1}) {
      int alarms = 0;
      for (int seed = 0; seed < 200; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        ChangeDetector detector = new ChangeDetector();
        for (int i = 0; i < 1_000; i++) {
          run(detector, random, rate, 1, false);
          boolean mostlyFailing = detector.failuresSinceChange() > detector.successesSinceChange();
          alarms += detector.logOdds() > 0 && mostlyFailing ? 1 : 0;
        }
      }
      assertThat(alarms).as("at %.3f", rate).isLessThanOrEqualTo(8); // moments, of 200,000
    }
  }

  @Test
  void aStreakBeforeASlightRiseMakesTheWorstNoLikelier() {
    ChangeDetector detector = new ChangeDetector();
    detector.successes(27);
    for (int i = 0; i < 6; i++) {
      detector.failure();
      detector.successes(9); // a tenth fails: enough to keep the baseline from learning
    }
    for (int i = 0; i < 4; i++) {
      detector.failure();
    }

    assertThat(detector.logOdds()).isNegative();
  }

  @Test
  void forgetsItsSuspicionButNotTheBaseline() {
    ChangeDetector detector = new ChangeDetector();
    detector.successes(500);
    for (int i = 0; i < 10; i++) {
      detector.failure();
    }
    assertThat(detector.logOdds()).isPositive();
    double baseline = detector.baselineSuccessRate();

    detector.restart();

    assertThat(detector.logOdds()).isLessThan(-4);
    assertThat(detector.baselineSuccessRate()).isEqualTo(baseline);
    assertThat(detector.failuresSinceChange()).isZero();
  }

  @Test
  void noticesAChangeNearlyAsSoonAsATestThatKnowsIt() {
    double[][] cases = {{.001, .5, 4.0}, {.01, .2, 21.4}, {.02, 1, 3.0}};
    for (double[] rates : cases) {
      SplittableRandom random = new SplittableRandom(7);
      double calls = 0;
      int runs = 600;
      for (int i = 0; i < runs; i++) {
        ChangeDetector detector = learned(random, rates[0], 5_000);
        calls += run(detector, random, rates[1], 5_000, true);
      }
      double leastPossible =
          rates[2]; // CUSUM of the true rates at one false alarm in 100,000 calls
      assertThat(calls / runs).as("from %.3f", rates[0]).isLessThan(1.2 * leastPossible);
    }
  }

  @Test
  void raisesHardlyAFalseAlarmInAHundredThousandCalls() {
    for (double rate : new double[] {.001, .01, .02, .05, .1}) {
      SplittableRandom random = new SplittableRandom(11);
      int alarms = 0;
      for (int i = 0; i < 20; i++) {
        ChangeDetector detector = learned(random, rate, 5_000);
        for (int left = 50_000; left > 0; ) {
          int until = run(detector, random, rate, left, true);
          boolean alarmed = detector.logOdds() >= 0;
          alarms += alarmed ? 1 : 0;
          if (alarmed) {
            detector.accept();
          }
          left -= until;
        }
      }
      assertThat(alarms).as("at %.3f, in a million calls", rate).isLessThanOrEqualTo(25);
    }
  }

  @Test
  void afterAChangeTheHealthyPastIsStillKnown() {
    ChangeDetector detector = new ChangeDetector();
    detector.successes(2_000);
    for (int i = 0; i < 20; i++) {
      detector.failure();
    }
    detector.accept();
    assertThat(detector.baselineSuccessRate()).isGreaterThan(.99);

    detector.restart();

    assertThat(detector.baselineSamples()).isGreaterThan(1_900);
    detector.failure();
    detector.failure();
    detector.failure();
    assertThat(detector.logOdds()).isPositive();
  }

  /** A detector that has seen this many calls at a steady rate. */
  private static ChangeDetector learned(SplittableRandom random, double rate, int calls) {
    ChangeDetector detector = new ChangeDetector();
    for (int left = calls; left > 0; ) {
      left -= run(detector, random, rate, left, true);
      if (detector.logOdds() >= 0) {
        detector.accept();
      }
    }
    return detector;
  }

  /** Calls until the alarm, or all of them. */
  private static int run(
      ChangeDetector detector, SplittableRandom random, double rate, int calls, boolean stop) {
    for (int i = 1; i <= calls; i++) {
      if (random.nextDouble() < rate) {
        detector.failure();
      } else {
        detector.successes(1);
      }
      if (stop && detector.logOdds() >= 0) {
        return i;
      }
    }
    return calls;
  }
}
