package io.foreguard.predictive.training;

import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.label.FailureLabels.Label;
import io.foreguard.predictive.observation.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Labelled feature rows, series after series, each in order of time. Immutable. */
final class Rows {
  private final List<Row> rows;

  private Rows(List<Row> rows) {
    this.rows = rows;
  }

  /** The rows of {@code series} that have both features and a known label. */
  static Rows of(List<List<Observation>> series, FailureLabels labels) {
    List<Row> rows = new ArrayList<>();
    for (int s = 0; s < series.size(); s++) {
      List<Observation> samples = series.get(s);
      Label[] label = labels.of(samples);
      FeatureExtractor extractor = new FeatureExtractor();
      for (int i = 0; i < samples.size(); i++) {
        Observation sample = samples.get(i);
        if (extractor.add(sample) && label[i] != Label.UNKNOWN) {
          double[] features = new double[FeatureExtractor.schema().size()];
          extractor.copyTo(features);
          boolean fails = label[i] == Label.FAILS;
          rows.add(new Row(s, sample.timeMillis(), features, labels.fails(sample), fails));
        }
      }
    }
    return new Rows(rows);
  }

  /** Those of the rows that pass {@code test}. */
  Rows where(Predicate<Row> test) {
    return new Rows(rows.stream().filter(test).toList());
  }

  int size() {
    return rows.size();
  }

  Row get(int row) {
    return rows.get(row);
  }

  int positives() {
    return (int) rows.stream().filter(Row::fails).count();
  }

  /** The time before which {@code share} of all rows lie. */
  long timeAt(double share) {
    long[] times = times();
    Arrays.sort(times);
    return times[(int) Math.min(times.length - 1L, Math.round(share * times.length))];
  }

  long[] times() {
    return rows.stream().mapToLong(Row::timeMillis).toArray();
  }

  double[][] features() {
    return rows.stream().map(Row::features).toArray(double[][]::new);
  }

  double[] feature(int index) {
    return rows.stream().mapToDouble(row -> row.features()[index]).toArray();
  }

  boolean[] fails() {
    boolean[] fails = new boolean[rows.size()];
    for (int i = 0; i < fails.length; i++) {
      fails[i] = rows.get(i).fails();
    }
    return fails;
  }

  boolean[] failing() {
    boolean[] failing = new boolean[rows.size()];
    for (int i = 0; i < failing.length; i++) {
      failing[i] = rows.get(i).failing();
    }
    return failing;
  }

  /**
   * One sample with its features. Its array is shared and never changed.
   *
   * @param series number of its series
   * @param timeMillis time of the sample
   * @param features one value per feature
   * @param failing whether the dependency fails in the sample itself
   * @param fails whether it fails within the horizon after
   */
  @SuppressWarnings("ArrayRecordComponent") // rows are compared by nobody
  record Row(int series, long timeMillis, double[] features, boolean failing, boolean fails) {}
}
