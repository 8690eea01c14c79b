package io.foreguard.predictive.feature;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the features of {@link FeatureSchema#intervals()} for one component from what was
 * measured of it in each interval, and from the components that it calls. Intervals may be of any
 * length, but of one; trends and means count intervals, up to {@link #LONGEST} of them.
 *
 * <p>Features are of the intervals that are over, for what comes next. Unknown is NaN. Not
 * thread-safe; owned by one component.
 */
public final class IntervalFeatures {
  /** Intervals that the longest mean looks back on. */
  public static final int LONGEST = 12;

  private static final int SHORT = 3;
  private static final double AVERAGE_STEP = 0.3;
  private static final int OWN = 9;

  private final double[] shares = new double[LONGEST];
  private final double[] requests = new double[LONGEST];
  private final double[] latencies = new double[LONGEST];
  private final double[] tails = new double[LONGEST];
  private int count;
  private double average = Double.NaN;

  /** Creates a component of which nothing is known. */
  public IntervalFeatures() {}

  /**
   * Takes what was measured in the next interval.
   *
   * @param requestCount requests, at least 0
   * @param failures failed requests, in {@code [0, requestCount]}
   * @param p50Seconds median latency, or NaN
   * @param p95Seconds 95th percentile of latency, or NaN
   */
  public void add(double requestCount, double failures, double p50Seconds, double p95Seconds) {
    Require.notNegative(requestCount, "requestCount");
    boolean ok = failures >= 0 && failures <= requestCount;
    Require.that(ok, "failures", "in [0, " + requestCount + "]", failures);
    int at = count++ % LONGEST;
    double share = requestCount > 0 ? failures / requestCount : Double.NaN;
    shares[at] = share;
    requests[at] = requestCount;
    latencies[at] = p50Seconds;
    tails[at] = p95Seconds;
    if (!Double.isNaN(share)) {
      average = Double.isNaN(average) ? share : average + AVERAGE_STEP * (share - average);
    }
  }

  /** Forgets everything, as after a gap. */
  public void clear() {
    count = 0;
    average = Double.NaN;
  }

  /** Failure share of the last interval; NaN without requests. */
  public double lastShare() {
    return last(shares);
  }

  /** Exponential average of the failure shares, each weighing 0.3; NaN if none is known. */
  public double averageShare() {
    return average;
  }

  /** How far the last p95 latency is above its mean, as a logarithm; NaN if unknown. */
  public double latencyShift() {
    return Math.log(last(tails) / mean(tails, LONGEST));
  }

  /**
   * Writes the features for the next interval into {@code target}.
   *
   * @param callees the components that this one calls; of those that are not known nothing is used
   * @throws IllegalArgumentException if the target's length is not the schema's size
   */
  public void copyTo(double[] target, List<IntervalFeatures> callees) {
    int size = FeatureSchema.intervals().size();
    Require.that(target.length == size, "target", "of length " + size, target.length);
    target[0] = last(shares);
    target[1] = mean(shares, SHORT);
    target[2] = mean(shares, LONGEST);
    target[3] = average;
    target[4] = last(shares) - mean(shares, LONGEST);
    target[5] = Math.log1p(last(requests));
    target[6] = Math.log((1 + last(requests)) / (1 + mean(requests, LONGEST)));
    target[7] = Math.log(last(latencies) / mean(latencies, LONGEST));
    target[8] = latencyShift();
    double[] share = new double[callees.size()];
    double[] rise = new double[callees.size()];
    double[] shift = new double[callees.size()];
    for (int i = 0; i < share.length; i++) {
      IntervalFeatures callee = callees.get(i);
      share[i] = callee.lastShare();
      rise[i] = callee.lastShare() - callee.mean(callee.shares, LONGEST);
      shift[i] = callee.latencyShift();
    }
    target[OWN] = worst(share);
    target[OWN + 1] = meanOf(share);
    target[OWN + 2] = worst(rise);
    target[OWN + 3] = worst(shift);
    target[OWN + 4] = meanOf(shift);
    for (int f = 0; f < size; f++) {
      target[f] = Double.isFinite(target[f]) ? target[f] : Double.NaN;
    }
  }

  /** Whether a feature speaks of the components that are called, and not of the component. */
  public static boolean isOfCallees(int feature) {
    return feature >= OWN;
  }

  private double last(double[] values) {
    return count == 0 ? Double.NaN : values[(count - 1) % LONGEST];
  }

  private double mean(double[] values, int intervals) {
    double sum = 0;
    int known = 0;
    for (int back = 1; back <= Math.min(intervals, Math.min(count, LONGEST)); back++) {
      double value = values[(count - back) % LONGEST];
      if (!Double.isNaN(value)) {
        sum += value;
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  private static double worst(double[] values) {
    double worst = Double.NaN;
    for (double value : values) {
      worst = Double.isNaN(worst) || value > worst ? value : worst;
    }
    return worst;
  }

  private static double meanOf(double[] values) {
    double sum = 0;
    int known = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        sum += value;
        known++;
      }
    }
    return known == 0 ? Double.NaN : sum / known;
  }

  static List<Feature> all() {
    String quiet = "unknown where no interval of it had requests";
    String alone = "unknown where it calls nobody, or nothing is known of them";
    List<Feature> all = new ArrayList<>();
    add(all, "failure_share", "failure share of the last interval", quiet);
    add(all, "failure_share_mean_3", "failure share, mean of 3 intervals", quiet);
    add(all, "failure_share_mean_12", "failure share, mean of 12 intervals", quiet);
    add(all, "failure_share_average", "failure share, exponential average", quiet);
    add(all, "failure_share_rise", "failure share above its mean of 12 intervals", quiet);
    add(all, "requests_log", "requests of the last interval, logarithm", "unknown at first");
    add(all, "requests_shift", "requests to their mean of 12 intervals, logarithm", quiet);
    add(all, "p50_shift", "median latency to its mean of 12 intervals, logarithm", quiet);
    add(all, "p95_shift", "p95 latency to its mean of 12 intervals, logarithm", quiet);
    add(all, "callees_failure_worst", "worst failure share of what it calls", alone);
    add(all, "callees_failure_mean", "mean failure share of what it calls", alone);
    add(all, "callees_failure_rise", "worst rise of failure share of what it calls", alone);
    add(all, "callees_p95_worst", "worst shift of p95 latency of what it calls", alone);
    add(all, "callees_p95_mean", "mean shift of p95 latency of what it calls", alone);
    return all;
  }

  private static void add(List<Feature> all, String name, String words, String missing) {
    all.add(new Feature(name, "1", Duration.ZERO, missing, words));
  }
}
