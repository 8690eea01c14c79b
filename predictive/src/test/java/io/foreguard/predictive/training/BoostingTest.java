package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.forest.Forest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoostingTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.builder().boostingTrees(150).boostingRate(0.1).build();

  @Test
  void findsTheProbabilityOfRowsItHasNotSeen() {
    Forest forest = Boosting.train(Rowset.of(20_000, 10, 1), CONFIG, done -> {});
    LabelledRows others = Rowset.of(5_000, 5, 2);

    double off = 0;
    for (double[] features : others.features()) {
      double found = 1 / (1 + Math.exp(-forest.score(features)));
      off += Math.abs(found - Rowset.probability(features)) / others.size();
    }

    assertThat(off).isLessThan(0.03);
  }

  @Test
  void leavesHoldAsManyRowsAsAskedFor() {
    TrainingConfig wide =
        CONFIG.toBuilder().boostingTrees(1).boostingPart(1).boostingLeafShare(0.4).build();

    assertThat(Boosting.train(Rowset.of(1_000, 10, 1), wide, done -> {}).nodes()).isEqualTo(3);
  }

  @Test
  void aRowOfWeightTwoCountsAsTwo() {
    LabelledRows rows = Rowset.of(2_000, 10, 1);
    int[] twice = new int[rows.size() + rows.failures()];
    double[] weights = rows.weights().clone();
    int at = 0;
    for (int row = 0; row < rows.size(); row++) {
      twice[at++] = row;
      if (rows.fails()[row]) {
        twice[at++] = row;
        weights[row] = 2;
      }
    }
    LabelledRows weighted =
        new LabelledRows(
            rows.names(), rows.features(), rows.fails(), rows.timeMillis(), rows.groups(), weights);

    double once = meanScore(weighted, rows);
    double copied = meanScore(rows.select(twice), rows);

    assertThat(once).isCloseTo(copied, within(0.1));
    assertThat(once).isGreaterThan(meanScore(rows, rows) + 0.4);
  }

  @Test
  void columnsOfOneValueOrOfNoneSplitNothing() {
    LabelledRows rows = Rowset.of(1_000, 10, 1);
    double[][] features = new double[rows.size()][];
    for (int row = 0; row < features.length; row++) {
      features[row] = new double[] {Double.NaN, 7, rows.features()[row][0]};
    }
    LabelledRows poor =
        new LabelledRows(
            List.of("none", "constant", "signal"),
            features,
            rows.fails(),
            rows.timeMillis(),
            rows.groups(),
            rows.weights());

    Forest forest = Boosting.train(poor, CONFIG, done -> {});

    for (int node = 0; node < forest.nodes(); node++) {
      assertThat(forest.feature(node)).isIn(-1, 2);
    }
    assertThat(forest.score(new double[] {0, 0, 2}))
        .isGreaterThan(forest.score(new double[] {0, 0, -2}) + 2);
  }

  private static double meanScore(LabelledRows training, LabelledRows judged) {
    Forest forest = Boosting.train(training, CONFIG, done -> {});
    return Arrays.stream(judged.features()).mapToDouble(forest::score).average().orElseThrow();
  }
}
