package io.foreguard.predictive.model;

import io.foreguard.estimation.Estimate.Contribution;
import io.foreguard.predictive.feature.Feature;
import io.foreguard.predictive.feature.FeatureExtractor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Turns what each feature added to a probability of failure into reasons in words. */
final class Reasons {
  private static final int MOST = 4;

  /** Probabilities closer to 0 or 1 than this have no more say in log odds. */
  private static final double EDGE = 1e-4;

  /** What a unit counts, as the calls in calls per second: the feature's words say it. */
  private static final Pattern ANNOTATION = Pattern.compile("\\{[^}]*}");

  private Reasons() {}

  /**
   * The strongest reasons, strongest first.
   *
   * <p>Contributions add up in probability; reasons are in log odds of success. All are stretched
   * by the one factor that makes the sum of all of them the way from the base's log odds to the
   * score's.
   */
  static List<Contribution> of(
      double[] features, double[] contributions, double base, double failure) {
    double stretch = stretch(base, failure);
    List<Feature> schema = FeatureExtractor.schema().features();
    List<Contribution> reasons = new ArrayList<>(features.length);
    for (int i = 0; i < features.length; i++) {
      if (contributions[i] != 0) {
        double logOdds = -contributions[i] * stretch;
        String words = words(schema.get(i), features[i]);
        reasons.add(new Contribution(schema.get(i).name(), features[i], logOdds, words));
      }
    }
    reasons.sort(Comparator.comparingDouble(reason -> -Math.abs(reason.logOdds())));
    return reasons.size() > MOST ? reasons.subList(0, MOST) : reasons;
  }

  private static double stretch(double base, double failure) {
    double from = Math.min(1 - EDGE, Math.max(EDGE, base));
    double to = Math.min(1 - EDGE, Math.max(EDGE, failure));
    if (Math.abs(to - from) < 1e-9) {
      return 1 / (from * (1 - from));
    }
    return (logit(to) - logit(from)) / (failure - base);
  }

  private static double logit(double probability) {
    return Math.log(probability / (1 - probability));
  }

  private static String words(Feature feature, double value) {
    String unit = ANNOTATION.matcher(feature.unit()).replaceAll("");
    return unit.isEmpty() || unit.equals("1")
        ? String.format(Locale.ROOT, "%s %.3g", feature.description(), value)
        : String.format(Locale.ROOT, "%s %.3g %s", feature.description(), value, unit);
  }
}
