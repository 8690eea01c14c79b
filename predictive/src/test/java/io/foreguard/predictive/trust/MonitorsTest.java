package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.feature.FeatureReference;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MonitorsTest {
  private final SplittableRandom random = new SplittableRandom(11);

  @Test
  void calibrationFindsTheErrorThatIsThere() {
    CalibrationMonitor monitor = new CalibrationMonitor(5_000);
    for (int i = 0; i < 20_000; i++) {
      monitor.record(.9, random.nextDouble() < .6);
    }
    assertThat(monitor.error()).isCloseTo(.3, within(.02));
    assertThat(monitor.errorAtLeast()).isBetween(.25, .3);
    assertThat(monitor.brierScore()).isCloseTo(.6 * .01 + .4 * .81, within(.02));
    assertThat(monitor.logLoss()).isCloseTo(.6 * .1054 + .4 * 2.3026, within(.05));
    assertThat(monitor.calls()).isCloseTo(5_000, within(150.0));
  }

  @Test
  void perfectPredictionsHaveNoErrorWithConfidenceHoweverFew() {
    int alarms = 0;
    for (int run = 0; run < 200; run++) {
      CalibrationMonitor monitor = new CalibrationMonitor(1_000);
      for (int i = 0; i < 2_000; i++) {
        double p = random.nextDouble();
        monitor.record(p, random.nextDouble() < p);
        alarms += monitor.errorAtLeast() > .05 ? 1 : 0;
      }
    }
    assertThat(alarms / 400_000.0).isLessThan(.01);
  }

  @Test
  void callsThatFailTogetherAreWorthLess() {
    CalibrationMonitor monitor = new CalibrationMonitor(5_000);
    for (int cell = 0; cell < 500; cell++) {
      boolean succeeds = random.nextDouble() < .8;
      for (int i = 0; i < 20; i++) {
        monitor.record(.8, succeeds);
      }
      monitor.closeCell();
    }
    assertThat(monitor.overdispersion()).isCloseTo(20, within(4.0));
  }

  @Test
  void calibrationForgetsAndResets() {
    CalibrationMonitor monitor = new CalibrationMonitor(100);
    for (int i = 0; i < 1_000_000; i++) { // rescales on the way
      monitor.record(.5, false);
    }
    for (int i = 0; i < 1_000; i++) {
      monitor.record(.5, i % 2 == 0);
    }
    assertThat(monitor.error()).isLessThan(.02);
    monitor.reset();
    assertThat(monitor.calls()).isZero();
    assertThat(monitor.errorAtLeast()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> monitor.record(1.1, true));
  }

  @Test
  void stabilityIndexAgreesWithItsFormula() {
    double[] tens = DoubleStream.iterate(0, x -> x + 1).limit(1_000).toArray();
    DriftMonitor monitor =
        DriftMonitor.against(List.of("x"), List.of(FeatureReference.of(tens)), 100_000);
    for (int i = 0; i < 1_000; i++) {
      monitor.record(new double[] {i / 2.01}); // all in the lower half
    }
    // .2 in each of five bins that had .1, .0001 in each of the others
    double expected = 5 * (.1 * Math.log(2) + (.0001 - .1) * Math.log(.0001 / .1));
    assertThat(monitor.index(0)).isCloseTo(expected, within(.1));
    assertThat(monitor.drifted(.25)).containsExactly("x");
  }

  @Test
  void withoutDriftNothingIsFoundAndMissingValuesAreABinOfTheirOwn() {
    DriftMonitor monitor = DriftMonitor.sinceStart(List.of("a", "b"), 500, 500);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      double missing = random.nextInt(10) == 0 ? Double.NaN : random.nextDouble();
      monitor.record(new double[] {random.nextDouble(), missing});
      found += monitor.driftedShare(.05) > 0 ? 1 : 0;
    }
    assertThat(found / 20_000.0).isLessThan(.01);
    for (int i = 0; i < 2_000; i++) {
      monitor.record(new double[] {random.nextDouble(), Double.NaN});
    }
    assertThat(monitor.drifted(.25)).containsExactly("b");
    assertThat(monitor.largest()).isGreaterThan(1);
  }

  @Test
  void referenceSurvivesItsTextAndRefusesOthers() {
    FeatureReference made = FeatureReference.of(new double[] {0, 0, 0, 0, 1.5, 2.25, Double.NaN});
    assertThat(FeatureReference.parse(made.toText()).toText()).isEqualTo(made.toText());
    for (String bad :
        new String[] {
          "",
          "1",
          "1 | 1",
          "5 2 1 | .5 .2 .2 .1",
          "5 1 | .5 .2 .2",
          "x | 1 0",
          "5 1 | .5 -1 1.5",
          "5 NaN | .5 .2 .3",
          "0 | 1 0"
        }) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> FeatureReference.parse(bad));
    }
  }

  @Test
  void forecastsAreFoundAsTheyWereInForceToAFewPerCentOfTheAge() {
    ForecastLog log = new ForecastLog();
    long start = Long.MAX_VALUE - 5_000_000_000L;
    assertThat(log.find(start)).isEqualTo(-1);
    long now = start;
    for (int i = 0; i < 100_000; i++) { // 100 s
      now = start + i * 1_000_000L;
      log.add(now, i, -i);
    }
    assertThat(log.first(log.find(now))).isEqualTo(99_999);
    assertThat(log.first(log.find(now - 10_000_000L))).isEqualTo(99_989);
    for (long age = 50; age < 60_000; age *= 2) {
      double was = log.first(log.find(now - age * 1_000_000L));
      assertThat(99_999 - age - was).isBetween(0.0, .15 * age + 20);
      assertThat(log.second(log.find(now - age * 1_000_000L))).isEqualTo(-was);
    }
    assertThat(log.find(start - 1)).isEqualTo(-1);
  }
}
