package io.foreguard.predictive.training;

import io.foreguard.predictive.evaluation.AlarmReport;
import io.foreguard.predictive.report.Chart;
import io.foreguard.predictive.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What acting above each of several thresholds would have meant: lead time and false alarms. */
final class Alarms {
  private static final double[] THRESHOLDS = {
    0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95
  };

  /** How far ahead alarms count where rows have no horizon of their own. */
  private static final Duration HORIZON = Duration.ofSeconds(60);

  private final TrainingData data;
  private final double[] probabilities;
  private final Duration horizon;
  private final List<int[]> series = new ArrayList<>();
  private final boolean[] failsSoon;

  private Alarms(TrainingData data, double[] probabilities) {
    this.data = data;
    this.probabilities = probabilities;
    horizon = data.horizon().isZero() ? HORIZON : data.horizon();
    Arrays.stream(data.series())
        .distinct()
        .sorted()
        .forEach(number -> series.add(data.rows().where(row -> data.series()[row] == number)));
    failsSoon = data.horizon().isZero() ? failsSoon() : data.rows().fails();
  }

  /** Adds a section for {@code threshold}, with the curve over other thresholds. */
  static void addTo(
      Report.Builder report, TrainingData data, double[] probabilities, double threshold) {
    new Alarms(data, probabilities).addTo(report, threshold);
  }

  private void addTo(Report.Builder report, double threshold) {
    report.section("Acting at P(failure) > " + threshold);
    report.words(
        "Precision and recall count rows; an incident is a run of rows in which the dependency was"
            + " failing, foreseen if there was an alarm within "
            + horizon.toSeconds()
            + " s before it. Lead time runs from the first such alarm to the failure. False alarms"
            + " are runs of alarms at none of which it was failing or about to.");
    AlarmReport chosen = at(threshold);
    report.figure("alarm.precision", chosen.precision());
    report.figure("alarm.recall", chosen.recall());
    report.figure("alarm.incidents", chosen.incidents());
    report.figure("alarm.foreseen", chosen.foreseen());
    report.figure("alarm.median_lead_minutes", chosen.medianLeadMinutes());
    report.figure("alarm.false_alarms", chosen.falseAlarms());
    report.figure("alarm.false_alarms_per_day", chosen.falseAlarmsPerDay());
    int points = THRESHOLDS.length;
    double[] falseAlarms = new double[points];
    double[] lead = new double[points];
    List<List<String>> table = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      AlarmReport alarms = at(THRESHOLDS[i]);
      falseAlarms[i] = alarms.falseAlarmsPerDay();
      lead[i] = alarms.medianLeadMinutes();
      table.add(
          List.of(
              Report.text(THRESHOLDS[i]),
              Report.text(falseAlarms[i]),
              Report.text((double) alarms.foreseen() / alarms.incidents()),
              Report.text(lead[i]),
              Report.text(alarms.precision())));
    }
    report.table(
        List.of("threshold", "false alarms per day", "foreseen", "lead minutes", "precision"),
        table);
    report.chart(
        Chart.builder("Lead time against false alarms", "false alarms per day", "lead minutes")
            .line("thresholds 0.02 to 0.95", falseAlarms, lead)
            .build());
  }

  private AlarmReport at(double threshold) {
    AlarmReport alarms = new AlarmReport(threshold, horizon);
    for (int[] rows : series) {
      boolean[] failing = new boolean[rows.length];
      boolean[] soon = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        failing[i] = data.failing()[rows[i]];
        soon[i] = failsSoon[rows[i]];
      }
      alarms.add(
          Arrays.stream(rows).mapToLong(row -> data.rows().timeMillis()[row]).toArray(),
          Arrays.stream(rows).mapToDouble(row -> probabilities[row]).toArray(),
          failing,
          soon);
    }
    return alarms;
  }

  /** Whether the dependency is failing in a row within the horizon after each row. */
  private boolean[] failsSoon() {
    boolean[] soon = new boolean[data.rows().size()];
    for (int[] rows : series) {
      long next = Long.MAX_VALUE;
      for (int i = rows.length - 1; i >= 0; i--) {
        long time = data.rows().timeMillis()[rows[i]];
        soon[rows[i]] = next != Long.MAX_VALUE && next - time <= horizon.toMillis();
        next = data.failing()[rows[i]] ? time : next;
      }
    }
    return soon;
  }
}
