package io.foreguard.predictive.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.forest.ForestFault.Part;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ForestTest {
  @Test
  void aSplitSendsItsThresholdToTheTrueBranchAndNotANumberToTheOther() {
    Forest forest = Forests.stump(2, 1, 0.5, 0.1, 0.9);

    assertThat(forest.score(new double[] {9, 0.5})).isEqualTo(0.1);
    assertThat(forest.score(new double[] {9, Math.nextUp(0.5)})).isEqualTo(0.9);
    assertThat(forest.score(new double[] {9, Double.NaN})).isEqualTo(0.9);
    assertThat(forest.base()).isEqualTo(0.5);
    assertThat(forest.depth()).isEqualTo(1);
  }

  @Test
  void treesCountByTheirWeight() {
    Forest forest = new ForestBuilder(1).tree(3).leaf(1).tree(1).leaf(0).build();

    assertThat(forest.score(new double[1])).isEqualTo(0.75);
  }

  @Test
  void boostedTreesAddUpFromTheOffset() {
    Forest forest =
        new ForestBuilder(1)
            .aggregation(Aggregation.SUM)
            .offset(-0.5)
            .tree(2)
            .leaf(1.5)
            .tree(1)
            .leaf(-4)
            .build();

    assertThat(forest.score(new double[1])).isEqualTo(-1.5);
    assertThat(forest.base()).isEqualTo(-1.5);
  }

  @Test
  void everySplitSaysWhereAMissingFeatureGoes() {
    ForestBuilder builder = new ForestBuilder(1).tree(1);
    int split = builder.split(0, 0.5, 0, true);
    Forest forest = builder.leaf(1).falseBranchHere(split).leaf(2).value(split, 1.25).build();

    assertThat(forest.score(new double[] {Double.NaN})).isEqualTo(1);
    assertThat(forest.score(new double[] {0.6})).isEqualTo(2);
    assertThat(forest.base()).isEqualTo(1.25);
    assertThat(forest.missingTrue(0)).isTrue();
    assertThat(forest.missingTrue(1)).isFalse();
  }

  @Test
  void aForestOfSinglePrecisionRoundsFeaturesFirst() {
    double belowTenth = 0.1 - 1e-12;
    Forest exact = Forests.stump(1, 0, 0.1, 1, 2);
    ForestBuilder builder = new ForestBuilder(1).singlePrecision(true).tree(1);
    int split = builder.split(0, 0.1, 0);
    Forest single = builder.leaf(1).falseBranchHere(split).leaf(2).build();

    assertThat(exact.score(new double[] {belowTenth})).isEqualTo(1);
    assertThat((double) (float) belowTenth).isGreaterThan(0.1);
    assertThat(single.score(new double[] {belowTenth})).isEqualTo(2);
  }

  @Test
  void strictComparisonsAreExpressedByTheNumberBelow() {
    ForestBuilder exact = new ForestBuilder(1);
    ForestBuilder single = new ForestBuilder(1).singlePrecision(true);

    assertThat(exact.below(1)).isEqualTo(Math.nextDown(1.0));
    assertThat(exact.below(0)).isEqualTo(-Double.MIN_VALUE);
    assertThat(single.below(1)).isEqualTo(Math.nextDown(1f));
    assertThat(single.below(Math.nextUp(1.0))).isEqualTo(1);
    assertThat(single.below(0.1)).isEqualTo(Math.nextDown(0.1f));
    assertThat(single.below(Double.MAX_VALUE)).isEqualTo(Float.MAX_VALUE);
    assertThat(single.below(-Float.MAX_VALUE)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exact.below(Double.NaN))
        .withMessage("limit must be above negative infinity, but was NaN");
  }

  @Test
  void contributionsGoToTheFeaturesThatWereAsked() {
    Forest forest = Forests.random(5, 20, 6, 3);
    double[] features = {0.1, 0.9, 0.4, 0.6, 0.5};
    double[] contributions = new double[5];

    forest.contributions(features, contributions);

    assertThat(forest.base() + Arrays.stream(contributions).sum())
        .isCloseTo(forest.score(features), within(1e-12));
  }

  @Test
  void scoringDoesNotAllocate() {
    Forest forest = Forests.random(14, 100, 8, 5);
    double[] features = new double[14];
    double[] contributions = new double[14];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double sum = 0;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1_000; i++) {
        features[i % 14] = (i * 7 % 100) / 100.0;
        forest.contributions(features, contributions);
        sum += forest.score(features) + contributions[3];
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(sum).isNotZero();
    assertThat(least).isLessThan(1_000);
  }

  @Test
  void refusesAnotherNumberOfFeatures() {
    Forest forest = Forests.stump(2, 1, 0.5, 0.1, 0.9);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> forest.score(new double[3]))
        .withMessage("features must be of length 2, but was 3");
  }

  @Test
  void refusesWhatCouldNotBeWalked() {
    assertFault(builder().node(0, 0, 0.5, 0).leaf(0).leaf(0), Part.FALSE_BRANCH, 0);
    assertFault(builder().node(0, 1, 0.5, 0).leaf(0).leaf(0), Part.FALSE_BRANCH, 0);
    assertFault(builder().node(0, 3, 0.5, 0).leaf(0).leaf(0), Part.FALSE_BRANCH, 0);
    assertFault(builder().node(0, -1, 0.5, 0).leaf(0).leaf(0), Part.FALSE_BRANCH, 0);
    assertFault(builder().node(0, 1, 0.5, 0), Part.FALSE_BRANCH, 0);
    assertFault(builder().leaf(0).leaf(0), Part.TREE, 1);
    assertFault(builder().node(2, 2, 0.5, 0).leaf(0).leaf(0), Part.FEATURE, 0);
    assertFault(builder().node(-2, 2, 0.5, 0).leaf(0).leaf(0), Part.FEATURE, 0);
    assertFault(builder().node(0, 2, Double.NaN, 0).leaf(0).leaf(0), Part.THRESHOLD, 0);
    assertFault(builder().node(0, 2, 0.5, 0).leaf(0).leaf(Double.NaN), Part.VALUE, 2);
    assertFault(builder().node(0, 2, 0.5, 0).leaf(-1.1e100).leaf(0), Part.VALUE, 1);
    assertFault(new ForestBuilder(1).tree(Double.NaN).leaf(0), Part.WEIGHT, 0);
    assertFault(new ForestBuilder(1).tree(-1).leaf(0), Part.WEIGHT, 0);
    assertFault(new ForestBuilder(1).tree(0).leaf(0), Part.WEIGHT, 0);
    assertFault(new ForestBuilder(1).tree(1, 1).leaf(0).leaf(0), Part.ROOT, 0);
    assertFault(new ForestBuilder(1).tree(0, 1).tree(0, 1).leaf(0), Part.ROOT, 1);
    assertFault(new ForestBuilder(1).tree(0, 1).tree(7, 1).leaf(0), Part.ROOT, 1);
    assertFault(new ForestBuilder(1).tree(0, 1), Part.ROOT, 0);
  }

  @Test
  void refusesANodeThatTwoOthersLeadTo() {
    ForestBuilder shared = builder().node(0, 4, 0.5, 0).node(1, 4, 0.5, 0).leaf(0).leaf(0).leaf(0);

    assertFault(shared, Part.FALSE_BRANCH, 1);
  }

  @Test
  void refusesATreeThatIsTooDeep() {
    ForestBuilder builder = builder();
    int depth = Forest.MOST_DEPTH + 1;
    for (int i = 0; i < depth; i++) {
      builder.node(0, 2 * depth - i, 0.5, 0);
    }
    for (int i = 0; i <= depth; i++) {
      builder.leaf(0);
    }

    assertFault(builder, Part.TREE, Forest.MOST_DEPTH);
  }

  @Test
  void refusesAForestWithoutTrees() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ForestBuilder(1).build())
        .withMessage("trees must be at least 1, but was 0");
  }

  private static ForestBuilder builder() {
    return new ForestBuilder(2).tree(1);
  }

  private static void assertFault(ForestBuilder builder, Part part, int index) {
    assertThatExceptionOfType(ForestFault.class)
        .isThrownBy(builder::build)
        .satisfies(fault -> assertThat(fault.part()).as(fault.getMessage()).isEqualTo(part))
        .satisfies(fault -> assertThat(fault.index()).as(fault.getMessage()).isEqualTo(index));
  }
}
