package io.foreguard.evidence.internal;

/**
 * What calls in flight say by not ending: those that have taken longer than nearly any healthy call
 * are <em>overdue</em>. Not thread-safe: owned by the ledger.
 *
 * <p>Calls that take long also exist in health. With a mean excess {@code e} of a healthy call over
 * the limit and {@code r} calls per second, {@code m = r e} calls are overdue at any moment, and
 * only what exceeds {@code m + 4 sqrt(m)} is unusual. Each unusual call stands for a failure by a
 * weight that is learned from how overdue calls end; late successes take it back.
 *
 * <p>How long ago the silence began is not known. So, as in a CUSUM test, the likeliest beginning
 * is taken: among windows that double in length, the one in which overdue calls against all that
 * arrived in it speak loudest. A single call that never ends thus hides nothing that comes later.
 */
final class Silence {
  /** Windows of {@link #judge}, each twice as long as the one before. */
  static final int WINDOWS = 16;

  private static final double PRIOR_FAILED = 2;
  private static final double PRIOR_ENDED = 4;
  private static final double MEMORY = 20;
  private static final double FADING_CALLS = 50;
  private static final double EXCESS_MEMORY_CALLS = 2_000;
  private static final double LEAST_WEIGHT = .3;
  private static final double USUAL_DEVIATIONS = 4;
  private static final double USUAL_SHARE = .02;
  private static final double USUAL_HOLD = .9;
  private static final double HOLD_STEP = .2;

  /** A healthy call is overdue this often; a hanging dependency leaves these shares unanswered. */
  private static final double BEFORE = .002;

  /** Latency may have a longer tail than is assumed. */
  private static final double MOST_ODDITY = 8.1;

  private static final double MOST_FURTHER_ODDITY = 2;

  private static final double[] AFTER = {.4, .9};

  /** Log odds at which silence alone is an alarm. */
  private static final double ALARM = 8;

  private double failed = PRIOR_FAILED;
  private double ended = PRIOR_ENDED;
  private double hold = USUAL_HOLD;
  private double excessSeconds;

  private double logOdds = -ALARM;
  private double successes;
  private double failures;
  private double allFailures;

  /**
   * Weighs the calls that are overdue now.
   *
   * @param overdue their number by window: in the first those that became so within {@code
   *     windowSeconds}, in each further one those within twice the time
   * @param mostSeconds for how long the oldest has been overdue
   * @param spread standard deviation of the logarithm of latency
   * @param inFlight calls in flight
   * @param arrivalRate calls per second
   */
  void judge(
      int[] overdue,
      double windowSeconds,
      double mostSeconds,
      double spread,
      int inFlight,
      double arrivalRate) {
    isOver();
    double expected = arrivalRate * excessSeconds;
    double usual =
        Math.max(USUAL_SHARE * inFlight, expected + USUAL_DEVIATIONS * Math.sqrt(expected));
    double weight = failed / ended;
    double silent = 0;
    double failing = 0;
    double oddity = 0;
    double seconds = windowSeconds;
    for (int window = 0; window < WINDOWS && weight > LEAST_WEIGHT; window++) {
      double odd = oddity(window, spread);
      silent += overdue[window];
      oddity += overdue[window] * Math.min(MOST_ODDITY, odd);
      failing += overdue[window] * failing(weight, odd);
      allFailures = silent > usual ? failing * (1 - usual / silent) : 0;
      double answered = Math.max(0, arrivalRate * Math.min(mostSeconds, seconds) - silent);
      for (double after : AFTER) {
        double odds =
            allFailures * (Math.log(after) + oddity / Math.max(1, silent))
                + answered * Math.log((1 - after) / (1 - BEFORE))
                - ALARM;
        if (odds > logOdds) {
          logOdds = odds;
          successes = answered;
          failures = allFailures;
        }
      }
      seconds *= 2;
    }
  }

  /** No call is overdue. */
  void isOver() {
    logOdds = -ALARM;
    successes = 0;
    failures = 0;
    allFailures = 0;
  }

  /** Log odds that the dependency hangs, 0 when as likely as not. */
  double logOdds() {
    return logOdds;
  }

  /** Calls answered since the silence began. */
  double successes() {
    return successes;
  }

  /** Failures that the calls stand for that are overdue since the silence began. */
  double failures() {
    return failures;
  }

  /** Failures that all overdue calls stand for. */
  double allFailures() {
    return allFailures;
  }

  /** How long a failure that was overdue held its caller, as a share of the deadline. */
  double hold() {
    return hold;
  }

  /** Learns from calls that ended in time: what was learned of others fades. */
  void endedInTime(double count, double callsKnown) {
    double keep = Math.pow(1 - 1 / FADING_CALLS, count);
    failed = PRIOR_FAILED + (failed - PRIOR_FAILED) * keep;
    ended = PRIOR_ENDED + (ended - PRIOR_ENDED) * keep;
    learnExcess(0, count, callsKnown);
  }

  /** Learns from a success that was overdue. */
  void succeededLate(double secondsLate, double count, double callsKnown) {
    end(0, count);
    learnExcess(secondsLate, count, callsKnown);
  }

  /** Learns from a failure that was overdue. */
  void failedLate(double held) {
    end(1, 1);
    hold += HOLD_STEP * (held - hold);
  }

  /**
   * How improbable it is that a healthy call takes so long, as a negative logarithm, taking latency
   * as log-normal.
   */
  private static double oddity(int window, double spread) {
    double times = window == 0 ? 1 : 1 + Math.pow(2, window - 1) / CallSlots.WINDOWS_PER_OVERDUE;
    double z = LatencyProfile.OVERDUE_DEVIATIONS + Math.log(times) / spread;
    double usual = LatencyProfile.OVERDUE_DEVIATIONS;
    return -Math.log(BEFORE) + (z * z - usual * usual) / 2;
  }

  /** Probability that a call fails that has not ended by now: those that succeed would have. */
  private static double failing(double weight, double oddity) {
    double ended = Math.exp(Math.max(-MOST_FURTHER_ODDITY, -Math.log(BEFORE) - oddity));
    return weight / (weight + (1 - weight) * ended);
  }

  private void end(double share, double count) {
    ended += count;
    failed += share * count;
    if (ended > MEMORY) {
      failed *= MEMORY / ended;
      ended = MEMORY;
    }
  }

  private void learnExcess(double seconds, double count, double callsKnown) {
    double memory = Math.max(1, Math.min(EXCESS_MEMORY_CALLS, callsKnown));
    double keep = Math.pow(1 - 1 / memory, count);
    excessSeconds = keep * excessSeconds + (1 - keep) * seconds;
  }
}
