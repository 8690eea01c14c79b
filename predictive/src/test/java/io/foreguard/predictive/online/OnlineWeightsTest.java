package io.foreguard.predictive.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OnlineWeightsTest {
  private final OnlineWeights weights = new OnlineWeights(.5, 3_600);
  private final float[] x = new float[OnlineFeatures.SIZE];
  private final double[] same = new double[OnlineFeatures.SIZE];

  @Test
  void startsAtThePrior() {
    set(0, 1);
    assertThat(weights.sum(same)).isZero();
    assertThat(weights.variance(same)).isEqualTo(.25);
  }

  @Test
  void learnsAnOffsetThatIsWrong() {
    set(0, 1);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 5_000; i++) { // log odds of -2 were said, 0 is right
      weights.learn(x, 0, -2, 1, random.nextBoolean() ? 1 : 0);
    }
    assertThat(weights.sum(same)).isCloseTo(2, within(.2));
  }

  @Test
  void noBatchMovesItFurtherThanTheBound() {
    for (int i = 0; i < x.length; i++) {
      set(i, 2);
    }
    for (double offset : new double[] {-7, 0, 7}) {
      for (double failures : new double[] {0, 1_000_000}) {
        double before = weights.sum(same);
        weights.learn(x, 0, offset, 1_000_000, failures);
        assertThat(Math.abs(weights.sum(same) - before)).isLessThanOrEqualTo(.5 + 1e-9);
      }
    }
  }

  @Test
  void isAsSureAsTheEvidenceAndNeverOfNothing() {
    for (int i = 0; i < x.length; i++) {
      set(i, 1.5);
    }
    double before = weights.variance(same);
    for (int i = 0; i < 100_000; i++) {
      weights.learn(x, 0, 0, 10, 5);
    }
    assertThat(weights.variance(same)).isPositive().isLessThan(before / 100);
  }

  @Test
  void timeBringsBackThePrior() {
    set(0, 1);
    for (int i = 0; i < 100; i++) {
      weights.learn(x, 0, 0, 1, 1);
    }
    double learned = weights.sum(same);
    double sure = weights.variance(same);
    weights.forget(3_600);
    assertThat(weights.sum(same)).isCloseTo(learned / Math.E, within(1e-9));
    assertThat(weights.variance(same)).isGreaterThan(sure).isLessThan(.25);
    weights.forget(1e9);
    assertThat(weights.sum(same)).isCloseTo(0, within(1e-9));
    assertThat(weights.variance(same)).isCloseTo(.25, within(1e-9));
    weights.forget(-5);
    assertThat(weights.variance(same)).isCloseTo(.25, within(1e-9));
  }

  @Test
  void shrinksByUncertainty() {
    assertThat(OnlineWeights.shrinkage(0)).isEqualTo(1);
    assertThat(OnlineWeights.shrinkage(1)).isBetween(.8, .9);
  }

  private void set(int feature, double value) {
    x[feature] = (float) value;
    same[feature] = value;
  }
}
