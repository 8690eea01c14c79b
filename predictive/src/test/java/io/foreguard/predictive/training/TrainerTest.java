package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.report.Report;
import io.foreguard.predictive.trust.DriftMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Training on samples of a pool whose connections run out, minutes before calls fail. */
class TrainerTest {
  private static final List<Observation> LOG = ConnectionExhaustion.days(42, 7);
  private static final List<String> PROGRESS = new ArrayList<>();
  private static TrainingData data;
  private static Trainer.Result result;

  @BeforeAll
  static void train() throws Exception {
    data = ObservationRows.of(List.of(LOG), FailureLabels.defaults());
    result =
        new Trainer(TrainingConfig.builder().trees(60).folds(4).build(), PROGRESS::add).train(data);
  }

  @Test
  void ranksLaterDaysFarBetterThanSimpleScores() {
    Report report = result.report();

    assertThat(report.figure("judged.early.model.auc")).isGreaterThan(0.97);
    assertThat(report.figure("judged.early.model.auc"))
        .isGreaterThan(report.figure("judged.early.p95_latency.auc") + 0.03)
        .isGreaterThan(report.figure("judged.early.failure_share.auc") + 0.3);
    assertThat(report.figure("judged.early.model.pr_auc"))
        .isGreaterThan(report.figure("judged.early.p95_latency.pr_auc") + 0.2);
    assertThat(report.figure("judged.auc_gain_over.failure_share.low")).isPositive();
    assertThat(report.figure("cv.model.auc")).isGreaterThan(0.97);
  }

  @Test
  void saysProbabilitiesAndNotVotesOfBalancedTrees() {
    Report report = result.report();

    assertThat(report.figure("judged.model.brier"))
        .isLessThan(report.figure("judged.base.brier") / 2);
    assertThat(report.figure("judged.model.ece")).isLessThan(0.02);
    assertThat(report.figure("cv.model.ece")).isLessThan(0.02);
  }

  @Test
  void foreseesFailuresMinutesAheadWithFewFalseAlarms() {
    Report report = result.report();

    assertThat(report.figure("alarm.incidents")).isGreaterThanOrEqualTo(10);
    assertThat(report.figure("alarm.foreseen"))
        .isGreaterThanOrEqualTo(0.9 * report.figure("alarm.incidents"));
    assertThat(report.figure("alarm.median_lead_minutes")).isGreaterThan(6);
    assertThat(report.figure("alarm.false_alarms_per_day")).isLessThan(1);
    assertThat(report.figure("alarm.precision")).isGreaterThan(0.85);
  }

  @Test
  void groupsOfSamplesAreNeverCutNearAFailure() {
    FailureLabels labels = FailureLabels.defaults();
    long horizon = labels.horizon().toMillis();
    long[] failures =
        LOG.stream().filter(labels::fails).mapToLong(Observation::timeMillis).toArray();
    int[] groups = data.rows().groups();
    int cuts = 0;
    for (int row = 1; row < groups.length; row++) {
      if (groups[row] != groups[row - 1]) {
        cuts++;
        long cut = data.rows().timeMillis()[row];
        assertThat(Arrays.stream(failures).noneMatch(at -> Math.abs(at - cut) <= horizon)).isTrue();
      }
    }
    assertThat(cuts).isGreaterThan(100);
  }

  @Test
  void givesTheSameFileForTheSameDataAndSeedWhateverTheKind() throws Exception {
    TrainingData some =
        ObservationRows.of(List.of(LOG.subList(0, 21 * 1_440)), FailureLabels.defaults());
    for (ModelKind kind : ModelKind.values()) {
      TrainingConfig small =
          TrainingConfig.builder()
              .kinds(EnumSet.of(kind))
              .trees(20)
              .boostingTrees(20)
              .maximumDepth(6)
              .build();

      byte[] first = bytes(new Trainer(small, words -> {}).train(some));

      assertThat(bytes(new Trainer(small, words -> {}).train(some))).isEqualTo(first);
      assertThat(ModelFile.read(first, "first", FeatureExtractor.schema()).header().report())
          .containsKeys("judged.model.auc", "judged.model.ece");
    }
  }

  @Test
  void saysHowFeaturesWereDistributed() {
    List<FeatureReference> references = result.header().references();
    LabelledRows rows = data.rows();

    assertThat(references).hasSameSizeAs(data.schema().names());
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(reference.samples()).isEqualTo(result.report().figure("train.rows")));
    DriftMonitor monitor = DriftMonitor.against(data.schema().names(), references, rows.size());
    for (double[] row : rows.features()) {
      monitor.record(row);
    }
    for (int feature = 0; feature < references.size(); feature++) {
      assertThat(monitor.index(feature)).isLessThan(.1);
    }
  }

  @Test
  void keepsTheKindWhoseProbabilitiesAreBest() throws Exception {
    LabelledRows rows = Rowset.of(12_000, 30, 3);
    TrainingConfig all =
        TrainingConfig.builder()
            .kinds(EnumSet.allOf(ModelKind.class))
            .trees(40)
            .boostingTrees(60)
            .build();

    Trainer.Result best = new Trainer(all, words -> {}).train(plain(rows));

    assertThat(best.kind()).as("a line cannot see the curve").isNotEqualTo(ModelKind.LOGISTIC);
    assertThat(best.report().figure("judged.model.log_loss"))
        .isLessThan(best.report().figure("judged.base.log_loss"));
    assertThat(best.report().figure("judged.model.ece")).isLessThan(0.03);
  }

  @Test
  void contributionsAddUpToTheLogOdds() {
    double[] contributions = new double[FeatureExtractor.schema().size()];
    for (int row = 0; row < data.rows().size(); row += 50) {
      double[] features = data.rows().features()[row];
      result.scorer().contributions(features, contributions);

      assertThat(result.scorer().baseLogOdds() + Arrays.stream(contributions).sum())
          .isCloseTo(result.scorer().logOdds(features), within(1e-9));
    }
  }

  @Test
  void reportsItsFiguresInTheHeaderAndAsAPage() {
    assertThat(result.header().report()).containsKeys("judged.model.auc", "train.failures");
    assertThat(result.header().dataSha256()).matches("[0-9a-f]{64}").isNotEqualTo("0".repeat(64));
    assertThat(result.header().interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(result.report().toMarkdown())
        .contains("| model | 0.9")
        .contains("importance.active_connections")
        .contains("Ranks at least as well as every simple score here.");
    assertThat(PROGRESS).contains("boosting: 20 of 200 trees", "boosting: 200 of 200 trees");
  }

  @Test
  void refusesALogWithoutFailures() {
    List<Observation> calm =
        LOG.stream().filter(sample -> sample.failureShare() < 0.5).limit(5_000).toList();
    TrainingData rows = ObservationRows.of(List.of(calm), FailureLabels.defaults());

    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> new Trainer(TrainingConfig.defaults(), w -> {}).train(rows))
        .withMessageContaining("needs at least 20 rows that fail");
  }

  @Test
  void refusesALogThatIsTooShort() {
    TrainingData none = ObservationRows.of(List.of(LOG.subList(0, 20)), FailureLabels.defaults());

    assertThatExceptionOfType(TrainingException.class)
        .isThrownBy(() -> new Trainer(TrainingConfig.defaults(), w -> {}).train(none))
        .withMessageContaining("enough history");
  }

  static TrainingData plain(LabelledRows rows) {
    return TrainingData.builder(Schemas.of(rows.names()), rows)
        .simpleScore("noise", rows.feature(2))
        .build();
  }

  private static byte[] bytes(Trainer.Result trained) {
    return ModelFile.toBytes(trained.header(), trained.scorer());
  }
}
