package io.foreguard.predictive.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AlarmReportTest {
  private static final int HORIZON = 15;

  private final AlarmReport report = new AlarmReport(0.85, Duration.ofMinutes(HORIZON));
  private final double[] scores = new double[1_440];
  private final boolean[] failing = new boolean[1_440];

  @Test
  void measuresTheTimeFromTheFirstAlarmToTheFailure() {
    Arrays.fill(failing, 500, 510, true);
    Arrays.fill(failing, 800, 805, true);
    Arrays.fill(scores, 492, 510, 0.9);
    Arrays.fill(scores, 788, 790, 0.9);
    add();

    assertThat(report.incidents()).isEqualTo(2);
    assertThat(report.foreseen()).isEqualTo(2);
    assertThat(report.medianLeadMinutes()).isEqualTo(10);
    assertThat(report.falseAlarms()).isZero();
  }

  @Test
  void countsARunOfWrongAlarmsOnce() {
    Arrays.fill(scores, 100, 110, 0.9);
    scores[120] = 0.9;
    scores[400] = 0.9;
    scores[600] = 0.85;
    add();

    assertThat(report.falseAlarms()).isEqualTo(2);
    assertThat(report.falseAlarmsPerDay()).isCloseTo(2, within(1e-9));
    assertThat(report.precision()).isZero();
    assertThat(report.incidents()).isZero();
    assertThat(report.medianLeadMinutes()).isNaN();
  }

  @Test
  void anAlarmEarlierThanTheHorizonDoesNotForesee() {
    failing[500] = true;
    scores[484] = 0.9;
    add();

    assertThat(report.incidents()).isEqualTo(1);
    assertThat(report.foreseen()).isZero();
    assertThat(report.falseAlarms()).isEqualTo(1);
    assertThat(report.recall()).isZero();
  }

  @Test
  void failuresCloseTogetherAreOneIncident() {
    failing[500] = true;
    failing[512] = true;
    scores[499] = 0.9;
    add();

    assertThat(report.incidents()).isEqualTo(1);
    assertThat(report.medianLeadMinutes()).isEqualTo(1);
  }

  private void add() {
    long[] time = new long[scores.length];
    boolean[] fails = new boolean[scores.length];
    for (int i = 0; i < time.length; i++) {
      time[i] = i * 60_000L;
      for (int j = i + 1; j <= Math.min(time.length - 1, i + HORIZON); j++) {
        fails[i] |= failing[j];
      }
    }
    report.add(time, scores, failing, fails);
  }
}
