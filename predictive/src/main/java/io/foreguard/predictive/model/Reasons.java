package io.foreguard.predictive.model;

import io.foreguard.estimation.Estimate.Contribution;
import io.foreguard.predictive.feature.Feature;
import io.foreguard.predictive.feature.FeatureExtractor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Turns what each feature added to the log odds of failure into reasons for success in words. */
final class Reasons {
  private static final int MOST = 4;

  private Reasons() {}

  /**
   * The strongest reasons, strongest first.
   *
   * @param contributions what each feature added to the log odds of failure
   */
  static List<Contribution> of(double[] features, double[] contributions) {
    List<Feature> schema = FeatureExtractor.schema().features();
    List<Contribution> reasons = new ArrayList<>(features.length);
    for (int i = 0; i < features.length; i++) {
      if (contributions[i] != 0) {
        double logOdds = -contributions[i];
        String words = schema.get(i).words(features[i]);
        reasons.add(new Contribution(schema.get(i).name(), features[i], logOdds, words));
      }
    }
    reasons.sort(Comparator.comparingDouble(reason -> -Math.abs(reason.logOdds())));
    return reasons.size() > MOST ? reasons.subList(0, MOST) : reasons;
  }
}
