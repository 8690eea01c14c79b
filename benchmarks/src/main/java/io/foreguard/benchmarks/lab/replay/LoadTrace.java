package io.foreguard.benchmarks.lab.replay;

import io.foreguard.benchmarks.lab.FittedDependency;
import io.foreguard.benchmarks.lab.VirtualTime;
import io.foreguard.evidence.Outcome;

/** How calls fared, by the order of their starts, in even groups. Immutable once made. */
final class LoadTrace {
  private static final int GROUPS = 40;
  private static final int LEAST = 3;
  private static final double LATENCY_WEIGHT = .02;
  private static final double MOST_LOG_RATIO = 2;
  private static final long SEED = 42;

  private final int[] calls = new int[GROUPS];
  private final int[] failures = new int[GROUPS];
  private final int[] successes = new int[GROUPS];
  private final double[] logSeconds = new double[GROUPS];
  private final int size;

  private LoadTrace(int size) {
    this.size = size;
  }

  /** As in the log. */
  static LoadTrace recorded(ReplayLog log, int[] calls) {
    LoadTrace trace = new LoadTrace(calls.length);
    for (int i = 0; i < calls.length; i++) {
      trace.add(i, log.outcome(calls[i]), log.duration(calls[i]));
    }
    return trace;
  }

  /** As a dependency of this shape answers them. */
  static LoadTrace simulated(ReplayLog log, int[] calls, FittedDependency.Shape shape) {
    LoadTrace trace = new LoadTrace(calls.length);
    VirtualTime time = new VirtualTime();
    long deadline = (long) (shape.deadlineSeconds() * 1e9);
    boolean[] ended = new boolean[calls.length];
    FittedDependency dependency =
        new FittedDependency(
            shape,
            SEED,
            time,
            (outcome, i) -> {
              long duration = time.now() - log.start(calls[i]);
              if (!ended[i] && duration <= deadline) {
                ended[i] = true;
                trace.add(i, outcome, duration);
              }
            });
    for (int i = 0; i < calls.length; i++) {
      time.advanceTo(log.start(calls[i]));
      dependency.take(i, time.now());
    }
    if (calls.length > 0) {
      time.advanceTo(log.start(calls[calls.length - 1]) + deadline);
    }
    for (int i = 0; i < calls.length; i++) {
      if (!ended[i]) {
        trace.add(i, Outcome.TIMEOUT, deadline);
      }
    }
    return trace;
  }

  private void add(int place, Outcome outcome, long duration) {
    int group = (int) ((long) place * GROUPS / size);
    calls[group]++;
    if (outcome.isFailure()) {
      failures[group]++;
    } else {
      successes[group]++;
      logSeconds[group] += Math.log(Math.max(1_000, duration) / 1e9);
    }
  }

  /** Squared differences of the failure shares, and a little of the latencies. */
  double distance(LoadTrace other) {
    double sum = 0;
    for (int g = 0; g < GROUPS; g++) {
      double difference = share(g) - other.share(g);
      sum += difference * difference;
      if (successes[g] >= LEAST && other.successes[g] >= LEAST) {
        double ratio = logSeconds[g] / successes[g] - other.logSeconds[g] / other.successes[g];
        double bounded = Math.max(-MOST_LOG_RATIO, Math.min(MOST_LOG_RATIO, ratio));
        sum += LATENCY_WEIGHT * bounded * bounded;
      }
    }
    return sum / GROUPS;
  }

  /** Mean difference of the failure shares. */
  double misfit(LoadTrace other) {
    double sum = 0;
    for (int g = 0; g < GROUPS; g++) {
      sum += Math.abs(share(g) - other.share(g));
    }
    return sum / GROUPS;
  }

  private double share(int group) {
    return calls[group] == 0 ? 0 : failures[group] / (double) calls[group];
  }
}
