package io.foreguard.predictive.trust;

/** Counts what a challenger would have done. Not thread-safe. */
final class ShadowTally {
  private static final double LEAST = 1e-4;
  private static final double QUANTILE = 1.645;

  private long calls;
  private long abstained;
  private long rightly;
  private long wrongly;
  private double secondsSaved;
  private double costSaved;
  private double challengerLoss;
  private double championLoss;
  private long refused;
  private long wouldSend;
  private double expected;
  private double probes;
  private double probesSucceeded;

  void ended(
      double challenger,
      double champion,
      double threshold,
      boolean success,
      boolean probe,
      double seconds,
      double failureCost) {
    calls++;
    if (Double.isNaN(challenger)) {
      abstained++;
      return;
    }
    challengerLoss += loss(challenger, success);
    championLoss += loss(champion, success);
    if (challenger >= threshold) {
      if (probe) {
        probes++;
        probesSucceeded += success ? 1 : 0;
      }
    } else if (success) {
      wrongly++;
    } else {
      rightly++;
      secondsSaved += seconds;
      costSaved += failureCost;
    }
  }

  void rejected(double challenger, double threshold) {
    refused++;
    if (challenger >= threshold) {
      wouldSend++;
      expected += challenger;
    }
  }

  private static double loss(double probability, boolean success) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    return -Math.log(success ? inside : 1 - inside);
  }

  ShadowReport report(String champion, String challenger, double rejectionCost) {
    double judged = Math.max(1, calls - abstained);
    return new ShadowReport(
        champion,
        challenger,
        calls,
        abstained,
        rightly,
        wrongly,
        secondsSaved,
        costSaved - rejectionCost * wrongly,
        refused,
        wouldSend,
        wouldSend * bound(-QUANTILE),
        expected,
        wouldSend * bound(QUANTILE),
        challengerLoss / judged,
        championLoss / judged);
  }

  /** Wilson's bound of the share of probes that succeeded where the challenger would have sent. */
  private double bound(double z) {
    if (probes == 0) {
      return z < 0 ? 0 : 1;
    }
    double share = probesSucceeded / probes;
    double centre = share + z * z / (2 * probes);
    double reach = z * Math.sqrt(share * (1 - share) / probes + z * z / (4 * probes * probes));
    return Math.min(1, Math.max(0, (centre + reach) / (1 + z * z / probes)));
  }
}
