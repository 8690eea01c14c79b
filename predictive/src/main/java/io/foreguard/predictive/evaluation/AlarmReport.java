package io.foreguard.predictive.evaluation;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What acting on a score above a threshold would have meant. Not thread-safe.
 *
 * <p>An <em>alarm</em> is a score above the threshold. An <em>incident</em> is a run of failing
 * samples; runs less than a horizon apart are one. It is <em>foreseen</em> when there was an alarm
 * within the horizon before its first failing sample, and the <em>lead time</em> is the time from
 * the first such alarm; it can never exceed the horizon. A <em>false alarm</em> is a run of alarms,
 * joined when less than a horizon apart, at none of which the dependency was failing or failed
 * within the horizon.
 */
public final class AlarmReport {
  private final double threshold;
  private final long horizonMillis;
  private final List<Double> leadMinutes = new ArrayList<>();
  private long truePositives;
  private long falsePositives;
  private long falseNegatives;
  private int incidents;
  private int falseAlarms;
  private double days;

  /**
   * Starts an empty report.
   *
   * @param threshold score above which there is an alarm
   * @param horizon how far ahead a failure counts
   */
  public AlarmReport(double threshold, Duration horizon) {
    Require.that(threshold >= 0 && threshold <= 1, "threshold", "in [0, 1]", threshold);
    this.threshold = threshold;
    this.horizonMillis = Require.positive(horizon, "horizon").toMillis();
  }

  /**
   * Adds one dependency's rows in order of time.
   *
   * @param timeMillis time of each row
   * @param scores score of each row
   * @param failing whether the dependency fails in the row itself
   * @param fails whether it fails within the horizon after
   */
  public void add(long[] timeMillis, double[] scores, boolean[] failing, boolean[] fails) {
    int rows = timeMillis.length;
    if (rows == 0) {
      return;
    }
    long step = rows > 1 ? medianStep(timeMillis) : 0;
    days += (double) step * rows / Duration.ofDays(1).toMillis();
    for (int i = 0; i < rows; i++) {
      boolean alarm = scores[i] > threshold;
      truePositives += alarm && fails[i] ? 1 : 0;
      falsePositives += alarm && !fails[i] ? 1 : 0;
      falseNegatives += !alarm && fails[i] ? 1 : 0;
    }
    countIncidents(timeMillis, scores, failing);
    countFalseAlarms(timeMillis, scores, failing, fails);
  }

  private void countIncidents(long[] time, double[] scores, boolean[] failing) {
    long lastFailing = Long.MIN_VALUE;
    for (int i = 0; i < time.length; i++) {
      if (!failing[i]) {
        continue;
      }
      boolean first = lastFailing == Long.MIN_VALUE || time[i] - lastFailing > horizonMillis;
      lastFailing = time[i];
      if (!first || time[i] - time[0] < horizonMillis) {
        continue;
      }
      incidents++;
      int alarm = -1;
      for (int j = i - 1; j >= 0 && time[i] - time[j] <= horizonMillis; j--) {
        alarm = scores[j] > threshold ? j : alarm;
      }
      if (alarm >= 0) {
        leadMinutes.add((time[i] - time[alarm]) / 60_000.0);
      }
    }
  }

  private void countFalseAlarms(long[] time, double[] scores, boolean[] failing, boolean[] fails) {
    long lastAlarm = Long.MIN_VALUE;
    boolean right = true;
    for (int i = 0; i < time.length; i++) {
      if (!(scores[i] > threshold)) {
        continue;
      }
      if (lastAlarm == Long.MIN_VALUE || time[i] - lastAlarm > horizonMillis) {
        falseAlarms += right ? 0 : 1;
        right = false;
      }
      right |= failing[i] || fails[i];
      lastAlarm = time[i];
    }
    falseAlarms += right ? 0 : 1;
  }

  private static long medianStep(long[] time) {
    long[] steps = new long[time.length - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = time[i + 1] - time[i];
    }
    Arrays.sort(steps);
    return steps[steps.length / 2];
  }

  /** Share of alarmed rows that failed within the horizon; NaN without alarms. */
  public double precision() {
    return (double) truePositives / (truePositives + falsePositives);
  }

  /** Share of rows failing within the horizon that were alarmed; NaN without such rows. */
  public double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  /** Incidents with a whole horizon of rows before them. */
  public int incidents() {
    return incidents;
  }

  /** Incidents that an alarm came before. */
  public int foreseen() {
    return leadMinutes.size();
  }

  /** Median minutes from the first alarm to the failure, of the foreseen incidents; or NaN. */
  public double medianLeadMinutes() {
    if (leadMinutes.isEmpty()) {
      return Double.NaN;
    }
    double[] sorted = leadMinutes.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** False alarms, runs of alarms counting once. */
  public int falseAlarms() {
    return falseAlarms;
  }

  /** False alarms per day of rows; NaN without rows. */
  public double falseAlarmsPerDay() {
    return falseAlarms / days;
  }
}
