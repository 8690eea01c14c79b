package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.label.FailureLabels.Label;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.observation.ObservationWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Rows from samples of dependencies: a row is a sample with enough history and a known label, and
 * fails if the dependency fails within the horizon after it.
 *
 * <p>Groups are stretches of time, the same for all dependencies, of at least {@link
 * #GROUP_HORIZONS} horizons; they are cut only where no dependency fails within a horizon of the
 * cut, so that an incident and the rows that foresaw it are never parted.
 */
public final class ObservationRows {
  /** Horizons that a group lasts at least. */
  public static final int GROUP_HORIZONS = 4;

  private ObservationRows() {}

  /**
   * The rows of {@code series}, the samples of each dependency in order of time.
   *
   * @throws IllegalArgumentException if a series is not in order of time
   */
  public static TrainingData of(List<List<Observation>> series, FailureLabels labels) {
    Require.nonNull(labels, "labels");
    List<Row> rows = new ArrayList<>();
    TreeSet<Long> failures = new TreeSet<>();
    for (int s = 0; s < series.size(); s++) {
      addRows(s, series.get(s), labels, rows);
      series.get(s).stream()
          .filter(labels::fails)
          .forEach(sample -> failures.add(sample.timeMillis()));
    }
    boolean[] fails = new boolean[rows.size()];
    boolean[] failing = new boolean[rows.size()];
    double[] weights = new double[rows.size()];
    for (int i = 0; i < fails.length; i++) {
      fails[i] = rows.get(i).fails();
      failing[i] = rows.get(i).failing();
      weights[i] = 1;
    }
    long[] times = rows.stream().mapToLong(Row::timeMillis).toArray();
    LabelledRows labelled =
        new LabelledRows(
            FeatureExtractor.schema().names(),
            rows.stream().map(Row::features).toArray(double[][]::new),
            fails,
            times,
            groups(times, failures, labels.horizon().toMillis()),
            weights);
    return TrainingData.builder(FeatureExtractor.schema(), labelled)
        .series(rows.stream().mapToInt(Row::series).toArray())
        .failing(failing)
        .simpleScore("failure_share", labelled.feature(index("failure_share")))
        .simpleScore("p95_latency", labelled.feature(index("p95_latency")))
        .horizon(labels.horizon())
        .interval(interval(series))
        .failureShare(labels.failureShare())
        .sha256(sha256(series))
        .words(words(labels))
        .build();
  }

  private static void addRows(
      int number, List<Observation> samples, FailureLabels labels, List<Row> rows) {
    Label[] label = labels.of(samples);
    FeatureExtractor extractor = new FeatureExtractor();
    for (int i = 0; i < samples.size(); i++) {
      Observation sample = samples.get(i);
      if (extractor.add(sample) && label[i] != Label.UNKNOWN) {
        double[] features = new double[FeatureExtractor.schema().size()];
        extractor.copyTo(features);
        boolean fails = label[i] == Label.FAILS;
        rows.add(new Row(number, sample.timeMillis(), features, labels.fails(sample), fails));
      }
    }
  }

  /** Number of the stretch of time that each row lies in. */
  private static int[] groups(long[] times, NavigableSet<Long> failures, long horizon) {
    long[] distinct = Arrays.stream(times).distinct().sorted().toArray();
    List<Long> starts = new ArrayList<>();
    for (long time : distinct) {
      boolean due =
          starts.isEmpty() || time - starts.get(starts.size() - 1) >= GROUP_HORIZONS * horizon;
      Long near = failures.ceiling(time - horizon);
      if (due && (starts.isEmpty() || near == null || near > time + horizon)) {
        starts.add(time);
      }
    }
    long[] borders = starts.stream().mapToLong(Long::longValue).toArray();
    return Arrays.stream(times)
        .mapToInt(
            time -> {
              int found = Arrays.binarySearch(borders, time);
              return found >= 0 ? found : -found - 2;
            })
        .toArray();
  }

  private static String words(FailureLabels labels) {
    return "A row is a sample with enough history; it fails if the failure share reaches "
        + labels.failureShare()
        + " within "
        + labels.horizon().toMinutes()
        + " minutes after.";
  }

  /** The median time between two samples, to the second. */
  private static Duration interval(List<List<Observation>> series) {
    long[] steps =
        series.stream()
            .flatMapToLong(
                samples ->
                    IntStream.range(1, samples.size())
                        .mapToLong(
                            i -> samples.get(i).timeMillis() - samples.get(i - 1).timeMillis()))
            .sorted()
            .toArray();
    long seconds = steps.length == 0 ? 60 : Math.round(steps[steps.length / 2] / 1_000.0);
    return Duration.ofSeconds(Math.min(900, Math.max(1, seconds)));
  }

  private static String sha256(List<List<Observation>> series) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    try (Writer out = new OutputStreamWriter(sink, StandardCharsets.UTF_8)) {
      for (List<Observation> samples : series) {
        ObservationWriter writer = new ObservationWriter(out);
        for (Observation sample : samples) {
          writer.write(sample);
        }
        writer.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static int index(String feature) {
    return FeatureExtractor.schema().names().indexOf(feature);
  }

  @SuppressWarnings("ArrayRecordComponent") // rows are compared by nobody
  private record Row(
      int series, long timeMillis, double[] features, boolean failing, boolean fails) {}
}
