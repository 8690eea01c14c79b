package io.foreguard.predictive.training;

import io.foreguard.predictive.evaluation.GroupBootstrap;
import io.foreguard.predictive.evaluation.GroupBootstrap.Interval;
import io.foreguard.predictive.evaluation.ProbabilityQuality;
import io.foreguard.predictive.evaluation.RankOrder;
import io.foreguard.predictive.evaluation.Ranking;
import io.foreguard.predictive.internal.LogOdds;
import io.foreguard.predictive.report.Chart;
import io.foreguard.predictive.report.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Judges probabilities of failure on rows that nothing was trained on, beside the default model and
 * scores that need no training. Figures are named after the prefix, the score and the measure, as
 * in {@code judged.model.auc}.
 */
final class Judge {
  private static final String MODEL = "model";
  private static final String DEFAULT = "default";

  /** How far a learned model may move the default model's log odds when it acts. */
  private static final double MOST_REFINEMENT = 2.5;

  private final String prefix;
  private final TrainingData data;
  private final double[] probabilities;
  private final Report.Builder report;
  private final GroupBootstrap bootstrap;

  Judge(
      String prefix, TrainingData data, double[] probabilities, long seed, Report.Builder report) {
    this.prefix = prefix;
    this.data = data;
    this.probabilities = probabilities;
    this.report = report;
    this.bootstrap = new GroupBootstrap(data.rows().groups(), GroupBootstrap.DRAWS, seed);
  }

  /** Adds the sections on ranking and on probability. */
  void judge(String where, double trainedShare) {
    ranking(where);
    probability(where, trainedShare);
  }

  private void ranking(String where) {
    report.section("Ranking " + where);
    report.words(
        "Area under the ROC curve (0.5 is chance) and under the precision-recall curve (the share"
            + " of failures is chance). How much higher the model's ROC area is stands last, with"
            + " its interval of 95 % when whole groups are drawn again ("
            + bootstrap.groups()
            + " groups): below zero means the model is worse.");
    boolean[] fails = data.rows().fails();
    double[] weights = data.rows().weights();
    RankOrder model = RankOrder.of(probabilities, fails);
    List<List<String>> table = new ArrayList<>();
    rankRow(MODEL, model, model, weights, table);
    for (Map.Entry<String, double[]> other : others().entrySet()) {
      rankRow(other.getKey(), RankOrder.of(other.getValue(), fails), model, weights, table);
    }
    report.table(List.of("score", "AUC", "PR-AUC", "model is higher by", "95 %"), table);
    early();
  }

  private void rankRow(
      String name, RankOrder order, RankOrder model, double[] weights, List<List<String>> table) {
    Ranking ranking = order.ranking(weights);
    report.quietFigure(prefix + name + ".auc", ranking.auc());
    report.quietFigure(prefix + name + ".pr_auc", ranking.averagePrecision());
    String auc = Report.text(ranking.auc());
    String precision = Report.text(ranking.averagePrecision());
    if (order == model) {
      table.add(List.of(name, auc, precision, "", ""));
      return;
    }
    Interval gain = bootstrap.aucDifference(model, order, weights);
    report.quietFigure(prefix + "auc_gain_over." + name, gain.value());
    report.quietFigure(prefix + "auc_gain_over." + name + ".low", gain.low());
    report.quietFigure(prefix + "auc_gain_over." + name + ".high", gain.high());
    table.add(List.of(name, auc, precision, signed(gain.value()), range(gain)));
  }

  /** Rows in which the dependency was failing already say nothing of foresight. */
  private void early() {
    int[] calm = data.rows().where(row -> !data.failing()[row]);
    if (calm.length == data.rows().size() || calm.length == 0) {
      return;
    }
    report.words("Of the rows in which the dependency was not failing yet:");
    boolean[] fails = data.rows().select(calm).fails();
    Map<String, double[]> scores = new LinkedHashMap<>();
    scores.put(MODEL, probabilities);
    scores.putAll(others());
    scores.forEach(
        (name, all) -> {
          double[] some = Arrays.stream(calm).mapToDouble(row -> all[row]).toArray();
          Ranking ranking = Ranking.of(some, fails);
          report.figure(prefix + "early." + name + ".auc", ranking.auc());
          report.figure(prefix + "early." + name + ".pr_auc", ranking.averagePrecision());
        });
  }

  private void probability(String where, double trainedShare) {
    report.section("Probability " + where);
    report.words(
        "Squared error (Brier) and log loss of the probabilities, and how far they are from the"
            + " shares that failed (expected calibration error, "
            + ProbabilityQuality.BINS
            + " bins of equal width, and as many of equal count). base always answers the share of"
            + " failures among the training rows.");
    List<List<String>> table = new ArrayList<>();
    ProbabilityQuality model = qualityRow(MODEL, probabilities, table);
    double[] constant = new double[probabilities.length];
    Arrays.fill(constant, trainedShare);
    qualityRow("base", constant, table);
    data.defaultModel()
        .ifPresent(
            standard -> {
              qualityRow(DEFAULT, standard, table);
              qualityRow("model_within_clip", clipped(standard), table);
            });
    report.table(
        List.of("probability", "Brier", "log loss", "ECE", "ECE by count", "mean", "failed"),
        table);
    data.defaultModel().ifPresent(this::gain);
    report.chart(reliability(model));
  }

  private void gain(double[] standard) {
    report.words(
        "model_within_clip is the model as a breaker uses it: it moves the default model's log odds"
            + " by at most "
            + MOST_REFINEMENT
            + " either way.");
    Interval raw = lossDifference(standard, probabilities);
    report.figure(prefix + "log_loss_gain_over.default", raw.value());
    report.figure(prefix + "log_loss_gain_over.default.low", raw.low());
    report.figure(prefix + "log_loss_gain_over.default.high", raw.high());
  }

  private ProbabilityQuality qualityRow(String name, double[] answers, List<List<String>> table) {
    ProbabilityQuality quality =
        ProbabilityQuality.of(answers, data.rows().fails(), data.rows().weights());
    report.quietFigure(prefix + name + ".brier", quality.brier());
    report.quietFigure(prefix + name + ".log_loss", quality.logLoss());
    report.quietFigure(prefix + name + ".ece", quality.calibrationError());
    report.quietFigure(prefix + name + ".ece_by_count", quality.calibrationErrorByCount());
    table.add(
        List.of(
            name,
            Report.text(quality.brier()),
            Report.text(quality.logLoss()),
            Report.text(quality.calibrationError()),
            Report.text(quality.calibrationErrorByCount()),
            Report.text(quality.meanProbability()),
            Report.text(quality.failureShare())));
    return quality;
  }

  private static Chart reliability(ProbabilityQuality quality) {
    return Chart.builder("Reliability", "probability of failure", "share that failed")
        .line(
            "bins of equal width",
            quality.equalWidth().stream().mapToDouble(b -> b.meanProbability()).toArray(),
            quality.equalWidth().stream().mapToDouble(b -> b.failureShare()).toArray())
        .line(
            "bins of equal count",
            quality.equalCount().stream().mapToDouble(b -> b.meanProbability()).toArray(),
            quality.equalCount().stream().mapToDouble(b -> b.failureShare()).toArray())
        .reference("perfect", new double[] {0, 1}, new double[] {0, 1})
        .build();
  }

  /** What the model's log loss is lower by than the others'; below zero means it is worse. */
  private Interval lossDifference(double[] other, double[] own) {
    double[] gain = new double[own.length];
    for (int row = 0; row < gain.length; row++) {
      boolean failed = data.rows().fails()[row];
      gain[row] =
          ProbabilityQuality.loss(other[row], failed) - ProbabilityQuality.loss(own[row], failed);
    }
    return bootstrap.mean(gain, data.rows().weights());
  }

  private double[] clipped(double[] standard) {
    double[] clipped = new double[standard.length];
    for (int row = 0; row < clipped.length; row++) {
      double from = LogOdds.of(standard[row]);
      double step = LogOdds.of(probabilities[row]) - from;
      double within = Math.max(-MOST_REFINEMENT, Math.min(MOST_REFINEMENT, step));
      clipped[row] = 1 / (1 + Math.exp(-(from + within)));
    }
    return clipped;
  }

  /** What to do with the model, in one sentence; a warning where it must not be used. */
  Verdict verdict() {
    Optional<double[]> standard = data.defaultModel();
    if (standard.isPresent()) {
      Interval gain = lossDifference(standard.get(), probabilities);
      String by = Report.text(Math.abs(gain.value())) + " (95 %: " + range(gain) + ")";
      if (!(gain.value() >= 0)) {
        return new Verdict(
            false,
            "Worse than the default model here: do not use. Its log loss is higher by " + by + ".");
      }
      String proof =
          gain.low() > 0
              ? "Better than the default model here"
              : "No worse than the default model here, but not better beyond doubt: keep it in"
                  + " shadow";
      return new Verdict(true, proof + ". Its log loss is lower by " + by + ".");
    }
    boolean[] fails = data.rows().fails();
    double[] weights = data.rows().weights();
    double model = Ranking.of(probabilities, fails, weights).auc();
    for (Map.Entry<String, double[]> other : data.simpleScores().entrySet()) {
      double auc = Ranking.of(other.getValue(), fails, weights).auc();
      if (auc > model) {
        return new Verdict(
            false,
            "Ranks below the simple score "
                + other.getKey()
                + " here: do not use. Its AUC is "
                + Report.text(model)
                + ", that of the simple score "
                + Report.text(auc)
                + ".");
      }
    }
    return new Verdict(true, "Ranks at least as well as every simple score here.");
  }

  private Map<String, double[]> others() {
    Map<String, double[]> others = new LinkedHashMap<>();
    data.defaultModel().ifPresent(standard -> others.put(DEFAULT, standard));
    others.putAll(data.simpleScores());
    return others;
  }

  private static String range(Interval interval) {
    return signed(interval.low()) + " to " + signed(interval.high());
  }

  private static String signed(double value) {
    return Double.isNaN(value) ? "none" : String.format(Locale.ROOT, "%+.4f", value);
  }

  /**
   * Whether a model may be used where it was judged.
   *
   * @param usable false if it does worse there than what it would replace
   * @param words the same in a sentence, with its figures
   */
  record Verdict(boolean usable, String words) {}
}
