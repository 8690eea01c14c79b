package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.calls.TimeScale;
import io.foreguard.predictive.report.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How well lateness of the next call is foreseen in real telemetry of a shop with faults. */
class BoutiqueTest {
  private static final int FOLDS = 3;
  private static final int PLACE_OF_P99 = 9;

  private static Path data;

  @BeforeAll
  static void findData() {
    String folder = System.getProperty("foreguard.data", "");
    assumeThat(folder).as("skipped: no foreguard.data").isNotEmpty();
    data = Path.of(folder).resolve("online-boutique");
  }

  @Test
  void foreseesLateCallsOfIncidentsItHasNotSeenBetterThanTheDefaultModelAndSimpleScores()
      throws Exception {
    CallLogFormat format =
        CallLogFormat.builder()
            .time("t", TimeScale.SECONDS)
            .latency("client_us", TimeScale.MICROSECONDS)
            .dependencyColumns("caller", "callee")
            .build();
    TrainingData rows =
        CallTraining.of(
            CallLogReader.read(data.resolve("calls.csv.gz"), format).calls(),
            CallRows.builder().deadlines(CallDeadlines.of(deadlines())).build());
    TrainingConfig config = TrainingConfig.builder().calibrationFolds(3).build();

    double[] all = new Trainer(config, words -> {}).outOfFold(rows, ModelKind.BOOSTING, FOLDS);

    int[] judged = rows.rows().where(row -> !Double.isNaN(all[row]));
    double[] probabilities = IntStream.of(judged).mapToDouble(row -> all[row]).toArray();
    Report.Builder builder = Report.builder("boutique");
    Judge judge = new Judge("", rows.select(judged), probabilities, 1, builder);
    judge.judge("in cross-validation", Trainer.failureShare(rows.rows()));
    Report report = builder.build();
    report.figures().forEach((name, value) -> System.out.println(name + " " + Report.text(value)));

    assertThat(judged).hasSize(rows.rows().size());
    assertThat(report.figure("model.auc")).isGreaterThan(0.97);
    assertThat(report.figure("model.ece")).isLessThan(0.01);
    assertThat(report.figure("log_loss_gain_over.default.low")).isPositive();
    assertThat(report.figure("model.auc") - report.figure("failed_share_10.auc"))
        .isGreaterThan(0.06);
    for (String other : List.of("default", "failed_share_10", "failed_mean_20")) {
      assertThat(report.figure("auc_gain_over." + other + ".low")).as(other).isPositive();
    }
    for (String other : List.of("default", "failed_share_10")) {
      assertThat(report.figure("model.pr_auc"))
          .as(other)
          .isGreaterThan(report.figure(other + ".pr_auc") + 0.03);
    }
    assertThat(report.figure("model.pr_auc")).isGreaterThan(0.72);
  }

  /** Late is over twice what 99 of 100 calls of the edge take while nothing is wrong. */
  private static Map<String, Duration> deadlines() throws Exception {
    Map<String, Duration> deadlines = new HashMap<>();
    List<String> lines = Files.readAllLines(data.resolve("edges.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      long micros = 2 * Long.parseLong(fields[PLACE_OF_P99]);
      deadlines.put(fields[2] + "->" + fields[3], Duration.ofNanos(1_000 * micros));
    }
    return deadlines;
  }
}
