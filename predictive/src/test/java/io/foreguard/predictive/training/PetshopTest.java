package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.predictive.evaluation.GroupBootstrap;
import io.foreguard.predictive.evaluation.GroupBootstrap.Interval;
import io.foreguard.predictive.evaluation.ProbabilityQuality;
import io.foreguard.predictive.label.FailureLabels;
import io.foreguard.predictive.observation.Observation;
import io.foreguard.predictive.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What models learn from real telemetry of a shop with injected issues. */
class PetshopTest {
  private static final int FOLDS = 3;
  private static final double INTERVAL_SECONDS = 300;
  private static final FailureLabels LABELS =
      FailureLabels.builder().failureShare(0.05).minimumRequests(10).build();

  private static Path data;

  @BeforeAll
  static void findData() {
    String folder = System.getProperty("foreguard.data", "");
    assumeThat(folder).as("skipped: no foreguard.data").isNotEmpty();
    data = Path.of(folder);
  }

  @Test
  void knowingTheHealthOfWhatIsCalledForetellsTheNextIntervalBetter() throws Exception {
    TrainingData with = Petshop.rows(data);
    TrainingConfig config =
        TrainingConfig.builder().minimumLeafSize(20).trees(40).maximumDepth(8).build();
    Trainer trainer = new Trainer(config, words -> {});

    double[] known = trainer.outOfFold(with, ModelKind.FOREST, FOLDS);
    double[] alone = trainer.outOfFold(Petshop.alone(with), ModelKind.FOREST, FOLDS);

    Interval overAlone = gain(with, alone, known);
    Interval overLast = gain(with, calibrated(with, "last_share"), known);
    Interval overAverage = gain(with, calibrated(with, "average_share"), known);
    System.out.println("log loss with callees " + logLoss(with, known));
    System.out.println("log loss without " + logLoss(with, alone) + ", gain " + overAlone);
    System.out.println("gain over last share " + overLast + ", over average " + overAverage);
    assertThat(overAlone.value()).isPositive();
    assertThat(overLast.low()).isPositive();
    assertThat(overAverage.value()).isPositive();
  }

  @Test
  void whatIsLearnedOfOneScenarioHoldsInTheOthers() throws Exception {
    String one = Petshop.SCENARIOS.get(0);
    TrainingData learned = Petshop.rows(data, List.of(one));
    List<String> rest = new ArrayList<>(Petshop.SCENARIOS);
    rest.remove(one);
    TrainingData others = Petshop.rows(data, rest);
    Trainer.Result model = new Trainer(TrainingConfig.defaults(), words -> {}).train(learned);

    double[] answers = Trainer.probabilities(model.scorer(), others.rows());

    Interval overLast = gain(others, elsewhere(learned, others, "last_share"), answers);
    Interval overAverage = gain(others, elsewhere(learned, others, "average_share"), answers);
    System.out.println("trained on " + one + ", log loss elsewhere " + logLoss(others, answers));
    System.out.println("gain over last share " + overLast + ", over average " + overAverage);
    assertThat(overLast.low()).isPositive();
  }

  /** A simple score that was made a probability on other rows. */
  private static double[] elsewhere(TrainingData learned, TrainingData others, String name) {
    Calibrator.Fitted fitted = Calibrator.fit(learned.simpleScores().get(name), learned.rows());
    return Arrays.stream(others.simpleScores().get(name))
        .map(fitted.calibration()::probability)
        .toArray();
  }

  /**
   * Failure is a share of 5 %: at the default of 50 % the only components that fail are those that
   * always do, and every score tells them apart.
   */
  @Test
  void ranksFailuresMinutesAheadBetterThanTheLatencyOfTheMoment() throws Exception {
    Report report =
        new Trainer(TrainingConfig.defaults(), words -> {})
            .train(ObservationRows.of(samples(), LABELS))
            .report();

    assertThat(report.figure("judged.model.auc")).isGreaterThan(0.85);
    assertThat(report.figure("judged.early.model.auc"))
        .isGreaterThan(report.figure("judged.early.p95_latency.auc"));
  }

  /** A simple score at its best: made a probability on the folds that do not judge. */
  private static double[] calibrated(TrainingData rows, String name) {
    double[] scores = rows.simpleScores().get(name);
    double[] probabilities = new double[scores.length];
    for (TimeSplit.Parts parts : TimeSplit.folds(rows.rows(), FOLDS, 0)) {
      double[] some = Arrays.stream(parts.train()).mapToDouble(row -> scores[row]).toArray();
      Calibrator.Fitted fitted = Calibrator.fit(some, rows.rows().select(parts.train()));
      for (int row : parts.judge()) {
        probabilities[row] = fitted.calibration().probability(scores[row]);
      }
    }
    return probabilities;
  }

  private static double logLoss(TrainingData rows, double[] probabilities) {
    return ProbabilityQuality.of(probabilities, rows.rows().fails(), rows.rows().weights())
        .logLoss();
  }

  private static Interval gain(TrainingData rows, double[] worse, double[] better) {
    double[] gain = new double[worse.length];
    for (int row = 0; row < gain.length; row++) {
      boolean failed = rows.rows().fails()[row];
      gain[row] =
          ProbabilityQuality.loss(worse[row], failed)
              - ProbabilityQuality.loss(better[row], failed);
    }
    return new GroupBootstrap(rows.rows().groups(), 400, 1).mean(gain, rows.rows().weights());
  }

  /** Active connections are what Little's law makes of rate and mean latency. */
  private static List<List<Observation>> samples() throws IOException {
    Map<String, List<Observation>> series = new TreeMap<>();
    for (Map<String, String> row : Petshop.table(data)) {
      double requests = Petshop.number(row.get("requests"), 0);
      double mean = Petshop.number(row.get("lat_avg_s"), Double.NaN);
      double p95 = Petshop.number(row.get("lat_p95_s"), Double.NaN);
      double failed = Petshop.number(row.get("failed_est"), Double.NaN);
      if (requests > 0 && !Double.isNaN(mean + p95 + failed)) {
        double rate = requests / INTERVAL_SECONDS;
        series
            .computeIfAbsent(
                row.get("scenario") + ' ' + row.get("component"), name -> new ArrayList<>())
            .add(
                new Observation(
                    1_000 * Long.parseLong(row.get("unix_time")),
                    rate * mean,
                    p95,
                    rate,
                    Math.min(1, failed / requests),
                    Math.round(requests)));
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
}
