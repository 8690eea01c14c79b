package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import smile.classification.RandomForest;
import smile.data.DataFrame;

class TrainerTest {
  private static final List<Observation> LOG = ConnectionExhaustion.days(28, 7);
  private static final List<String> PROGRESS = new ArrayList<>();
  private static Trainer.Result result;

  @BeforeAll
  static void train() throws Exception {
    result = new Trainer(TrainingConfig.defaults(), PROGRESS::add).train(List.of(LOG));
  }

  @Test
  void ranksLaterDaysFarBetterThanSimpleScores() {
    TrainingReport report = result.report();

    assertThat(report.figure("early.forest.auc")).isGreaterThan(0.97);
    assertThat(report.figure("early.forest.auc"))
        .isGreaterThan(report.figure("early.p95_latency.auc") + 0.03)
        .isGreaterThan(report.figure("early.failure_share.auc") + 0.3);
    assertThat(report.figure("early.forest.pr_auc"))
        .isGreaterThan(report.figure("early.p95_latency.pr_auc") + 0.2);
    assertThat(report.figure("held_out.brier"))
        .isLessThan(report.figure("held_out.brier_base") / 2);
  }

  @Test
  void foreseesFailuresMinutesAheadWithFewFalseAlarms() {
    TrainingReport report = result.report();

    assertThat(report.figure("alarm.incidents")).isGreaterThanOrEqualTo(10);
    assertThat(report.figure("alarm.foreseen"))
        .isGreaterThanOrEqualTo(0.9 * report.figure("alarm.incidents"));
    assertThat(report.figure("alarm.median_lead_minutes")).isGreaterThan(8);
    assertThat(report.figure("alarm.false_alarms_per_day")).isLessThan(1);
    assertThat(report.figure("alarm.precision")).isGreaterThan(0.75);
    assertThat(report.figure("alarm.recall")).isGreaterThan(0.75);
  }

  @Test
  void leavesOutTheRowsWhoseLabelsKnowWhatHappensAfterTheBorder() {
    Rows rows = Rows.of(List.of(LOG), FailureLabels.defaults());
    long border = rows.timeAt(0.7);
    long lastTrained =
        rows.where(row -> row.timeMillis() + Duration.ofMinutes(15).toMillis() < border)
            .times()[(int) result.report().figure("train.rows") - 1];

    assertThat(lastTrained + Duration.ofMinutes(15).toMillis()).isLessThan(border);
    assertThat(result.report().figure("left_out.rows")).isEqualTo(15);
  }

  @Test
  void givesTheSameFileForTheSameDataAndSeed() throws Exception {
    TrainingConfig small = TrainingConfig.builder().trees(20).maximumDepth(6).build();
    List<Observation> log = LOG.subList(0, 14 * 1_440);

    byte[] first = bytes(new Trainer(small, words -> {}).train(List.of(log)));
    byte[] again = bytes(new Trainer(small, words -> {}).train(List.of(log)));
    byte[] other =
        bytes(new Trainer(small.toBuilder().seed(2).build(), words -> {}).train(List.of(log)));

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void scoresLikeSmileOnTenThousandRows() {
    Rows rows = Rows.of(List.of(LOG), FailureLabels.defaults());
    String[] names = FeatureExtractor.schema().names().toArray(String[]::new);
    TrainingConfig config = TrainingConfig.builder().trees(30).build();
    RandomForest smile = SmileForests.fit(rows.features(), rows.fails(), names, config, done -> {});
    Forest forest = SmileForests.convert(smile, names.length);
    DataFrame frame = SmileForests.frame(rows.features(), rows.fails(), names);
    SplittableRandom random = new SplittableRandom(3);

    double[] posteriori = new double[2];
    double worst = 0;
    for (int i = 0; i < 10_000; i++) {
      int row = random.nextInt(rows.size());
      smile.predict(frame.get(row), posteriori);
      double score = forest.score(rows.get(row).features());
      worst = Math.max(worst, Math.abs(score - posteriori[1]));
    }

    assertThat(worst).isLessThanOrEqualTo(1e-12);
    assertThat(forest.trees()).isEqualTo(30);
  }

  @Test
  void contributionsAddUpToTheScore() {
    Rows rows = Rows.of(List.of(LOG.subList(0, 5_000)), FailureLabels.defaults());
    double[] contributions = new double[FeatureExtractor.schema().size()];
    for (int i = 0; i < rows.size(); i++) {
      double[] features = rows.get(i).features();
      result.forest().contributions(features, contributions);

      assertThat(result.forest().base() + Arrays.stream(contributions).sum())
          .isCloseTo(result.forest().score(features), within(1e-12));
    }
  }

  @Test
  void reportsItsFiguresInTheHeaderAndAsMarkdown() {
    assertThat(result.header().report()).containsKeys("early.forest.auc", "train.positives");
    assertThat(result.header().dataSha256()).matches("[0-9a-f]{64}").isNotEqualTo("0".repeat(64));
    assertThat(result.header().interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(result.report().toMarkdown())
        .contains("| held_out.forest.auc | 0.9")
        .contains("importance.active_connections");
    assertThat(PROGRESS).contains("10 of 100 trees", "100 of 100 trees");
  }

  @Test
  void refusesALogWithoutFailures() {
    List<Observation> calm =
        LOG.stream().filter(sample -> sample.failureShare() < 0.5).limit(5_000).toList();

    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> new Trainer(TrainingConfig.defaults(), w -> {}).train(List.of(calm)))
        .withMessageContaining("needs at least 20 rows before a failure");
  }

  @Test
  void refusesALogThatIsTooShort() {
    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(
            () ->
                new Trainer(TrainingConfig.defaults(), w -> {}).train(List.of(LOG.subList(0, 20))))
        .withMessageContaining("30 minutes of history");
  }

  private static byte[] bytes(Trainer.Result result) {
    return ModelFile.toBytes(result.header(), result.forest());
  }
}
