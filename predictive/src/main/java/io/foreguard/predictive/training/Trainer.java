package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.report.Report;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Scorer;
import io.foreguard.predictive.training.TimeSplit.Parts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains a model on labelled rows, whatever they are rows of, and judges it on what came later. Not
 * thread-safe. Needs Smile 2.6.0 on the class path, but for boosting.
 *
 * <p>Rows are split by time and by whole groups, never at random: the earlier train and calibrate,
 * the latest judge. Rows whose label is known only within the time of the latter are left out. The
 * model in the result is the one that was judged: it is not trained again on everything, as nobody
 * would know how good that one is.
 *
 * <p>Calibration is cross-fitted: the rows to train on are dealt into parts by whole groups, each
 * is scored by a model trained on the others, and all these scores together calibrate the model
 * that is trained on all of them. One part set aside instead would hold a few incidents, and
 * calibrate to them.
 */
public final class Trainer {
  private static final int FEWEST_PER_CLASS = 20;

  /** What a file says of a model that foresees the next call. */
  private static final Duration SHORTEST_HORIZON = Duration.ofSeconds(1);

  private final TrainingConfig config;
  private final Consumer<String> progress;

  /**
   * Creates a trainer.
   *
   * @param progress told what is being done, in words
   */
  public Trainer(TrainingConfig config, Consumer<String> progress) {
    this.config = Require.nonNull(config, "config");
    this.progress = Require.nonNull(progress, "progress");
  }

  /**
   * Trains, calibrates and judges.
   *
   * @throws TrainingException if a part lacks rows that fail or that hold
   */
  public Result train(TrainingData data) throws TrainingException {
    LabelledRows rows = data.rows();
    require(rows.size() > 0, "no row has both enough history and a known label");
    long embargo = data.horizon().toMillis();
    Parts parts = TimeSplit.byTime(rows, config.heldOutShare(), embargo);
    requireBoth("training", rows, parts.train());
    requireBoth("held-out", rows, parts.judge());
    Candidate best = best(rows.select(parts.train()), embargo);
    TrainingData judged = data.select(parts.judge());
    progress.accept("judging on " + judged.rows().size() + " later rows");
    double[] probabilities = probabilities(best.scorer(), judged.rows());
    double share = failureShare(rows.select(parts.train()));
    Report.Builder report = Report.builder("Training of " + config.name());
    Judge judge = new Judge("judged.", judged, probabilities, config.seed(), report);
    describe(report, data, parts, best, judge.verdict());
    judge.judge("on later rows", share);
    Alarms.addTo(report, judged, probabilities, config.threshold());
    if (config.folds() > 0) {
      crossValidate(data, best.kind(), report);
    }
    Importance.addTo(report, best.scorer(), judged.rows(), config.seed());
    Report built = report.build();
    return new Result(
        best.kind(), best.scorer(), header(data, parts, built), built, judge.verdict().words());
  }

  /** Trains all kinds and keeps the one with the lowest cross-validated log loss. */
  private Candidate best(LabelledRows training, long embargo) throws TrainingException {
    progress.accept(training.size() + " rows to train on, " + training.failures() + " that fail");
    List<Candidate> candidates = new ArrayList<>();
    for (ModelKind kind : config.kinds()) {
      Candidate candidate = calibrated(kind, training, embargo, kind.word());
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s: %s, cross-validated log loss %.5f",
              kind.word(),
              candidate.scorer().calibration(),
              candidate.calibration().logLoss()));
      candidates.add(candidate);
    }
    return candidates.stream()
        .min(Comparator.comparingDouble(candidate -> candidate.calibration().logLoss()))
        .orElseThrow();
  }

  /** A scorer trained on all rows, calibrated on scores of scorers trained on parts of them. */
  private Candidate calibrated(ModelKind kind, LabelledRows rows, long embargo, String prefix)
      throws TrainingException {
    int folds = Math.min(config.calibrationFolds(), rows.groupCount());
    require(folds >= 2, "the rows to train on are of one group; at least 2 are needed");
    double[] scores = new double[rows.size()];
    Arrays.fill(scores, Double.NaN);
    int number = 0;
    for (Parts parts : TimeSplit.folds(rows, folds, embargo)) {
      String words = prefix + ", to calibrate " + ++number + " of " + folds + ": ";
      LabelledRows others = rows.select(parts.train());
      if (hasBoth(others)) {
        Scorer scorer = fit(kind, others, words);
        for (int row : parts.judge()) {
          scores[row] = scorer.score(rows.features()[row]);
        }
      }
    }
    int[] known = rows.where(row -> !Double.isNaN(scores[row]));
    double[] picked = IntStream.of(known).mapToDouble(row -> scores[row]).toArray();
    require(
        known.length > 0 && hasBoth(rows.select(known)),
        "all failures are in one group; at least 2 groups need some to calibrate on");
    Calibrator.Fitted fitted = Calibrator.fit(picked, rows.select(known));
    Scorer scorer = fit(kind, rows, prefix + ": ");
    return new Candidate(kind, new CalibratedScorer(scorer, fitted.calibration()), fitted);
  }

  private Scorer fit(ModelKind kind, LabelledRows training, String prefix) {
    return switch (kind) {
      case FOREST ->
          SmileForests.train(training, config, done -> trees(prefix, done, config.trees()));
      case BOOSTING ->
          Boosting.train(training, config, done -> trees(prefix, done, config.boostingTrees()));
      case LOGISTIC -> SmileLogistic.train(training, config);
    };
  }

  private void trees(String prefix, int done, int all) {
    progress.accept(prefix + done + " of " + all + " trees");
  }

  private void crossValidate(TrainingData data, ModelKind kind, Report.Builder report)
      throws TrainingException {
    int folds = Math.min(config.folds(), data.rows().groupCount());
    report.section("Cross-validation");
    report.words(
        "Every row is judged by a model that was neither trained nor calibrated on any row of its"
            + " group: the groups are dealt out into folds, each judges once, while the others"
            + " train and calibrate. Unlike above, later groups may judge earlier ones.");
    report.figure("cv.folds", folds);
    if (folds < 3) {
      report.words("There are too few groups for it.");
      return;
    }
    double[] probabilities = outOfFold(data, kind, folds);
    int[] judged = data.rows().where(row -> !Double.isNaN(probabilities[row]));
    double[] answers = IntStream.of(judged).mapToDouble(row -> probabilities[row]).toArray();
    new Judge("cv.", data.select(judged), answers, config.seed(), report)
        .judge("in cross-validation", failureShare(data.rows()));
  }

  /** Probability of each row by a model that knows nothing of its group; NaN without such. */
  double[] outOfFold(TrainingData data, ModelKind kind, int folds) throws TrainingException {
    LabelledRows rows = data.rows();
    double[] probabilities = new double[rows.size()];
    Arrays.fill(probabilities, Double.NaN);
    long embargo = data.horizon().toMillis();
    int number = 0;
    for (Parts parts : TimeSplit.folds(rows, folds, embargo)) {
      String prefix = "fold " + ++number + " of " + folds + ", " + kind.word();
      LabelledRows training = rows.select(parts.train());
      if (!hasBoth(training)) {
        progress.accept(prefix + ": left out, it has no failures to learn from");
        continue;
      }
      CalibratedScorer scorer = calibrated(kind, training, embargo, prefix).scorer();
      for (int row : parts.judge()) {
        probabilities[row] = scorer.probability(rows.features()[row]);
      }
    }
    return probabilities;
  }

  private void describe(
      Report.Builder report,
      TrainingData data,
      Parts parts,
      Candidate best,
      Judge.Verdict verdict) {
    LabelledRows rows = data.rows();
    report.section("Verdict");
    if (verdict.usable()) {
      report.words(verdict.words());
    } else {
      report.warning(verdict.words());
    }
    report.section("Data");
    report.words(
        data.words()
            + " Whole groups are kept together, in order of time. Rows whose label is known only"
            + " when a later part has begun are left out. Model: "
            + best.kind().word()
            + ", calibration "
            + best.scorer().calibration()
            + ".");
    report.figure("data.rows", rows.size());
    report.figure("data.failures", rows.failures());
    report.figure("data.groups", rows.groupCount());
    report.figure("train.rows", parts.train().length);
    report.figure("train.failures", rows.select(parts.train()).failures());
    report.figure("judged.rows", parts.judge().length);
    report.figure("judged.failures", rows.select(parts.judge()).failures());
    report.figure(
        "left_out.rows", (double) rows.size() - parts.train().length - parts.judge().length);
    report.figure("calibrate.log_loss", best.calibration().logLoss());
    report.figure("calibrate.sigmoid.log_loss", best.calibration().platt());
    report.figure("calibrate.isotonic.log_loss", best.calibration().isotonic());
  }

  private ModelHeader header(TrainingData data, Parts parts, Report report) {
    ModelHeader.Builder header =
        ModelHeader.builder(data.schema())
            .name(config.name())
            .interval(data.interval())
            .horizon(data.horizon().isZero() ? SHORTEST_HORIZON : data.horizon())
            .failureShare(data.failureShare())
            .threshold(config.threshold())
            .dataSha256(data.sha256())
            .references(references(data.rows().select(parts.train())));
    report.figures().forEach((name, value) -> header.report(name, Report.text(value)));
    return header.build();
  }

  private static List<FeatureReference> references(LabelledRows rows) {
    double[][] features = rows.features();
    return IntStream.range(0, features[0].length)
        .mapToObj(feature -> Arrays.stream(features).mapToDouble(row -> row[feature]).toArray())
        .map(FeatureReference::of)
        .toList();
  }

  static double[] probabilities(CalibratedScorer scorer, LabelledRows rows) {
    double[] probabilities = new double[rows.size()];
    for (int row = 0; row < probabilities.length; row++) {
      probabilities[row] = scorer.probability(rows.features()[row]);
    }
    return probabilities;
  }

  static double failureShare(LabelledRows rows) {
    double failed = 0;
    double all = 0;
    for (int row = 0; row < rows.size(); row++) {
      all += rows.weights()[row];
      failed += rows.fails()[row] ? rows.weights()[row] : 0;
    }
    return failed / all;
  }

  private static boolean hasBoth(LabelledRows rows) {
    int failures = rows.failures();
    return failures > 0 && failures < rows.size();
  }

  private static void requireBoth(String part, LabelledRows rows, int[] picked)
      throws TrainingException {
    int failures = rows.select(picked).failures();
    int others = picked.length - failures;
    require(
        failures >= FEWEST_PER_CLASS && others >= FEWEST_PER_CLASS,
        "the "
            + part
            + " part needs at least "
            + FEWEST_PER_CLASS
            + " rows that fail and as many others, but has "
            + failures
            + " and "
            + others
            + " ("
            + rows.groupCount()
            + " groups in all); bring a longer log, or move the borders with the shares");
  }

  private static void require(boolean ok, String problem) throws TrainingException {
    if (!ok) {
      throw new TrainingException(problem);
    }
  }

  private record Candidate(
      ModelKind kind, CalibratedScorer scorer, Calibrator.Fitted calibration) {}

  /**
   * A trained model.
   *
   * @param kind what was trained
   * @param scorer the model with its calibration
   * @param header what a file would say about it
   * @param report how it was trained and how it did
   * @param verdict whether it may be used, in a sentence
   */
  public record Result(
      ModelKind kind, CalibratedScorer scorer, ModelHeader header, Report report, String verdict) {
    /**
     * Writes the model to {@code file}, replacing it in one step.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
      ModelFile.write(file, header, scorer);
    }
  }
}
