package io.foreguard.predictive.training;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.feature.IntervalFeatures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows from metrics of components at intervals, as monitoring systems keep them: what share of the
 * next interval's requests fails, from the intervals that are over of the component and of those
 * that it calls.
 *
 * <p>The target is binomial: an interval of which a part failed makes two rows of the same
 * features, one that fails and one that holds, weighted by the shares, so that every interval with
 * requests counts once, whatever its traffic. Log loss on such rows is that of the share.
 */
public final class IntervalRows {
  private final Map<String, List<String>> calls;
  private final Duration length;

  /**
   * Creates rows of intervals of {@code length}.
   *
   * @param calls names of the components that each component calls
   */
  public IntervalRows(Map<String, List<String>> calls, Duration length) {
    Map<String, List<String>> copy = new HashMap<>();
    calls.forEach((caller, callees) -> copy.put(caller, List.copyOf(callees)));
    this.calls = Map.copyOf(copy);
    this.length = Require.positive(length, "length");
  }

  /**
   * The rows of several stretches of time, each of which starts without memory.
   *
   * @param stretches intervals by stretch; the stretch's number is the group of its rows
   */
  public TrainingData of(List<List<Interval>> stretches) {
    Rows rows = new Rows();
    for (int group = 0; group < stretches.size(); group++) {
      stretch(group, stretches.get(group), rows);
    }
    LabelledRows labelled = rows.rows();
    return TrainingData.builder(FeatureSchema.intervals(), labelled)
        .simpleScore("last_share", known(labelled.feature(0)))
        .simpleScore("average_share", known(labelled.feature(3)))
        .interval(length)
        .words(
            "A row is an interval of a component; it fails by the share of requests that failed.")
        .build();
  }

  private void stretch(int group, List<Interval> intervals, Rows rows) {
    Map<Long, List<Interval>> byTime = new TreeMap<>();
    intervals.forEach(
        next -> byTime.computeIfAbsent(next.timeMillis(), time -> new ArrayList<>()).add(next));
    Map<String, IntervalFeatures> known = new HashMap<>();
    byTime.forEach(
        (time, together) -> {
          for (Interval next : together) {
            IntervalFeatures own = known.get(next.component());
            if (own != null && next.requests() > 0) {
              double[] features = new double[FeatureSchema.intervals().size()];
              own.copyTo(features, callees(next.component(), known));
              rows.add(group, next, features);
            }
          }
          for (Interval next : together) {
            known
                .computeIfAbsent(next.component(), name -> new IntervalFeatures())
                .add(next.requests(), next.failures(), next.p50Seconds(), next.p95Seconds());
          }
        });
  }

  private List<IntervalFeatures> callees(String component, Map<String, IntervalFeatures> known) {
    List<IntervalFeatures> callees = new ArrayList<>();
    for (String name : calls.getOrDefault(component, List.of())) {
      IntervalFeatures callee = known.get(name);
      if (callee != null) {
        callees.add(callee);
      }
    }
    return callees;
  }

  private static double[] known(double[] values) {
    for (int row = 0; row < values.length; row++) {
      values[row] = Double.isNaN(values[row]) ? 0 : values[row];
    }
    return values;
  }

  /**
   * What was measured of a component in one interval.
   *
   * @param component name of the component
   * @param timeMillis start of the interval, in milliseconds since 1970-01-01 UTC
   * @param requests requests, at least 0
   * @param failures failed requests, in {@code [0, requests]}
   * @param p50Seconds median latency, or NaN
   * @param p95Seconds 95th percentile of latency, or NaN
   */
  public record Interval(
      String component,
      long timeMillis,
      double requests,
      double failures,
      double p50Seconds,
      double p95Seconds) {
    /** Checks the ranges. */
    public Interval {
      Require.name(component, "component");
      Require.notNegative(requests, "requests");
      boolean ok = failures >= 0 && failures <= requests;
      Require.that(ok, "failures", "in [0, " + requests + "]", failures);
    }
  }

  private static final class Rows {
    private final List<double[]> features = new ArrayList<>();
    private final List<Boolean> fails = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    void add(int group, Interval next, double[] values) {
      double share = next.failures() / next.requests();
      add(group, next.timeMillis(), values, true, share);
      add(group, next.timeMillis(), values, false, 1 - share);
    }

    private void add(int group, long time, double[] values, boolean failed, double weight) {
      if (weight > 0) {
        features.add(values);
        fails.add(failed);
        times.add(time);
        groups.add(group);
        weights.add(weight);
      }
    }

    LabelledRows rows() {
      boolean[] failed = new boolean[fails.size()];
      for (int row = 0; row < failed.length; row++) {
        failed[row] = fails.get(row);
      }
      return new LabelledRows(
          FeatureSchema.intervals().names(),
          features.toArray(double[][]::new),
          failed,
          times.stream().mapToLong(Long::longValue).toArray(),
          groups.stream().mapToInt(Integer::intValue).toArray(),
          weights.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
