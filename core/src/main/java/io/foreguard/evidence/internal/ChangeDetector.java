package io.foreguard.evidence.internal;

/**
 * Notices that the failure rate has risen: a bank of CUSUM tests, one per alternative rate, against
 * a baseline learned from the healthy past. Not thread-safe: owned by the ledger.
 *
 * <p>The CUSUM test (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954) is minimax
 * optimal for a known change (G. Lorden 1971, G. V. Moustakides 1986); the bank is our answer to
 * the change being unknown. A run of {@code n} successes between two failures is applied in one
 * step, which equals {@code n} single steps because successes only lower a statistic that is
 * floored at zero.
 *
 * <p>The baseline is an upper credible bound, so that luck at the start does not make the test
 * jumpy. It learns only from runs that ended with every statistic at zero: while something is
 * suspected, outcomes wait and are either forgiven or kept out.
 */
final class ChangeDetector {
  /** Log likelihood ratio at which a change is as likely as not. */
  static final double ALARM = 10.5;

  private static final double[] ALTERNATIVES = {.05, .15, .4, .9};
  private static final double BASELINE_MEMORY = 1_000;
  private static final double FLOOR = .002;
  private static final double PRIOR_CALLS = 10;
  private static final double PRIOR_FAILURES = .5;
  private static final double UPPER_QUANTILE = 1.28;

  private final double[] statistic = new double[ALTERNATIVES.length];
  private final double[] successes = new double[ALTERNATIVES.length];
  private final double[] failures = new double[ALTERNATIVES.length];
  private double baselineSuccesses;
  private double baselineFailures;
  private double waitingSuccesses;
  private double waitingFailures;
  private int strongest;

  void successes(double n) {
    for (int k = 0; k < ALTERNATIVES.length; k++) {
      if (statistic[k] > 0) {
        statistic[k] += n * Math.log((1 - ALTERNATIVES[k]) / (1 - assumedBefore(k)));
        successes[k] += n;
      }
      forgetIfNothingIsLeft(k);
    }
    waitingSuccesses += n;
    settle();
  }

  void failure() {
    for (int k = 0; k < ALTERNATIVES.length; k++) {
      double before = assumedBefore(k);
      if (ALTERNATIVES[k] > 1.3 * before) {
        statistic[k] += Math.log(ALTERNATIVES[k] / before);
        failures[k]++;
      }
    }
    waitingFailures++;
    settle();
  }

  /** Log odds that the failure rate has changed, 0 when as likely as not. */
  double logOdds() {
    return statistic[strongest] - ALARM;
  }

  /** What one more failure would add to the log odds of a change to the worst alternative. */
  double weightOfFailure() {
    int worst = ALTERNATIVES.length - 1;
    return Math.max(0, Math.log(ALTERNATIVES[worst] / assumedBefore(worst)));
  }

  double successesSinceChange() {
    return successes[strongest];
  }

  double failuresSinceChange() {
    return failures[strongest];
  }

  double baselineSuccessRate() {
    double calls = baselineSuccesses + baselineFailures;
    return calls == 0 ? Double.NaN : baselineSuccesses / calls;
  }

  double baselineSamples() {
    return baselineSuccesses + baselineFailures;
  }

  /** Takes the change for granted: what has come since is the baseline of the next one. */
  void accept() {
    baselineSuccesses = successes[strongest];
    baselineFailures = failures[strongest];
    restart();
  }

  /** Forgets the suspicion, keeps the baseline: the dependency is in a new regime. */
  void restart() {
    for (int k = 0; k < ALTERNATIVES.length; k++) {
      statistic[k] = 0;
      forgetIfNothingIsLeft(k);
    }
    waitingSuccesses = 0;
    waitingFailures = 0;
    strongest = 0;
  }

  private void settle() {
    strongest = 0;
    for (int k = 1; k < ALTERNATIVES.length; k++) {
      if (statistic[k] > statistic[strongest]) {
        strongest = k;
      }
    }
    double waiting = waitingSuccesses + waitingFailures;
    if (statistic[strongest] == 0) {
      learn(waitingSuccesses, waitingFailures);
    } else if (waiting > BASELINE_MEMORY) {
      // The changed rate has lasted as long as the memory: it is what is normal now.
      baselineSuccesses = 0;
      baselineFailures = 0;
      learn(waitingSuccesses, waitingFailures);
      restart();
    }
  }

  private void learn(double newSuccesses, double newFailures) {
    double keep = Math.pow(1 - 1 / BASELINE_MEMORY, newSuccesses + newFailures);
    baselineSuccesses = baselineSuccesses * keep + newSuccesses;
    baselineFailures = baselineFailures * keep + newFailures;
    double calls = baselineSuccesses + baselineFailures;
    if (calls > BASELINE_MEMORY) {
      baselineSuccesses *= BASELINE_MEMORY / calls;
      baselineFailures *= BASELINE_MEMORY / calls;
    }
    waitingSuccesses = 0;
    waitingFailures = 0;
  }

  private void forgetIfNothingIsLeft(int k) {
    if (statistic[k] <= 0) {
      statistic[k] = 0;
      successes[k] = 0;
      failures[k] = 0;
    }
  }

  /**
   * Failure rate before the change that alternative {@code k} suspects: that of the baseline and of
   * what waits from before that moment. Without the latter, a slight rise that keeps the baseline
   * from learning would pass for the beginning of the worst.
   */
  private double assumedBefore(int k) {
    return assumed(
        baselineSuccesses + waitingSuccesses - successes[k],
        baselineFailures + waitingFailures - failures[k]);
  }

  private static double assumed(double successes, double failures) {
    double f = failures + PRIOR_FAILURES;
    double upper = (f + UPPER_QUANTILE * Math.sqrt(f)) / (successes + failures + PRIOR_CALLS);
    return Math.min(.8, Math.max(FLOOR, upper));
  }
}
