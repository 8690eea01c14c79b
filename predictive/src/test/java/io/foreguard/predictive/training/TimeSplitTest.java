package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.training.TimeSplit.Parts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeSplitTest {
  private static final LabelledRows ROWS = Rowset.of(2_000, 23, 11);

  @Test
  void neverSplitsAGroupAndKeepsTheOrderOfTime() {
    Parts parts = TimeSplit.byTime(ROWS, 0.3, 0);

    assertThat(parts.train().length + parts.judge().length).isEqualTo(2_000);
    assertThat(groups(parts.train())).doesNotContainAnyElementsOf(groups(parts.judge()));
    assertThat(latest(parts.train())).isLessThan(earliest(parts.judge()));
    assertThat(parts.judge().length / 2_000.0).isBetween(0.25, 0.35);
  }

  @Test
  void leavesOutRowsWhoseLabelReachesIntoThePartThatJudges() {
    Parts parts = TimeSplit.byTime(ROWS, 0.3, 15_000);

    assertThat(latest(parts.train()) + 15_000).isLessThan(earliest(parts.judge()));
    assertThat(parts.train().length + parts.judge().length).isEqualTo(2_000 - 15);
  }

  @Test
  void judgesEachRowInOneFoldByAModelThatKnowsNothingOfItsGroup() {
    List<Parts> folds = TimeSplit.folds(ROWS, 5, 3_000);

    int[] judged = folds.stream().flatMapToInt(parts -> Arrays.stream(parts.judge())).toArray();
    assertThat(Arrays.stream(judged).sorted())
        .containsExactly(IntStream.range(0, 2_000).boxed().toArray(Integer[]::new));
    for (Parts parts : folds) {
      assertThat(groups(parts.train())).doesNotContainAnyElementsOf(groups(parts.judge()));
      for (int row : parts.train()) {
        assertThat(nearest(row, parts.judge())).isGreaterThan(3_000);
      }
    }
  }

  private static long nearest(int row, int[] others) {
    long time = ROWS.timeMillis()[row];
    return Arrays.stream(others)
        .mapToLong(other -> Math.abs(ROWS.timeMillis()[other] - time))
        .min()
        .orElseThrow();
  }

  private static Set<Integer> groups(int[] rows) {
    Set<Integer> groups = new HashSet<>();
    Arrays.stream(rows).forEach(row -> groups.add(ROWS.groups()[row]));
    return groups;
  }

  private static long latest(int[] rows) {
    return Arrays.stream(rows).mapToLong(row -> ROWS.timeMillis()[row]).max().orElseThrow();
  }

  private static long earliest(int[] rows) {
    return Arrays.stream(rows).mapToLong(row -> ROWS.timeMillis()[row]).min().orElseThrow();
  }
}
