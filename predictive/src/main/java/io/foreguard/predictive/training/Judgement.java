package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.report.Report;
import io.foreguard.predictive.scoring.CalibratedScorer;

/**
 * How a model does on rows that it was not trained on, and whether it may be used there. Immutable.
 */
public final class Judgement {
  private final Report report;
  private final Judge.Verdict verdict;

  private Judgement(Report report, Judge.Verdict verdict) {
    this.report = report;
    this.verdict = verdict;
  }

  /**
   * Judges the model in {@code file} on all rows of {@code data}. Figures are named as in the
   * training's report. Does not need Smile.
   *
   * @throws IllegalArgumentException if there are no rows, or the model sees other features
   */
  public static Judgement of(ModelFile file, TrainingData data, long seed) {
    CalibratedScorer model = file.model();
    LabelledRows rows = data.rows();
    Require.that(rows.size() > 0, "rows", "at least one", rows.size());
    Require.that(
        file.header().features().equals(rows.names()),
        "features of the model",
        "those of the rows",
        file.header().features());
    Report.Builder report = Report.builder(file.header().name() + " on another log");
    double[] probabilities = Trainer.probabilities(model, rows);
    Judge judge = new Judge("judged.", data, probabilities, seed, report);
    Judge.Verdict verdict = judge.verdict();
    report.section("Verdict");
    if (verdict.usable()) {
      report.words(verdict.words());
    } else {
      report.warning(verdict.words());
    }
    report.section("Data");
    report.words(data.words());
    report.figure("data.rows", rows.size());
    report.figure("data.failures", rows.failures());
    report.figure("data.groups", rows.groupCount());
    judge.judge("on this log", Trainer.failureShare(rows));
    Alarms.addTo(report, data, probabilities, file.header().threshold());
    Importance.addTo(report, model, rows, seed);
    return new Judgement(report.build(), verdict);
  }

  /** All figures. */
  public Report report() {
    return report;
  }

  /** False if the model does worse here than what it would replace: it must not be used. */
  public boolean isUsable() {
    return verdict.usable();
  }

  /** The verdict in a sentence. */
  public String words() {
    return verdict.words();
  }
}
