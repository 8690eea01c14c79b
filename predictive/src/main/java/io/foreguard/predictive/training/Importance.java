package io.foreguard.predictive.training;

import io.foreguard.predictive.evaluation.Ranking;
import io.foreguard.predictive.report.Report;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What the ranking loses when one feature's values change places at random (Breiman, "Random
 * Forests", 2001). Features that say the same stand in for each other, so each of them can look
 * unimportant.
 */
final class Importance {
  private static final int MOST_ROWS = 5_000;

  private final CalibratedScorer scorer;
  private final LabelledRows rows;
  private final SplittableRandom random;

  private Importance(CalibratedScorer scorer, LabelledRows rows, long seed) {
    this.scorer = scorer;
    this.rows = rows;
    this.random = new SplittableRandom(seed);
  }

  /** Adds a section, most important first. */
  static void addTo(Report.Builder report, CalibratedScorer scorer, LabelledRows all, long seed) {
    int every = Math.max(1, (all.size() + MOST_ROWS - 1) / MOST_ROWS);
    LabelledRows rows = all.select(all.where(row -> row % every == 0));
    report.section("Importance");
    report.words(
        "What the AUC loses when the values of one feature change places at random among "
            + rows.size()
            + " of the judged rows. Features that say the same stand in for each other.");
    new Importance(scorer, rows, seed).addTo(report);
  }

  private void addTo(Report.Builder report) {
    double auc = auc(-1);
    List<Loss> losses = new ArrayList<>();
    for (int f = 0; f < rows.names().size(); f++) {
      losses.add(new Loss(rows.names().get(f), auc - auc(f)));
    }
    losses.sort(Comparator.comparingDouble((Loss loss) -> -loss.auc()));
    losses.forEach(loss -> report.figure("importance." + loss.feature(), loss.auc()));
  }

  /** Area under the curve with one feature shuffled, or none. */
  private double auc(int feature) {
    double[] shuffled = feature < 0 ? new double[0] : rows.feature(feature);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      double value = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = value;
    }
    double[] scores = new double[rows.size()];
    for (int row = 0; row < scores.length; row++) {
      double[] features = rows.features()[row];
      if (feature >= 0) {
        features = features.clone();
        features[feature] = shuffled[row];
      }
      scores[row] = scorer.probability(features);
    }
    return Ranking.of(scores, rows.fails(), rows.weights()).auc();
  }

  private record Loss(String feature, double auc) {}
}
