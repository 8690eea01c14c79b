package io.foreguard.predictive.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.evaluation.GroupBootstrap.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GroupBootstrapTest {
  private static final int ROWS = 4_000;

  @Test
  void isSureOfABetterScoreAndUnsureOfTheSame() {
    SplittableRandom random = new SplittableRandom(3);
    double[] good = new double[ROWS];
    double[] poor = new double[ROWS];
    boolean[] failed = new boolean[ROWS];
    int[] groups = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      failed[i] = random.nextInt(5) == 0;
      good[i] = (failed[i] ? 1 : 0) + random.nextDouble() * 1.5;
      poor[i] = (failed[i] ? 1 : 0) + random.nextDouble() * 4;
      groups[i] = i / 100;
    }
    GroupBootstrap bootstrap = new GroupBootstrap(groups, 200, 1);
    RankOrder better = RankOrder.of(good, failed);
    RankOrder worse = RankOrder.of(poor, failed);

    Interval gain = bootstrap.aucDifference(better, worse, ones(ROWS));
    Interval none = bootstrap.aucDifference(better, better, ones(ROWS));

    assertThat(gain.low()).isPositive().isLessThan(gain.value());
    assertThat(gain.high()).isGreaterThan(gain.value());
    assertThat(gain.value())
        .isCloseTo(better.ranking().auc() - worse.ranking().auc(), within(1e-12));
    assertThat(none.low()).isZero();
    assertThat(none.high()).isZero();
  }

  @Test
  void rowsOfOneGroupCountAsOneWitness() {
    double[] values = new double[ROWS];
    int[] alone = new int[ROWS];
    int[] together = new int[ROWS];
    SplittableRandom random = new SplittableRandom(4);
    double of = 0;
    for (int i = 0; i < ROWS; i++) {
      of = i % 100 == 0 ? random.nextDouble() : of;
      values[i] = of;
      alone[i] = i;
      together[i] = i / 100;
    }

    Interval tooSure = new GroupBootstrap(alone, 400, 2).mean(values, ones(ROWS));
    Interval honest = new GroupBootstrap(together, 400, 2).mean(values, ones(ROWS));

    assertThat(honest.value()).isCloseTo(tooSure.value(), within(1e-12));
    assertThat(honest.high() - honest.low()).isGreaterThan(5 * (tooSure.high() - tooSure.low()));
  }

  static double[] ones(int rows) {
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    return ones;
  }
}
