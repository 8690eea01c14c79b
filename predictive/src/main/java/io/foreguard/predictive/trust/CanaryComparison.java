package io.foreguard.predictive.trust;

import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.evidence.Outcome;
import java.util.Locale;

/**
 * What happened in slices of time in which a model acted, and in those in which it did not. The
 * unit is the slice, for calls of one slice share their fate. Constant memory. Not thread-safe.
 */
final class CanaryComparison {
  private static final double NANOS = 1e-9;

  private final CanaryPlan plan;
  private final PredictivePolicy costs;
  private final double deadlineSeconds;
  private final Arm acting = new Arm();
  private final Arm resting = new Arm();
  private boolean started;
  private long latest;
  private long slice;
  private boolean acts;
  private double value;
  private double arrivals;

  CanaryComparison(CanaryPlan plan, PredictivePolicy costs, double deadlineSeconds) {
    this.plan = plan;
    this.costs = costs;
    this.deadlineSeconds = deadlineSeconds;
  }

  /** A call ended that started at {@code startNanos}; those of an earlier slice are left out. */
  void ended(long startNanos, long durationNanos, Outcome outcome) {
    if (!outcome.isEvidence() || !isNow(startNanos)) {
      return;
    }
    double seconds = durationNanos * NANOS;
    arrivals++;
    if (outcome.isFailure()) {
      double hold = outcome == Outcome.TIMEOUT ? 1 : Math.min(1, seconds / deadlineSeconds);
      value -= costs.fastFailureCost() + costs.holdCost() * hold;
    } else {
      value += costs.rejectionCost();
    }
    arm().ended(outcome.isFailure(), seconds);
  }

  void rejected(long nanoTime) {
    if (isNow(nanoTime)) {
      arrivals++;
      arm().rejections++;
    }
  }

  private boolean isNow(long nanoTime) {
    long its = plan.slice(nanoTime);
    boolean later = !started || nanoTime - latest > 0;
    latest = later ? nanoTime : latest;
    if (!started || (later && its != slice)) {
      endSlice();
      started = true;
      slice = its;
      acts = plan.acts(nanoTime);
    }
    return its == slice;
  }

  private Arm arm() {
    return acts ? acting : resting;
  }

  private void endSlice() {
    if (arrivals > 0) {
      arm().slice(value / arrivals);
    }
    value = 0;
    arrivals = 0;
  }

  CanaryReport report() {
    double difference = acting.mean - resting.mean;
    double spread = Math.sqrt(acting.varianceOfMean() + resting.varianceOfMean());
    return new CanaryReport(acting.report(), resting.report(), difference, 1.645 * spread);
  }

  /** One arm; its slices by Welford's method. */
  private static final class Arm {
    long calls;
    long failures;
    long rejections;
    double failureSeconds;
    long slices;
    double mean;
    double squares;

    void ended(boolean failed, double seconds) {
      calls++;
      if (failed) {
        failures++;
        failureSeconds += seconds;
      }
    }

    void slice(double valuePerCall) {
      slices++;
      double off = valuePerCall - mean;
      mean += off / slices;
      squares += off * (valuePerCall - mean);
    }

    double varianceOfMean() {
      return slices < 2 ? Double.POSITIVE_INFINITY : squares / (slices - 1) / slices;
    }

    CanaryReport.Arm report() {
      return new CanaryReport.Arm(slices, calls, failures, rejections, failureSeconds, mean);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "CanaryComparison{%s}", report());
  }
}
