package io.foreguard.predictive.training;

import io.foreguard.predictive.feature.IntervalFeatures;
import io.foreguard.predictive.training.IntervalRows.Interval;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Real telemetry: five-minute metrics of a shop's components, with injected issues. */
final class Petshop {
  static final List<String> SCENARIOS =
      List.of("high_traffic", "low_traffic", "temporal_traffic1", "temporal_traffic2");

  private Petshop() {}

  /** Rows of intervals; a stretch is the time around an issue, or a day without any. */
  static TrainingData rows(Path data) throws IOException {
    return rows(data, SCENARIOS);
  }

  /** The rows of some scenarios alone. */
  static TrainingData rows(Path data, List<String> scenarios) throws IOException {
    Map<String, List<String>> calls = new HashMap<>();
    for (String scenario : scenarios) {
      List<String> lines =
          Files.readAllLines(data.resolve("petshop").resolve("edges_" + scenario + ".csv"));
      for (String line : lines.subList(1, lines.size())) {
        String[] ends = line.split(",", -1);
        calls
            .computeIfAbsent(scenario + ' ' + ends[0], caller -> new ArrayList<>())
            .add(scenario + ' ' + ends[1]);
      }
    }
    Map<String, List<Interval>> stretches = new TreeMap<>();
    for (Map<String, String> row : table(data)) {
      if (!scenarios.contains(row.get("scenario"))) {
        continue;
      }
      long time = 1_000 * Long.parseLong(row.get("unix_time"));
      boolean calm = row.get("segment").equals("noissue");
      String stretch =
          row.get("scenario") + ' ' + (calm ? "day " + time / 86_400_000 : row.get("issue"));
      stretches.computeIfAbsent(stretch, name -> new ArrayList<>()).add(interval(row, time));
    }
    return new IntervalRows(calls, Duration.ofMinutes(5)).of(List.copyOf(stretches.values()));
  }

  /** The same rows as if nothing were known of the components that are called. */
  static TrainingData alone(TrainingData data) {
    LabelledRows rows = data.rows();
    double[][] own = new double[rows.size()][];
    for (int row = 0; row < own.length; row++) {
      own[row] = rows.features()[row].clone();
      for (int f = 0; f < own[row].length; f++) {
        boolean callees = IntervalFeatures.isOfCallees(f);
        own[row][f] = callees ? Double.NaN : own[row][f];
      }
    }
    return TrainingData.builder(
            data.schema(),
            new LabelledRows(
                rows.names(), own, rows.fails(), rows.timeMillis(), rows.groups(), rows.weights()))
        .build();
  }

  private static Interval interval(Map<String, String> row, long time) {
    double requests = Math.max(0, number(row.get("requests"), 0));
    double failures = Math.min(requests, number(row.get("failed_est"), 0));
    return new Interval(
        row.get("scenario") + ' ' + row.get("component"),
        time,
        requests,
        failures,
        number(row.get("lat_p50_s"), Double.NaN),
        number(row.get("lat_p95_s"), Double.NaN));
  }

  static List<Map<String, String>> table(Path data) throws IOException {
    Path file = data.resolve("petshop").resolve("petshop_5min.csv.gz");
    List<Map<String, String>> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> columns = Arrays.asList(in.readLine().split(",", -1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",", -1);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < fields.length; i++) {
          row.put(columns.get(i), fields[i]);
        }
        rows.add(row);
      }
    }
    return rows;
  }

  static double number(String text, double otherwise) {
    return text.isEmpty() ? otherwise : Double.parseDouble(text);
  }
}
