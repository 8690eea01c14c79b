package io.foreguard.predictive.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearScorerTest {
  private static final double[] WEIGHTS = {2, -3, 0};
  private static final LinearScorer SCORER =
      LinearScorer.of(WEIGHTS, 0.5, new double[] {7, 8, 9}, new double[] {1, 1, 1});

  @Test
  void addsUpWhatEachFeatureWeighs() {
    assertThat(SCORER.score(new double[] {10, 1, 1_000})).isEqualTo(17.5);
    assertThat(SCORER.base()).isEqualTo(-0.5);
  }

  @Test
  void aMissingFeatureCountsAsTheValueForIt() {
    double[] contributions = new double[3];

    SCORER.contributions(new double[] {Double.NaN, 1, 1}, contributions);

    assertThat(SCORER.score(new double[] {Double.NaN, 1, 1})).isEqualTo(11.5);
    assertThat(contributions).containsExactly(new double[] {12, 0, 0}, within(0.0));
  }

  @Test
  void aMissingFeatureContributesNothingUnlessToldOtherwise() {
    LinearScorer scorer = LinearScorer.of(WEIGHTS, 0.5, new double[] {4, 5, 6});
    double[] missing = {Double.NaN, Double.NaN, Double.NaN};

    assertThat(scorer.score(missing)).isEqualTo(scorer.base());
  }

  @Test
  void everyScoreIsFinite() {
    double[] values = {
      Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, 0, Double.MAX_VALUE, Double.POSITIVE_INFINITY
    };
    double[] contributions = new double[3];
    for (double a : values) {
      for (double b : values) {
        double[] features = {a, b, a};

        SCORER.contributions(features, contributions);

        assertThat(SCORER.score(features)).isFinite();
        assertThat(Arrays.stream(contributions).sum()).isFinite();
      }
    }
  }

  @Test
  void contributionsAddUpForAnyNumberOfFeatures() {
    SplittableRandom random = new SplittableRandom(3);
    for (int size = 1; size < 45; size++) {
      double[] weights = random.doubles(size, -2, 2).toArray();
      double[] features = random.doubles(size, -2, 2).toArray();
      LinearScorer scorer = LinearScorer.of(weights, 0.1, random.doubles(size).toArray());
      double[] contributions = new double[size];
      double expected = 0.1;
      for (int i = 0; i < size; i++) {
        expected += weights[i] * features[i];
      }

      scorer.contributions(features, contributions);

      assertThat(scorer.score(features)).isCloseTo(expected, within(1e-12));
      assertThat(scorer.base() + Arrays.stream(contributions).sum())
          .isCloseTo(expected, within(1e-12));
      features[size - 1] = Double.NaN;
      assertThat(scorer.score(features))
          .isCloseTo(expected - contributions[size - 1], within(1e-12));
    }
  }

  @Test
  void refusesWhatIsNoNumberByName() {
    double[] nan = {0, Double.NaN, 0};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearScorer.of(nan, 0, WEIGHTS))
        .withMessage("weight 1 must be at most 1.0E100 from 0, but was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearScorer.of(WEIGHTS, Double.POSITIVE_INFINITY, WEIGHTS))
        .withMessage("intercept must be at most 1.0E100 from 0, but was Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearScorer.of(WEIGHTS, 0, new double[2]))
        .withMessage("missing must be of length 3, but was 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SCORER.score(new double[4]))
        .withMessage("features must be of length 3, but was 4");
  }
}
