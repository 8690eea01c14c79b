package io.foreguard.predictive.model;

import io.foreguard.estimation.Estimate.Contribution;
import io.foreguard.predictive.feature.Feature;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What each feature of a call contributed to an estimate, in log odds of success: together, from
 * the model's base to the estimate.
 */
final class CallReasons {
  private static final String BOUND = "bound";

  private CallReasons() {}

  static List<Contribution> of(CalibratedScorer scorer, double[] features, double logOdds) {
    double[] contributions = new double[features.length];
    scorer.contributions(features, contributions);
    List<Feature> schema = FeatureSchema.calls().features();
    List<Contribution> reasons = new ArrayList<>(features.length + 1);
    double reached = -scorer.baseLogOdds();
    for (int i = 0; i < features.length; i++) {
      if (contributions[i] != 0) {
        Feature feature = schema.get(i);
        reasons.add(
            new Contribution(
                feature.name(), features[i], -contributions[i], feature.words(features[i])));
        reached -= contributions[i];
      }
    }
    if (Math.abs(logOdds - reached) > 1e-9) {
      reasons.add(
          new Contribution(
              BOUND, logOdds, logOdds - reached, "held near what the default model says"));
    }
    reasons.sort(Comparator.comparingDouble(reason -> -Math.abs(reason.logOdds())));
    return List.copyOf(reasons);
  }
}
