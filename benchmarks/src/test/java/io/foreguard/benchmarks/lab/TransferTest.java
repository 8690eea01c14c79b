package io.foreguard.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.calls.CallRecord;
import io.foreguard.predictive.calls.TimeScale;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.report.Report;
import io.foreguard.predictive.training.CallRows;
import io.foreguard.predictive.training.CallTraining;
import io.foreguard.predictive.training.Judgement;
import io.foreguard.predictive.training.Trainer;
import io.foreguard.predictive.training.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model trained on a shop's calls is worth in systems that it has never seen. */
class TransferTest {
  private static final int PLACE_OF_P99 = 9;
  private static final int MOST_CALLS = 20_000;
  private static final long PAUSE_NANOS = 3_600_000_000_000L;
  private static final List<String> FAMILIES =
      List.of(
          "steady",
          "brownout",
          "slow-brownout",
          "load-errors",
          "hang",
          "flapping",
          "surge",
          "blips");

  @TempDir Path folder;

  @Test
  void aModelOfOneSystemRanksInAnotherAndIsRefusedWhereItsProbabilitiesAreWorse() throws Exception {
    String data = System.getProperty("foreguard.data", "");
    assumeThat(data).as("skipped: no foreguard.data").isNotEmpty();
    Path file = folder.resolve("boutique.fgm");
    train(Path.of(data).resolve("online-boutique"), file);

    Judgement judgement =
        Judgement.of(
            ModelFile.read(file),
            CallTraining.of(labCalls(), CallRows.builder().deadlines(deadlines()).build()),
            1);

    Report report = judgement.report();
    report.figures().forEach((name, value) -> System.out.println(name + " " + Report.text(value)));
    assertThat(report.figure("judged.model.auc")).isGreaterThan(0.8);
    // It ranks as well as the default model here, but its probabilities are off: it must say so.
    assertThat(report.figure("judged.model.auc"))
        .isGreaterThan(report.figure("judged.default.auc") - 0.01);
    assertThat(judgement.isUsable())
        .isEqualTo(report.figure("judged.log_loss_gain_over.default") >= 0);
    assertThat(report.figure("judged.model_within_clip.log_loss"))
        .isLessThan(report.figure("judged.model.log_loss"));
  }

  private static void train(Path data, Path file) throws Exception {
    CallLogFormat format =
        CallLogFormat.builder()
            .time("t", TimeScale.SECONDS)
            .latency("client_us", TimeScale.MICROSECONDS)
            .dependencyColumns("caller", "callee")
            .build();
    Map<String, Duration> deadlines = new HashMap<>();
    List<String> lines = Files.readAllLines(data.resolve("edges.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      long nanos = 2_000 * Long.parseLong(fields[PLACE_OF_P99]);
      deadlines.put(fields[2] + "->" + fields[3], Duration.ofNanos(nanos));
    }
    CallRows replay = CallRows.builder().deadlines(CallDeadlines.of(deadlines)).build();
    List<CallRecord> calls = CallLogReader.read(data.resolve("calls.csv.gz"), format).calls();
    new Trainer(TrainingConfig.defaults(), words -> {})
        .train(CallTraining.of(calls, replay))
        .write(file);
  }

  /** One world after another, each the start of an incident of its own dependency. */
  private static List<CallRecord> labCalls() {
    List<CallRecord> all = new ArrayList<>();
    long start = 0;
    for (String family : FAMILIES) {
      List<CallRecord> calls = LabLogs.record(family, 0, "none");
      List<CallRecord> some = calls.subList(0, Math.min(MOST_CALLS, calls.size()));
      for (CallRecord call : some) {
        all.add(
            CallRecord.of(family, start + call.startNanos(), call.durationNanos(), call.outcome()));
      }
      start += some.get(some.size() - 1).startNanos() + PAUSE_NANOS;
    }
    return all;
  }

  private static CallDeadlines deadlines() {
    Map<String, Duration> deadlines = new HashMap<>();
    for (String family : FAMILIES) {
      deadlines.put(family, Duration.ofNanos((long) (LabLogs.deadline(family, 0) * 1e9)));
    }
    return CallDeadlines.of(deadlines);
  }
}
