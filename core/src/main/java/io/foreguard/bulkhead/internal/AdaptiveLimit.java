package io.foreguard.bulkhead.internal;

/**
 * A limit on the calls in flight that follows what the dependency is seen to take. Not thread-safe:
 * its owner's lock guards it.
 *
 * <p>While nothing is wrong the limit is a multiple of the most calls in flight that were seen to
 * go well, and nobody meets it. When it is met, or calls time out, each round of calls decides:
 *
 * <ul>
 *   <li>latency near its base: the limit grows, at first by one per success (slow start), after the
 *       first sign of a queue by a fraction per round;
 *   <li>latency well above its base, or calls lost to overload: an <em>experiment</em>. The limit
 *       goes down by a step, and the calls that start after it has taken effect are compared with
 *       those before. Where there is a queue, latency falls with the number in it; where the
 *       dependency has just become slower, or fails for other reasons, nothing changes: then that
 *       is the new base and the limit grows again.
 * </ul>
 *
 * <p>The experiment is what tells a queue from slowness. Limits that look at latency alone (Netflix
 * concurrency-limits' Gradient2, TCP Vegas: Brakmo and Peterson 1995) take every slower dependency
 * for a queue; the idea that one has to drain to know the base is BBR's (Cardwell et al. 2016).
 */
public final class AdaptiveLimit {
  private static final double TOLERANCE = Math.log(2);
  private static final double STEP = .7;
  private static final double HEADROOM = 2;
  private static final double SPARE = 8;
  private static final double FIRST = 2;
  private static final double LEAST = 2;
  private static final double MOST = 8_000;
  private static final int ROUND_CALLS = 16;
  private static final int LEARNING_CALLS = 100;
  private static final double OVERLOADED_SHARE = .05;
  private static final double FORGETTING_NANOS = 1_200e9;
  private static final double LONGEST_ROUND_NANOS = 5e9;

  private double limit = MOST;
  private double base = Double.NaN;
  private double healthyMost;
  private double tolerated = OVERLOADED_SHARE;
  private boolean slowStart = true;
  private double learned;

  private boolean testing;
  private double latencyBefore;
  private double shareBefore;
  private boolean testsShare;

  private long measureFrom;
  private long roundStart;
  private double calls;
  private double logSum;
  private double overloads;
  private int most;
  private boolean met;
  private long lastMet;
  private boolean everMet;

  /** Creates a limit that nobody meets before it has learned. */
  public AdaptiveLimit(long now) {
    begin(now);
  }

  /** Calls that may be in flight at the same time. */
  public int limit() {
    return (int) limit;
  }

  /** The most calls in flight that were seen to go well lately. */
  public int healthyMost() {
    return (int) healthyMost;
  }

  /** Whether a call was refused within this time. */
  public boolean wasMetWithin(long nanos, long now) {
    return everMet && now - lastMet < nanos;
  }

  /** Whether calls must be counted exactly because the limit is near. */
  public boolean isNear(int inFlight, long now) {
    return 2 * inFlight >= limit - 1 || wasMetWithin(1_000_000_000L, now);
  }

  /** A call was refused because of the limit. */
  public void refused(long now) {
    met = true;
    everMet = true;
    lastMet = now;
  }

  /** Starts from two calls: the dependency comes back, and what it takes now is not known. */
  public void restart(long now) {
    limit = FIRST;
    base = Double.NaN;
    slowStart = true;
    testing = false;
    tolerated = OVERLOADED_SHARE;
    begin(now);
  }

  /** Successes whose order is not known. */
  public void successes(double count, double sumOfLogSeconds, int mostInFlight, long now) {
    calls += count;
    logSum += sumOfLogSeconds;
    learned += count;
    most = Math.max(most, mostInFlight);
    endRoundIfOver(now);
  }

  /** One success, with the calls in flight when it ended, itself included. */
  public void success(double logSeconds, long start, int inFlight, long now) {
    most = Math.max(most, inFlight);
    learned++;
    if (start - measureFrom < 0) {
      return;
    }
    calls++;
    logSum += logSeconds;
    boolean good = Double.isNaN(base) || logSum / calls <= base + TOLERANCE;
    if (slowStart && !testing && good && met) {
      limit = Math.min(MOST, limit + (limit < Math.max(healthyMost, FIRST) ? 1 : 1 / limit));
    }
    endRoundIfOver(now);
  }

  /**
   * One failure.
   *
   * @param overload whether it is of a kind that too many calls cause
   */
  public void failure(boolean overload, long start, int inFlight, long now) {
    most = Math.max(most, inFlight);
    if (overload && start - measureFrom >= 0) {
      overloads++;
      endRoundIfOver(now);
    }
  }

  private void endRoundIfOver(long now) {
    double elapsed = now - roundStart;
    double all = calls + overloads;
    boolean enough = all >= ROUND_CALLS || (all >= 4 && elapsed > LONGEST_ROUND_NANOS);
    double latency = calls > 0 ? logSum / calls : 0;
    if (enough && (calls == 0 || elapsed >= Math.exp(latency) * 1e9)) {
      endRound(latency, overloads / all, elapsed);
      begin(now);
      if (testing) {
        measureFrom = now + (long) (1e9 * Math.exp(calls > 0 ? latency : -3));
      }
    }
  }

  private void endRound(double latency, double share, double elapsed) {
    healthyMost *= Math.exp(-elapsed / FORGETTING_NANOS);
    if (testing) {
      testing = false;
      judgeExperiment(latency, share);
    }
    if (share > tolerated) {
      stepDown(latency, share, true);
    } else if (calls > 0 && !Double.isNaN(base) && latency > base + TOLERANCE) {
      if (met) {
        stepDown(latency, share, false);
      }
    } else {
      goodRound(latency, share);
    }
  }

  private void judgeExperiment(double latency, double share) {
    if (testsShare) {
      if (share > STEP * shareBefore + .01) {
        tolerated = Math.max(tolerated, 1.2 * share); // fewer calls did not help: not overload
        slowStart = true;
      }
    } else if (calls > 0 && latency - latencyBefore > .5 * Math.log(STEP)) {
      base = latency; // fewer calls are not faster: it is slower, not crowded
      slowStart = true;
    }
  }

  private void stepDown(double latency, double share, boolean forShare) {
    limit = Math.max(LEAST, STEP * Math.min(limit, Math.max(LEAST, most)));
    slowStart = false;
    testing = true;
    testsShare = forShare;
    latencyBefore = latency;
    shareBefore = share;
  }

  private void goodRound(double latency, double share) {
    tolerated = Math.max(OVERLOADED_SHARE, Math.min(tolerated, 1.5 * share + .02));
    if (calls == 0) {
      return;
    }
    healthyMost = Math.max(healthyMost, most);
    if (Double.isNaN(base)) {
      base = latency;
    } else if (latency < base) {
      base += .5 * (latency - base);
    } else if (!met) {
      base += .02 * (latency - base);
    }
    double wide = HEADROOM * healthyMost + SPARE;
    if (!met) {
      limit = learned < LEARNING_CALLS ? Math.max(limit, wide) : Math.max(wide, .9 * limit);
    } else if (!slowStart) {
      limit += Math.max(1, .1 * limit);
    }
    limit = Math.min(MOST, limit);
  }

  private void begin(long now) {
    roundStart = now;
    measureFrom = now;
    calls = 0;
    logSum = 0;
    overloads = 0;
    most = 0;
    met = false;
  }
}
