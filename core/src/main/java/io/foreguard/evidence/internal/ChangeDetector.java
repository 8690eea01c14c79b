package io.foreguard.evidence.internal;

import java.util.Arrays;

/**
 * Notices that the failure rate has risen: a bank of CUSUM tests, one per alternative rate, against
 * a baseline learned from the healthy past. Not thread-safe: owned by the ledger.
 *
 * <p>The CUSUM test (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954) is minimax
 * optimal for a known change (G. Lorden 1971, G. V. Moustakides 1986); the bank is our answer to
 * the change being unknown: four fixed alternatives, and twice the baseline for slight changes. A
 * run of {@code n} successes between two failures is applied in one step, which equals {@code n}
 * single steps because successes only lower a statistic that is floored at zero.
 *
 * <p>The alarm is where a dependency that is as it was raises about one in 100,000 calls or fewer:
 * a simulation found it for some baselines, others are interpolated. The baseline is an upper
 * credible bound, so that luck at the start does not make the test jumpy. It learns only from runs
 * that ended with every statistic at zero: while something is suspected, outcomes wait and are
 * either forgiven or kept out. After a change that is accepted, the baseline of the healthy past is
 * kept for the day the dependency is healthy again.
 */
final class ChangeDetector {
  private static final double[] FIXED = {.05, .15, .4, .9};
  private static final int TWICE = FIXED.length;
  private static final int BANK = FIXED.length + 1;
  private static final double BASELINE_MEMORY = 10_000;
  private static final double REGIME_MEMORY = 1_000;
  private static final double LONGEST_SUSPICION = 4_000;
  private static final double FLOOR = .001;
  private static final double PRIOR_CALLS = 20;
  private static final double PRIOR_FAILURES = .5;
  private static final double UPPER_QUANTILE = .5;
  private static final double UNCERTAIN_QUANTILE = .8;
  private static final double UNCERTAIN_CALLS = 200;
  private static final double WORTH_TELLING = 1.3;
  private static final double[] BASELINES = {.001, .002, .005, .01, .02, .05, .1, .2, .35, .5};

  private static final double[] LOG_BASELINES = Arrays.stream(BASELINES).map(Math::log).toArray();

  /**
   * Alarm of each alternative, at which it alone has a false one in 400,000 calls; in more than
   * that where failures are usual, for there the estimate moves before the alarm does.
   */
  private static final double[][] ALARMS = {
    {8.06, 8.77, 8.81, 8.62, 8.27, 8.9, 8.9, 8.9, 8.9, 8.9},
    {9.00, 8.88, 9.40, 9.25, 9.60, 9.98, 8.88, 8.9, 8.9, 8.9},
    {9.40, 10.00, 10.20, 10.00, 10.60, 11.45, 11.45, 10.75, 10.8, 10.8},
    {8.80, 10.00, 10.39, 10.90, 10.90, 11.60, 11.59, 12.20, 11.97, 11.92},
    {4.65, 5.34, 6.22, 6.80, 7.68, 9.08, 9.83, 10.68, 11.48, 12.15}
  };

  /** Zeros that all share that have seen no failure; never written to. */
  private static final Suspicion NOTHING = new Suspicion();

  private Suspicion suspected = NOTHING;
  private double baselineSuccesses;
  private double baselineFailures;
  private boolean changed;
  private double waitingSuccesses;
  private double waitingFailures;
  private int strongest;

  void successes(double n) {
    for (int k = 0; k < BANK; k++) {
      if (suspected.statistic[k] > 0) {
        double before = assumedBefore(k);
        suspected.statistic[k] += n * Math.log((1 - alternative(k, before)) / (1 - before));
        suspected.successes[k] += n;
      }
      forgetIfNothingIsLeft(k);
    }
    waitingSuccesses += n;
    settle();
  }

  void failure() {
    if (suspected == NOTHING) {
      suspected = new Suspicion();
    }
    for (int k = 0; k < BANK; k++) {
      double before = assumedBefore(k);
      double after = alternative(k, before);
      if (after > WORTH_TELLING * before) {
        suspected.statistic[k] += Math.log(after / before);
        suspected.failures[k]++;
      }
    }
    waitingFailures++;
    settle();
  }

  /** Log odds that the failure rate has changed, 0 when as likely as not. */
  double logOdds() {
    return odds(strongest);
  }

  /** What one more failure would add to the log odds of the likeliest change. */
  double weightOfFailure() {
    double before = assumedBefore(strongest);
    return Math.max(0, Math.log(alternative(strongest, before) / before));
  }

  double successesSinceChange() {
    return suspected.successes[strongest];
  }

  double failuresSinceChange() {
    return suspected.failures[strongest];
  }

  double baselineSuccessRate() {
    double calls = healthyCalls();
    return calls == 0
        ? Double.NaN
        : (changed ? suspected.healthySuccesses : baselineSuccesses) / calls;
  }

  double baselineSamples() {
    return healthyCalls();
  }

  /** Takes the change for granted: what has come since is the baseline of the next one. */
  void accept() {
    if (!changed) {
      suspected.healthySuccesses = baselineSuccesses;
      suspected.healthyFailures = baselineFailures;
      changed = true;
    }
    baselineSuccesses = suspected.successes[strongest];
    baselineFailures = suspected.failures[strongest];
    forgetSuspicion();
  }

  /** Forgets suspicion and change: the dependency is taken to be as it was in the healthy past. */
  void restart() {
    if (changed) {
      baselineSuccesses = suspected.healthySuccesses;
      baselineFailures = suspected.healthyFailures;
      changed = false;
    }
    forgetSuspicion();
  }

  private void forgetSuspicion() {
    for (int k = 0; k < BANK && suspected != NOTHING; k++) {
      suspected.statistic[k] = 0;
      forgetIfNothingIsLeft(k);
    }
    waitingSuccesses = 0;
    waitingFailures = 0;
    strongest = 0;
  }

  private double healthyCalls() {
    return changed
        ? suspected.healthySuccesses + suspected.healthyFailures
        : baselineSuccesses + baselineFailures;
  }

  private void settle() {
    strongest = 0;
    double most = Double.NEGATIVE_INFINITY;
    double suspicion = 0;
    for (int k = 0; k < BANK; k++) {
      suspicion += suspected.statistic[k];
      double odds = odds(k);
      if (odds > most) {
        most = odds;
        strongest = k;
      }
    }
    double waiting = waitingSuccesses + waitingFailures;
    if (suspicion == 0) {
      learn(waitingSuccesses, waitingFailures);
    } else if (waiting > LONGEST_SUSPICION) {
      // A suspicion that has lasted so long without an alarm: the baseline was too good to be true.
      baselineSuccesses *= .5;
      baselineFailures *= .5;
      learn(waitingSuccesses, waitingFailures);
      forgetSuspicion();
    }
    if (changed && baselineSuccesses + baselineFailures >= REGIME_MEMORY) {
      changed = false; // the changed rate is what is normal now
    }
  }

  private void learn(double newSuccesses, double newFailures) {
    double calls = baselineSuccesses + baselineFailures + newSuccesses + newFailures;
    double keep = calls > BASELINE_MEMORY ? BASELINE_MEMORY / calls : 1;
    baselineSuccesses = (baselineSuccesses + newSuccesses) * keep;
    baselineFailures = (baselineFailures + newFailures) * keep;
    waitingSuccesses = 0;
    waitingFailures = 0;
  }

  private void forgetIfNothingIsLeft(int k) {
    if (suspected.statistic[k] <= 0 && suspected != NOTHING) {
      suspected.statistic[k] = 0;
      suspected.successes[k] = 0;
      suspected.failures[k] = 0;
    }
  }

  private static double alternative(int k, double before) {
    return k == TWICE ? Math.min(.95, 2 * before) : FIXED[k];
  }

  /**
   * Failure rate before the change that alternative {@code k} suspects: that of the baseline and of
   * what waits from before that moment. Without the latter, a slight rise that keeps the baseline
   * from learning would pass for the beginning of the worst.
   */
  private double assumedBefore(int k) {
    return assumed(
        baselineSuccesses + waitingSuccesses - suspected.successes[k],
        baselineFailures + waitingFailures - suspected.failures[k]);
  }

  private static double assumed(double successes, double failures) {
    double f = failures + PRIOR_FAILURES;
    double n = successes + failures;
    double quantile = UPPER_QUANTILE + UNCERTAIN_QUANTILE / (1 + n / UNCERTAIN_CALLS);
    double upper = (f + quantile * Math.sqrt(f)) / (n + PRIOR_CALLS);
    return Math.min(.8, Math.max(FLOOR, upper));
  }

  private double odds(int k) {
    return suspected.statistic[k] - alarm(k, assumedBefore(k));
  }

  private static double alarm(int k, double baseline) {
    int above = 1;
    while (above < BASELINES.length - 1 && BASELINES[above] < baseline) {
      above++;
    }
    double from = LOG_BASELINES[above - 1];
    double share = (Math.log(baseline) - from) / (LOG_BASELINES[above] - from);
    double inside = Math.min(1, Math.max(0, share));
    return ALARMS[k][above - 1] + inside * (ALARMS[k][above] - ALARMS[k][above - 1]);
  }

  /** What each alternative has seen since it was last given up; comes with the first failure. */
  private static final class Suspicion {
    final double[] statistic = new double[BANK];
    final double[] successes = new double[BANK];
    final double[] failures = new double[BANK];

    /** The baseline of before a change that was accepted. */
    double healthySuccesses;

    double healthyFailures;
  }
}
