package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Real telemetry: five-minute metrics of the components of a shop with injected faults. Active
 * connections are what Little's law makes of rate and mean latency.
 *
 * <p>Failure is a share of 5 %: at the default of 50 % the only components that fail are those that
 * always do, and every score tells them apart. The ranking holds on these data; the raw score as a
 * probability does not, so nothing is asserted of it.
 */
class PetshopTest {
  private static final double INTERVAL_SECONDS = 300;

  private static final FailureLabels LABELS =
      FailureLabels.builder().failureShare(0.05).minimumRequests(10).build();

  @Test
  void ranksFailuresOfRealComponentsBetterThanTheLatencyOfTheMoment() throws Exception {
    String data = System.getProperty("foreguard.data", "");
    assumeThat(data).as("skipped: no foreguard.data").isNotEmpty();

    Trainer.Result result =
        new Trainer(TrainingConfig.builder().labels(LABELS).build(), words -> {})
            .train(series(Path.of(data, "petshop", "petshop_5min.csv.gz")));

    TrainingReport report = result.report();
    assertThat(report.figure("held_out.forest.auc")).isGreaterThan(0.85);
    assertThat(report.figure("early.forest.auc"))
        .isGreaterThan(report.figure("early.p95_latency.auc"));
  }

  private static List<List<Observation>> series(Path file) throws IOException {
    Map<String, List<Observation>> series = new TreeMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> columns = List.of(in.readLine().split(",", -1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        add(series, columns, line.split(",", -1));
      }
    }
    List<List<Observation>> all = new ArrayList<>(series.values());
    all.removeIf(PetshopTest::mostlyFails);
    all.forEach(samples -> samples.sort(Comparator.comparingLong(Observation::timeMillis)));
    return all;
  }

  /** Some components fail all the time: telling them apart says nothing about foresight. */
  private static boolean mostlyFails(List<Observation> samples) {
    return samples.stream().filter(LABELS::fails).count() * 2 > samples.size();
  }

  private static void add(
      Map<String, List<Observation>> series, List<String> columns, String[] fields) {
    String p95 = fields[columns.indexOf("lat_p95_s")];
    String mean = fields[columns.indexOf("lat_avg_s")];
    String requests = fields[columns.indexOf("requests")];
    String failed = fields[columns.indexOf("failed_est")];
    if (p95.isEmpty() || mean.isEmpty() || requests.isEmpty() || failed.isEmpty()) {
      return;
    }
    double count = Double.parseDouble(requests);
    if (count <= 0) {
      return;
    }
    double rate = count / INTERVAL_SECONDS;
    String key = fields[columns.indexOf("scenario")] + ' ' + fields[columns.indexOf("component")];
    series
        .computeIfAbsent(key, name -> new ArrayList<>())
        .add(
            new Observation(
                Math.round(1_000 * Double.parseDouble(fields[columns.indexOf("unix_time")])),
                rate * Double.parseDouble(mean),
                Double.parseDouble(p95),
                rate,
                Math.min(1, Double.parseDouble(failed) / count),
                Math.round(count)));
  }
}
