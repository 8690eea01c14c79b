package io.foreguard.predictive.training;

import io.foreguard.predictive.evaluation.AlarmReport;
import io.foreguard.predictive.evaluation.Ranking;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.forest.Forest;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Judges a forest on rows it was not trained on, beside scores that need no training. */
final class Judge {
  private static final int ROWS_FOR_IMPORTANCE = 20_000;

  private final Forest forest;
  private final Rows heldOut;
  private final TrainingConfig config;
  private final TrainingReport.Builder report;

  Judge(Forest forest, Rows heldOut, TrainingConfig config, TrainingReport.Builder report) {
    this.forest = forest;
    this.heldOut = heldOut;
    this.config = config;
    this.report = report;
  }

  void judge(double trainedShare) {
    Rows early = heldOut.where(row -> !row.failing());
    report.section(
        "Ranking",
        "On the held-out rows, and (early) on those of them in which the dependency was not failing"
            + " yet. Beside the forest, two scores that need no training: the failure share and the"
            + " p95 latency of the moment.");
    ranking("held_out.", heldOut);
    ranking("early.", early);
    report.section(
        "Probability",
        "Mean squared error of the probability. The forest is trained on balanced classes, so its"
            + " scores rank well and overstate how likely failure is; base is the error of always"
            + " answering the share of failures among the training rows.");
    report.figure("held_out.brier", brier(scores(heldOut), heldOut.fails()));
    double[] constant = new double[heldOut.size()];
    Arrays.fill(constant, trainedShare);
    report.figure("held_out.brier_base", brier(constant, heldOut.fails()));
    alarms();
    importance(early);
  }

  private void ranking(String prefix, Rows rows) {
    boolean[] fails = rows.fails();
    rank(prefix, "forest", scores(rows), fails);
    rank(prefix, "failure_share", rows.feature(index("failure_share")), fails);
    rank(prefix, "p95_latency", rows.feature(index("p95_latency")), fails);
  }

  private void rank(String prefix, String score, double[] scores, boolean[] fails) {
    Ranking ranking = Ranking.of(scores, fails);
    report.figure(prefix + score + ".auc", ranking.auc());
    report.figure(prefix + score + ".pr_auc", ranking.averagePrecision());
  }

  private void alarms() {
    AlarmReport alarms = new AlarmReport(config.threshold(), config.labels().horizon());
    int series = heldOut.size() == 0 ? 0 : heldOut.get(heldOut.size() - 1).series() + 1;
    for (int s = 0; s < series; s++) {
      int wanted = s;
      Rows rows = heldOut.where(row -> row.series() == wanted);
      alarms.add(rows.times(), scores(rows), rows.failing(), rows.fails());
    }
    report.section(
        "Acting at P(failure) > " + config.threshold(),
        "Precision and recall count rows; an incident is a run of failing samples, foreseen if there"
            + " was an alarm within the horizon before it. Lead time runs from the first such alarm"
            + " to the failure, in minutes.");
    report.figure("alarm.precision", alarms.precision());
    report.figure("alarm.recall", alarms.recall());
    report.figure("alarm.incidents", alarms.incidents());
    report.figure("alarm.foreseen", alarms.foreseen());
    report.figure("alarm.median_lead_minutes", alarms.medianLeadMinutes());
    report.figure("alarm.false_alarms", alarms.falseAlarms());
    report.figure("alarm.false_alarms_per_day", alarms.falseAlarmsPerDay());
  }

  /** What the ranking loses when one feature's values change places at random. */
  private void importance(Rows early) {
    report.section(
        "Importance",
        "What the area under the curve loses on the early rows when the values of one feature"
            + " change places at random.");
    int every = Math.max(1, early.size() / ROWS_FOR_IMPORTANCE);
    int[] picked = {0};
    Rows rows = early.where(row -> picked[0]++ % every == 0);
    boolean[] fails = rows.fails();
    double auc = Ranking.of(scores(rows), fails).auc();
    SplittableRandom random = new SplittableRandom(config.seed());
    List<String> names = FeatureExtractor.schema().names();
    double[] scores = new double[rows.size()];
    double[] features = new double[names.size()];
    for (int f = 0; f < names.size(); f++) {
      double[] shuffled = rows.feature(f);
      shuffle(shuffled, random);
      for (int i = 0; i < scores.length; i++) {
        System.arraycopy(rows.get(i).features(), 0, features, 0, features.length);
        features[f] = shuffled[i];
        scores[i] = forest.score(features);
      }
      report.figure("importance." + names.get(f), auc - Ranking.of(scores, fails).auc());
    }
  }

  private double[] scores(Rows rows) {
    double[] scores = new double[rows.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = forest.score(rows.get(i).features());
    }
    return scores;
  }

  private static double brier(double[] probabilities, boolean[] fails) {
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double error = probabilities[i] - (fails[i] ? 1 : 0);
      sum += error * error;
    }
    return sum / probabilities.length;
  }

  private static int index(String feature) {
    return FeatureExtractor.schema().names().indexOf(feature);
  }

  private static void shuffle(double[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }
}
