package io.foreguard.predictive.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Two minutes ahead on the recorded load of ten services, beside the latest value and the mean. */
class RealLoadTest {
  private static final int STEPS = 2;
  private static final int WINDOW = 30;

  @Test
  void beatsTheLatestValueAndNearlyEqualsTheMeanOfASteadyLoad() throws IOException {
    String folder = System.getProperty("foreguard.data");
    assumeTrue(folder != null, "skipped: no -Dforeguard.data");
    Path file = Path.of(folder, "online-boutique", "service_minutes.csv.gz");
    assumeTrue(Files.exists(file), "skipped: no " + file.getFileName());

    double[] errors = new double[3];
    int held = 0;
    int judged = 0;
    for (List<Double> series : series(file).values()) {
      Forecaster forecaster = new Forecaster(STEPS, .9, Scale.RATE, 0);
      for (int i = 0; i + STEPS < series.size(); i++) {
        forecaster.add(series.get(i));
        if (!forecaster.isReady() || i < WINDOW) {
          continue;
        }
        double later = series.get(i + STEPS);
        Forecast forecast = forecaster.forecast();
        errors[0] += error(forecast.value(), later);
        errors[1] += error(series.get(i), later);
        errors[2] += error(mean(series, i), later);
        held += later >= forecast.lower() && later <= forecast.upper() ? 1 : 0;
        judged++;
      }
    }
    System.out.printf(
        "load 2 min ahead, mean error on the scale of rates: forecast %.4f, latest value %.4f,"
            + " mean of 30 min %.4f; interval of 90 %% held %.3f of %d%n",
        errors[0] / judged, errors[1] / judged, errors[2] / judged, (double) held / judged, judged);
    assertThat(errors[0]).isLessThan(.85 * errors[1]).isLessThan(1.05 * errors[2]);
    assertThat((double) held / judged).isBetween(.87, .94);
  }

  private static double error(double forecast, double truth) {
    return Math.abs(Math.sqrt(forecast) - Math.sqrt(truth));
  }

  private static double mean(List<Double> series, int end) {
    return series.subList(Math.max(0, end - WINDOW + 1), end + 1).stream()
        .mapToDouble(v -> v)
        .average()
        .orElseThrow();
  }

  private static Map<String, List<Double>> series(Path file) throws IOException {
    Map<String, List<Double>> series = new LinkedHashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> columns = List.of(in.readLine().split(","));
      int service = columns.indexOf("service");
      int day = columns.indexOf("day");
      int ops = columns.indexOf("ops");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] cells = line.split(",", -1);
        double value = cells[ops].isEmpty() ? Double.NaN : Double.parseDouble(cells[ops]);
        if (!Double.isNaN(value)) {
          series
              .computeIfAbsent(cells[service] + " " + cells[day], name -> new ArrayList<>())
              .add(value);
        }
      }
    }
    return series;
  }
}
