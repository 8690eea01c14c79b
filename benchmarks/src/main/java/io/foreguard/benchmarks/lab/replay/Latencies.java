package io.foreguard.benchmarks.lab.replay;

import io.foreguard.evidence.Outcome;
import java.util.Arrays;
import java.util.List;

/** Usual latencies in a log, and the deadline that shows in it. Immutable. */
final class Latencies {
  private static final int LEAST_TIMEOUTS = 3;
  private static final long MILLI = 1_000_000;
  private static final double ONE_SIGMA = .1587;

  private final long[] usual;

  private Latencies(long[] usual) {
    this.usual = usual;
  }

  /** Of successes outside of incidents; of all successes if there are none. */
  static Latencies of(ReplayLog log, List<Incidents.Incident> incidents) {
    boolean[] inIncident = new boolean[log.size()];
    for (Incidents.Incident incident : incidents) {
      Arrays.fill(inIncident, incident.first(), incident.end(), true);
    }
    long[] found = collect(log, inIncident);
    return new Latencies(found.length > 0 ? found : collect(log, new boolean[log.size()]));
  }

  private static long[] collect(ReplayLog log, boolean[] without) {
    long[] found = new long[log.size()];
    int count = 0;
    for (int i = 0; i < log.size(); i++) {
      if (log.succeeded(i) && !without[i]) {
        found[count++] = log.duration(i);
      }
    }
    long[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Median duration of the calls that timed out, in whole milliseconds; 0 if few did. */
  static long deadline(ReplayLog log) {
    long[] found = new long[log.size()];
    int count = 0;
    for (int i = 0; i < log.size(); i++) {
      if (log.wasMade(i) && log.outcome(i) == Outcome.TIMEOUT) {
        found[count++] = log.duration(i);
      }
    }
    long[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    return count < LEAST_TIMEOUTS ? 0 : (sorted[count / 2] / MILLI + 1) * MILLI;
  }

  boolean isKnown() {
    return usual.length > 0;
  }

  /** A quantile in nanoseconds, 0 if nothing is known. */
  long quantile(double q) {
    return usual.length == 0 ? 0 : usual[(int) (q * (usual.length - 1))];
  }

  double medianSeconds() {
    return Math.max(1e-6, quantile(.5) / 1e9);
  }

  /** Standard deviation of the logarithm, from the middle two thirds. */
  double spread() {
    double low = Math.max(1, (double) quantile(ONE_SIGMA));
    double high = Math.max(low, (double) quantile(1 - ONE_SIGMA));
    return Math.max(.02, Math.log(high / low) / 2);
  }
}
