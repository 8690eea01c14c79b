package io.foreguard.predictive.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProbabilityQualityTest {
  @Test
  void agreesWithCountingByHand() {
    ProbabilityQuality quality =
        ProbabilityQuality.of(
            new double[] {0.2, 0.2, 0.9},
            new boolean[] {false, true, true},
            new double[] {3, 1, 1});

    assertThat(quality.brier()).isCloseTo((3 * 0.04 + 0.64 + 0.01) / 5, within(1e-12));
    assertThat(quality.logLoss())
        .isCloseTo(-(3 * Math.log(0.8) + Math.log(0.2) + Math.log(0.9)) / 5, within(1e-12));
    assertThat(quality.failureShare()).isCloseTo(0.4, within(1e-12));
    assertThat(quality.calibrationError())
        .isCloseTo((4 * Math.abs(0.2 - 0.25) + Math.abs(0.9 - 1)) / 5, within(1e-12));
    assertThat(quality.equalWidth()).hasSize(2);
  }

  @Test
  void errorIsSmallForTrueProbabilitiesAndLargeForShiftedOnes() {
    SplittableRandom random = new SplittableRandom(5);
    int rows = 50_000;
    double[] truth = random.doubles(rows).map(u -> u * u * 0.5).toArray();
    double[] shifted = new double[rows];
    boolean[] failed = new boolean[rows];
    double[] weights = new double[rows];
    for (int i = 0; i < rows; i++) {
      failed[i] = random.nextDouble() < truth[i];
      shifted[i] = truth[i] + 0.2;
      weights[i] = 1;
    }

    ProbabilityQuality good = ProbabilityQuality.of(truth, failed, weights);
    ProbabilityQuality bad = ProbabilityQuality.of(shifted, failed, weights);

    assertThat(good.calibrationError()).isLessThan(0.01);
    assertThat(good.calibrationErrorByCount()).isLessThan(0.01);
    assertThat(bad.calibrationError()).isCloseTo(0.2, within(0.01));
    assertThat(bad.calibrationErrorByCount()).isCloseTo(0.2, within(0.01));
    assertThat(good.equalCount()).hasSize(ProbabilityQuality.BINS);
    assertThat(good.equalCount()).allMatch(bin -> bin.weight() < 1.01 * rows / 15 + 1);
  }

  @Test
  void tiedProbabilitiesShareABinOfEqualCount() {
    ProbabilityQuality quality =
        ProbabilityQuality.of(new double[100], new boolean[100], GroupBootstrapTest.ones(100));

    assertThat(quality.equalCount()).hasSize(1);
    assertThat(quality.calibrationErrorByCount()).isZero();
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ProbabilityQuality.of(new double[] {1.1}, new boolean[1], new double[] {1}))
        .withMessageContaining("[0, 1]");
  }
}
