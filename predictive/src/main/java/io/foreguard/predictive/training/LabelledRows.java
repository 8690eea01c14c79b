package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows to train and judge on: features as they were known at a moment, and what happened after. The
 * arrays are shared, not copied; nobody changes them once they are here. Immutable otherwise.
 *
 * @param names names of the features
 * @param features one array per row, one value per name; NaN for what was not known
 * @param fails whether the call (or the interval) after the row's moment failed
 * @param timeMillis the row's moment, in milliseconds since 1970-01-01 UTC
 * @param groups number of the incident, window or series that the row belongs to: rows of one group
 *     are never split between training and judging
 * @param weights weight of each row, above 0: one divided by the propensity with which the call was
 *     admitted
 */
@SuppressWarnings("ArrayRecordComponent") // rows are compared by nobody
public record LabelledRows(
    List<String> names,
    double[][] features,
    boolean[] fails,
    long[] timeMillis,
    int[] groups,
    double[] weights) {

  /** Checks that the lengths agree. */
  public LabelledRows {
    names = List.copyOf(names);
    int rows = features.length;
    Require.that(fails.length == rows, "fails", "of length " + rows, fails.length);
    Require.that(timeMillis.length == rows, "timeMillis", "of length " + rows, timeMillis.length);
    Require.that(groups.length == rows, "groups", "of length " + rows, groups.length);
    Require.that(weights.length == rows, "weights", "of length " + rows, weights.length);
  }

  /** Number of rows. */
  public int size() {
    return features.length;
  }

  /** Number of rows that failed. */
  public int failures() {
    int failures = 0;
    for (boolean failed : fails) {
      failures += failed ? 1 : 0;
    }
    return failures;
  }

  /** Number of different groups. */
  public int groupCount() {
    return (int) Arrays.stream(groups).distinct().count();
  }

  /** The rows of the given numbers, in that order; a row may be there more than once. */
  public LabelledRows select(int[] rows) {
    double[][] someFeatures = new double[rows.length][];
    boolean[] someFails = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      someFeatures[i] = features[rows[i]];
      someFails[i] = fails[rows[i]];
    }
    return new LabelledRows(
        names,
        someFeatures,
        someFails,
        IntStream.of(rows).mapToLong(row -> timeMillis[row]).toArray(),
        IntStream.of(rows).map(row -> groups[row]).toArray(),
        IntStream.of(rows).mapToDouble(row -> weights[row]).toArray());
  }

  /** Numbers of the rows that pass {@code test}, in order. */
  int[] where(IntPredicate test) {
    return IntStream.range(0, size()).filter(test).toArray();
  }

  /** The values of one feature, row by row. */
  double[] feature(int index) {
    return Arrays.stream(features).mapToDouble(row -> row[index]).toArray();
  }
}
