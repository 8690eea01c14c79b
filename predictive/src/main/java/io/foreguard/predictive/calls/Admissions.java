package io.foreguard.predictive.calls;

/**
 * How likely calls were to be admitted, worked out after the fact from what ended, what was refused
 * and the shares that were seen meanwhile. Not thread-safe.
 *
 * <p>A probe goes out instead of one of the calls that arrived since the probe before it: its
 * propensity is one divided by their number. So the weights of the probes, one divided by the
 * propensity, add up to all that arrived. Any other call was admitted with the share that the
 * breaker admitted when it began, as far as one was seen.
 */
final class Admissions {
  private static final int SEEN = 256;
  private static final int REFUSALS = 1 << 16;

  private final long[] times = new long[SEEN];
  private final double[] shares = new double[SEEN];
  private final double[] estimates = new double[SEEN];
  private long seen;
  private final long[] refusals = new long[REFUSALS];
  private long firstRefusal;
  private long nextRefusal;
  private double older;

  /** Notes the share and the estimate as of a moment, if either is new. */
  void see(long nanoTime, double share, double estimate) {
    int last = (int) (seen - 1) & (SEEN - 1);
    boolean same =
        seen > 0
            && shares[last] == share
            && Double.doubleToLongBits(estimates[last]) == Double.doubleToLongBits(estimate);
    if (!same) {
      int place = (int) seen++ & (SEEN - 1);
      times[place] = nanoTime;
      shares[place] = share;
      estimates[place] = estimate;
    }
  }

  /** Notes a refusal; later ones come later. */
  void refused(long nanoTime) {
    if (nextRefusal - firstRefusal == REFUSALS) {
      older++;
      firstRefusal++;
    }
    refusals[(int) nextRefusal++ & (REFUSALS - 1)] = nanoTime;
  }

  /** Propensity of a probe that began then; probes come in the order in which they began. */
  double ofProbe(long startNanos) {
    double passed = older;
    older = 0;
    while (firstRefusal < nextRefusal
        && refusals[(int) firstRefusal & (REFUSALS - 1)] - startNanos <= 0) {
      firstRefusal++;
      passed++;
    }
    return 1 / (1 + passed);
  }

  /** Share of calls that was admitted then; 1 where that was not seen or was none. */
  double share(long startNanos) {
    int place = at(startNanos);
    return place < 0 || shares[place] <= 0 ? 1 : shares[place];
  }

  /** P(success) as estimated then; NaN where it was not seen. */
  double estimate(long startNanos) {
    int place = at(startNanos);
    return place < 0 ? Double.NaN : estimates[place];
  }

  private int at(long nanoTime) {
    for (long i = seen - 1; i >= Math.max(0, seen - SEEN); i--) {
      int place = (int) i & (SEEN - 1);
      if (times[place] - nanoTime <= 0) {
        return place;
      }
    }
    return -1;
  }
}
