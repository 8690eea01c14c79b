package io.foreguard.predictive.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final double[] SCORES = {0.1, 0.5, 0.6, 2};
  private static final double[] PROBABILITIES = {0, 0.02, 0.42, 1};

  @Test
  void withoutCalibrationTheScoreIsTheProbabilityButNeverCertain() {
    Calibration none = Calibration.none();

    assertThat(none.probability(0.3)).isEqualTo(0.3);
    assertThat(none.probability(0)).isEqualTo(Calibration.LEAST);
    assertThat(none.probability(1)).isEqualTo(1 - Calibration.LEAST);
    assertThat(none.probability(-5)).isEqualTo(Calibration.LEAST);
    assertThat(none.logOdds(0.5)).isZero();
  }

  @Test
  void aSigmoidIsLinearInLogOdds() {
    Calibration sigmoid = Calibration.sigmoid(2, -1);

    assertThat(sigmoid.logOdds(3)).isEqualTo(5);
    assertThat(sigmoid.probability(3)).isCloseTo(1 / (1 + Math.exp(-5)), within(1e-15));
    assertThat(sigmoid.probability(0.5)).isEqualTo(0.5);
    assertThat(sigmoid.probability(1e300)).isLessThan(1).isGreaterThan(0.999999);
    assertThat(sigmoid.probability(-1e300)).isPositive().isLessThan(1e-6);
  }

  @Test
  void isotonicInterpolatesBetweenKnotsAndStaysBeyondThem() {
    Calibration isotonic = Calibration.isotonic(SCORES, PROBABILITIES);

    assertThat(isotonic.probability(0.5)).isEqualTo(0.02);
    assertThat(isotonic.probability(0.55)).isCloseTo(0.22, within(1e-12));
    assertThat(isotonic.probability(-9)).isEqualTo(Calibration.LEAST_ISOTONIC);
    assertThat(isotonic.probability(0.1)).isEqualTo(Calibration.LEAST_ISOTONIC);
    assertThat(isotonic.probability(9)).isEqualTo(1 - Calibration.LEAST_ISOTONIC);
    assertThat(isotonic.probability(Double.POSITIVE_INFINITY)).isLessThan(1);
  }

  @Test
  void isotonicSurvivesScoresFarApart() {
    double most = Double.MAX_VALUE;
    Calibration isotonic =
        Calibration.isotonic(new double[] {-most, most}, new double[] {0.2, 0.8});

    assertThat(isotonic.probability(0)).isCloseTo(0.5, within(1e-12));
    assertThat(
            Calibration.isotonic(new double[] {0, Double.MIN_VALUE}, new double[] {0.2, 0.8})
                .probability(Double.MIN_VALUE))
        .isEqualTo(0.8);
  }

  @Test
  void neverFallsWhileTheScoreGrowsAndIsNeverCertain() {
    SplittableRandom random = new SplittableRandom(5);
    double[] knots = random.doubles(200, -3, 3).sorted().distinct().toArray();
    double[] rising = random.doubles(knots.length).sorted().toArray();
    rising[0] = 0;
    rising[knots.length - 1] = 1;
    for (Calibration calibration :
        List.of(
            Calibration.none(), Calibration.sigmoid(3, 0.2), Calibration.isotonic(knots, rising))) {
      double last = 0;
      for (double score = -4; score < 4; score += 1e-4) {
        double probability = calibration.probability(score);
        assertThat(probability).isGreaterThanOrEqualTo(last).isLessThan(1).isPositive();
        assertThat(calibration.logOdds(score))
            .isCloseTo(Math.log(probability / (1 - probability)), within(1e-6));
        last = probability;
      }
    }
  }

  @Test
  void refusesWhatIsNoCalibrationByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.sigmoid(0, 0))
        .withMessage("slope must be in (0, 1e100], but was 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.sigmoid(1, Double.NaN))
        .withMessage("intercept must be at most 1e100 from 0, but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.isotonic(new double[0], new double[0]))
        .withMessage("number of knots must be in [1, 10000], but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.isotonic(new double[] {1, 1}, new double[] {0, 1}))
        .withMessage("score of knot 1 must be finite and above the one before, but was 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.isotonic(new double[] {1, 2}, new double[] {0.5, 0.4}))
        .withMessage(
            "probability of knot 1 must be in [0, 1] and not below the one before, but was 0.4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calibration.none().probability(Double.NaN))
        .withMessage("score must be a number, but was NaN");
  }
}
