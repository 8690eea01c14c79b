package io.foreguard.predictive.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibratedScorerTest {
  private static final LinearScorer SUM =
      LinearScorer.of(new double[] {1, 1, 1}, 0.3, new double[3]);

  @Test
  void putsScorerAndCalibrationTogether() {
    CalibratedScorer scorer = new CalibratedScorer(SUM, Calibration.sigmoid(2, -1));

    assertThat(scorer.featureCount()).isEqualTo(3);
    assertThat(scorer.logOdds(new double[] {1, 2, 3})).isCloseTo(11.6, within(1e-12));
    assertThat(scorer.baseLogOdds()).isCloseTo(-0.4, within(1e-12));
    assertThat(scorer.probability(new double[] {0.2, 0, 0})).isEqualTo(0.5);
  }

  @Test
  void contributionsAddUpToTheWayFromTheBasesLogOdds() {
    SplittableRandom random = new SplittableRandom(7);
    double[] contributions = new double[3];
    for (Calibration calibration :
        List.of(
            Calibration.none(),
            Calibration.sigmoid(2, -1),
            Calibration.isotonic(
                new double[] {0, 0.299, 0.301, 0.9}, new double[] {0.01, 0.1, 0.8, 0.9}))) {
      CalibratedScorer scorer = new CalibratedScorer(SUM, calibration);
      for (int i = 0; i < 10_000; i++) {
        double[] features = random.doubles(3, -0.4, 0.4).toArray();
        if (i % 10 == 0) {
          features[2] = 1e-5 - features[0] - features[1];
        }

        scorer.contributions(features, contributions);

        assertThat(scorer.baseLogOdds() + Arrays.stream(contributions).sum())
            .as(calibration + " " + Arrays.toString(features))
            .isCloseTo(scorer.logOdds(features), within(1e-9));
      }
    }
  }

  @Test
  void withASigmoidContributionsAreThoseOfTheScoreTimesItsSlope() {
    double[] contributions = new double[3];

    new CalibratedScorer(SUM, Calibration.sigmoid(2, -1))
        .contributions(new double[] {1, -1, 0.5}, contributions);

    assertThat(contributions).containsExactly(new double[] {2, -2, 1}, within(1e-12));
  }

  @Test
  void contributionsThatCancelKeepTheUsualSize() {
    double[] contributions = new double[3];

    new CalibratedScorer(SUM, Calibration.none())
        .contributions(new double[] {0.1, -0.1, 0}, contributions);

    assertThat(contributions)
        .containsExactly(new double[] {0.1 / 0.21, -0.1 / 0.21, 0}, within(1e-12));
  }

  @Test
  void aSteepStepDoesNotBlowUpContributionsThatNearlyCancel() {
    Calibration step =
        Calibration.isotonic(
            new double[] {0, 0.3, 0.300001, 1}, new double[] {0.01, 0.1, 0.8, 0.9});
    double[] contributions = new double[3];

    new CalibratedScorer(SUM, step).contributions(new double[] {0.2, -0.2, 0.00001}, contributions);

    assertThat(contributions[0]).isBetween(0.0, 10.0);
    assertThat(contributions[1]).isBetween(-10.0, 2.0);
    assertThat(Arrays.stream(contributions).sum())
        .isCloseTo(Math.log(0.8 / 0.2) - Math.log(0.1 / 0.9), within(1e-3));
  }
}
