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
  private static final double TOLERANCE = Math.log(1.5);
  private static final double LEAST_TOLERANCE = Math.log(1.12);
  private static final double DEADLINE_MARGIN = .5;
  private static final double STEP = .75;
  private static final double HEADROOM = 1.5;
  private static final double SPARE = 4;
  private static final long FIRST_CEILING_NANOS = 60_000_000_000L;
  private static final long SHORT_CEILING_NANOS = 3_000_000_000L;
  private static final long LONGEST_CEILING_NANOS = 600_000_000_000L;
  private static final double BELOW_COLLAPSE = .75;
  private static final double GROWTH = .1;
  private static final double RISING = .02;
  private static final double RISING_QUEUE = .1;
  private static final long QUIET_NANOS = 3_000_000_000L;
  private static final double FIRST = 2;
  private static final double FIRST_SHARE = .125;
  private static final double FEW = 5;
  private static final double LEAST = 1;
  private static final double ANYBODY_TAKES = 3;
  private static final double MOST = 8_000;
  private static final int ROUND_CALLS = 16;
  private static final int EXPERIMENT_CALLS = 40;
  private static final int LEARNING_CALLS = 50;
  private static final double OVERLOADED_SHARE = .05;
  private static final double FORGIVING_STEP = .1;
  private static final double FORGETTING_NANOS = 1_200e9;
  private static final double LONGEST_ROUND_NANOS = 5e9;

  private final double longest;
  private double limit = MOST;
  private double known;
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
  private int mostBefore;
  private double ceiling = MOST;
  private long ceilingUntil;
  private long ceilingNanos = FIRST_CEILING_NANOS;
  private boolean met;
  private long lastMet;
  private boolean everMet;
  private boolean everCollapsed;

  /**
   * Creates a limit that nobody meets before it has learned.
   *
   * @param deadlineSeconds time after which an answer is of no use, NaN when not known
   */
  public AdaptiveLimit(double deadlineSeconds, long now) {
    longest = Double.isNaN(deadlineSeconds) ? 1e9 : Math.log(deadlineSeconds) - DEADLINE_MARGIN;
    begin(now);
  }

  /** Calls that may be in flight at the same time; {@link Integer#MAX_VALUE} for any number. */
  public int limit() {
    double lower = Math.min(limit, ceiling);
    return lower >= MOST ? Integer.MAX_VALUE : (int) lower;
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
    return 2L * inFlight >= limit() - 1L || wasMetWithin(1_000_000_000L, now);
  }

  /** A call was refused because of the limit. */
  public void refused(long now) {
    met = true;
    everMet = true;
    lastMet = now;
  }

  /**
   * Starts from two calls, or an eighth of what went well: the dependency comes back, and what it
   * takes now is not known.
   */
  public void restart(long now) {
    known = Math.max(known, healthyMost);
    limit = Math.max(FIRST, known * FIRST_SHARE);
    healthyMost = 0;
    base = Double.NaN;
    slowStart = true;
    testing = false;
    tolerated = OVERLOADED_SHARE;
    begin(now);
  }

  /**
   * The dependency has failed altogether. If it had more calls in flight than were seen to go well,
   * or as many as were let through, that may be why: then the limit stays below that number for a
   * while, and for twice as long if it happens again.
   *
   * @param small whether it is one of several of its kind, which a few calls more can overload
   * @param sudden whether calls went well until then; if not, the limit is low for a moment only
   */
  public void collapsed(boolean small, boolean sudden, long now) {
    int at = Math.max(most, mostBefore);
    double healthy = Math.max(known, healthyMost);
    boolean unusual = at > (small ? healthy + 1 : 1.25 * healthy + 2);
    boolean full = wasMetWithin(2_000_000_000L, now) && at > .9 * healthy && at > 2 * ANYBODY_TAKES;
    if (learned < LEARNING_CALLS || !(unusual || full)) {
      return;
    }
    boolean again = everCollapsed && now - ceilingUntil < 2 * ceilingNanos;
    double least = again ? LEAST : ANYBODY_TAKES;
    double lower = Math.max(least, Math.max(BELOW_COLLAPSE * at, unusual ? .9 * healthy : 0));
    if (sudden) {
      ceilingNanos =
          again ? Math.min(LONGEST_CEILING_NANOS, 2 * ceilingNanos) : FIRST_CEILING_NANOS;
      everCollapsed = true;
      ceiling = lower;
      ceilingUntil = now + ceilingNanos;
      healthyMost = Math.min(healthyMost, ceiling);
      known = Math.min(known, ceiling);
    } else if (ceiling == MOST) {
      ceiling = lower;
      ceilingUntil = now + SHORT_CEILING_NANOS;
    }
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
    boolean good = !isQueue(logSum / calls, inFlight);
    if (slowStart && !testing && good && met) {
      boolean usual = limit < Math.max(ANYBODY_TAKES, Math.max(known, healthyMost));
      limit = Math.min(MOST, limit + (usual ? 1 : 1 / limit));
    }
    endRoundIfOver(now);
  }

  /**
   * One failure.
   *
   * @param overload how much it speaks for too many calls, in {@code [0, 1]}
   */
  public void failure(double overload, long start, int inFlight, long now) {
    most = Math.max(most, inFlight);
    if (overload > 0 && start - measureFrom >= 0) {
      overloads += overload;
      endRoundIfOver(now);
    }
  }

  private void endRoundIfOver(long now) {
    double elapsed = now - roundStart;
    double all = calls + overloads;
    boolean enough =
        all >= (met || testing ? EXPERIMENT_CALLS : ROUND_CALLS)
            || (all >= 4 && elapsed > LONGEST_ROUND_NANOS);
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
    limit = Math.min(limit, ceiling);
    if (roundStart - ceilingUntil >= 0) {
      ceiling = MOST;
    }
    healthyMost *= Math.exp(-elapsed / FORGETTING_NANOS);
    if (testing) {
      testing = false;
      judgeExperiment(latency, share);
    }
    if (isOverloaded()) {
      stepDown(latency, share, true);
    } else if (isQueue(latency, calls * Math.exp(latency) * 1e9 / elapsed)) {
      if (met) {
        stepDown(latency, share, false);
      } else {
        // The limit keeps nobody waiting, so it may just be slower.
        base += RISING_QUEUE * (latency - base);
      }
    } else {
      goodRound(latency, share, elapsed);
    }
  }

  /**
   * Whether calls wait too long for others: latency is well above its base, or leaves little time,
   * and more than a few calls must be waiting to explain it. Never before the base is known:
   * nothing is above NaN.
   */
  private boolean isQueue(double latency, double inFlight) {
    double tolerable = Math.min(base + TOLERANCE, Math.max(base + LEAST_TOLERANCE, longest));
    return latency > tolerable && inFlight * (1 - Math.exp(base - latency)) > FEW;
  }

  /** Whether more calls were lost to overload than are tolerated, and than chance explains. */
  private boolean isOverloaded() {
    double expected = tolerated * (calls + overloads);
    return overloads > expected + 2 * Math.sqrt(expected) + 1;
  }

  private void judgeExperiment(double latency, double share) {
    if (testsShare) {
      if (share > STEP * shareBefore + .01) {
        // Fewer calls did not help: it is not overload, and may be as bad again by chance.
        tolerated = Math.max(tolerated, 1.2 * Math.max(share, shareBefore));
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

  private void goodRound(double latency, double share, double elapsed) {
    double enough = Math.max(OVERLOADED_SHARE, 1.5 * share + .02);
    tolerated -= FORGIVING_STEP * Math.max(0, tolerated - enough);
    if (calls == 0) {
      return;
    }
    healthyMost = Math.max(healthyMost, Math.min(most, mostBefore));
    if (Double.isNaN(base)) {
      base = latency;
    } else if (latency < base) {
      base += .5 * (latency - base);
    } else if (!met) {
      base += RISING * (latency - base);
    }
    double wide = HEADROOM * healthyMost + SPARE;
    if (!met && !wasMetWithin(QUIET_NANOS, roundStart + (long) elapsed)) {
      limit = learned < LEARNING_CALLS ? Math.max(limit, wide) : Math.max(wide, .9 * limit);
    } else if (met) {
      limit += Math.max(1, GROWTH * limit);
    }
    limit = Math.min(MOST, limit);
  }

  private void begin(long now) {
    mostBefore = most;
    roundStart = now;
    measureFrom = now;
    calls = 0;
    logSum = 0;
    overloads = 0;
    most = 0;
    met = false;
  }
}
