package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.evaluation.ProbabilityQuality;
import io.foreguard.predictive.scoring.Calibration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final LabelledRows ROWS = Rowset.of(20_000, 20, 7);

  @Test
  void findsTheSigmoidThatIsThere() {
    double[] logOdds = scores(p -> Math.log(p / (1 - p)));
    double[] scores = Arrays.stream(logOdds).map(value -> (value + 1) / 2).toArray();

    Calibration platt = PlattFit.fit(scores, ROWS.fails(), ROWS.weights());

    assertThat(platt.slope()).isCloseTo(2, within(0.1));
    assertThat(platt.intercept()).isCloseTo(-1, within(0.1));
  }

  @Test
  void smoothsTargetsWhereScoresPartTheClasses() {
    double[] scores = {0, 0.1, 0.9, 1};
    boolean[] fails = {false, false, true, true};

    Calibration platt = PlattFit.fit(scores, fails, new double[] {1, 1, 1, 1});

    assertThat(platt.probability(1)).isBetween(0.6, 0.9);
    assertThat(platt.probability(0)).isBetween(0.1, 0.4);
  }

  @Test
  void neverTurnsAScoreRound() {
    boolean[] fails = {true, true, false, false};

    Calibration platt = PlattFit.fit(new double[] {0, 1, 2, 3}, fails, new double[] {1, 1, 1, 1});

    assertThat(platt.probability(3)).isCloseTo(0.5, within(1e-4));
    assertThat(platt.slope()).isPositive();
  }

  @Test
  void poolsWhatIsNotInOrder() {
    double[] scores = {1, 2, 3, 4};
    boolean[] fails = {false, true, false, true};

    Calibration isotonic = IsotonicFit.fit(scores, fails, new double[] {1, 1, 1, 1});

    // Pools {1}, {2, 3}, {4}, each smoothed by one row of share 1/2.
    assertThat(isotonic.knots()).isEqualTo(3);
    assertThat(isotonic.probability(1)).isCloseTo(0.25, within(1e-12));
    assertThat(isotonic.probability(2.5)).isCloseTo(0.5, within(1e-12));
    assertThat(isotonic.probability(4)).isCloseTo(0.75, within(1e-12));
  }

  @Test
  void choosesIsotonicWhereNoSigmoidFits() {
    double[] scores = scores(p -> Math.pow(p, 6));

    Calibrator.Fitted fitted = Calibrator.fit(scores, ROWS);

    assertThat(fitted.calibration().kind()).isEqualTo(Calibration.Kind.ISOTONIC);
    assertThat(fitted.isotonic()).isLessThan(fitted.platt());
    assertThat(error(fitted.calibration(), p -> Math.pow(p, 6))).isLessThan(0.01);
  }

  @Test
  void choosesTheSigmoidWhereDataAreFew() {
    LabelledRows few = ROWS.select(ROWS.where(row -> row % 40 == 0));
    double[] scores = new double[few.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = Rowset.probability(few.features()[row]);
    }

    Calibrator.Fitted fitted = Calibrator.fit(scores, few);

    assertThat(fitted.calibration().kind()).isEqualTo(Calibration.Kind.SIGMOID);
    assertThat(fitted.isotonic()).isNaN();
  }

  /** Calibration error on other rows of scores that are a function of the true probability. */
  private static double error(Calibration calibration, Distortion distortion) {
    LabelledRows others = Rowset.of(20_000, 20, 8);
    double[] probabilities = new double[others.size()];
    for (int row = 0; row < probabilities.length; row++) {
      double p = Rowset.probability(others.features()[row]);
      probabilities[row] = calibration.probability(distortion.of(p));
    }
    return ProbabilityQuality.of(probabilities, others.fails(), others.weights())
        .calibrationError();
  }

  private static double[] scores(Distortion distortion) {
    double[] scores = new double[ROWS.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = distortion.of(Rowset.probability(ROWS.features()[row]));
    }
    return scores;
  }

  private interface Distortion {
    double of(double probability);
  }
}
