package io.foreguard.circuitbreaker;

import io.foreguard.bulkhead.internal.AdaptiveLimit;
import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.evidence.internal.OutcomeWindow;
import java.util.Locale;

/**
 * Decides by expected cost.
 *
 * <p><b>Trip.</b> Let {@code q} be the probability that the success rate is above the threshold.
 * Calls are all admitted while {@code q >= 0.65}, none while {@code q <= 0.3}, and a proportional
 * share between, so that near the threshold, where either decision costs about the same, nothing
 * jumps.
 *
 * <p><b>Probe.</b> With a failed probe costing cf, a rejected success cr and L calls offered per
 * second, a fixed gap tau costs {@code cf * D / tau + cr * L * tau / 2} over an outage of length D,
 * least at {@code sqrt(2 cf D / (cr L))}. D is not known; under the hazard {@code h = (1/2 + n) /
 * (S + t)} of recovery at time t of the outage, after n outages of total length S, the gap becomes
 * {@code sqrt(2 cf / (cr L h))}, which without a past grows with the square root of t. One probe is
 * out at a time, on a lease that doubles each time it runs out.
 *
 * <p><b>Recover.</b> After a successful probe, a window of calls in flight starts at two, or at an
 * eighth of what went well before, and grows by one per success of good latency (slow start), by a
 * fraction on a slow one, and is halved by a failure. The circuit closes when success is plainly
 * above the threshold and demand no longer fills the window, and opens again when the results of
 * this recovery alone say that sending is not worth it.
 */
final class PredictiveLogic implements TripLogic {
  private static final double CLOSED_FROM = .65;
  private static final double REOPENED_FROM = .8;
  private static final double OPEN_BELOW = .3;
  private static final double REOPEN_BELOW = .5;
  private static final double LEAST_SHARE = .05;
  private static final double LEAST_LOG_ODDS_SPREAD = .1;
  private static final double INTERVAL_QUANTILE = 1.645;
  private static final int MOST_WINDOW = Leases.MOST / 2;
  private static final double ELSEWHERE = 10;
  private static final double FAST_OVERLOAD = .4;
  private static final int COLLAPSED_FAILURES = 2;
  private static final double SUDDEN_SHARE = .1;
  private static final long SHEDDING_NANOS = 300_000_000L;
  private static final int LEAST_SUCCESSES_TO_CLOSE = 10;
  private static final double LEAST_GAP_SECONDS = .001;
  private static final double LEAST_GAP_CALLS = 1.5;
  private static final double LONGEST_FIRST_GAP_SECONDS = 60;
  private static final double UNKNOWN_OUTAGES = .5;
  private static final double REMEMBERED_OUTAGES = 3;
  private static final double FIRST_LEASE_SECONDS = 1;
  private static final double LEAST_LEASE_SECONDS = .05;
  private static final double NANOS = 1e-9;
  private static final long LEAST_LATENCY_NANOS = 1_000;

  private final PredictivePolicy policy;
  private final Rules rules;

  /** What was seen of outages; comes with the first move. */
  private Past past = Past.NONE;

  private long nextProbe;
  private boolean avoidable;

  /** Whether calls in flight are limited: of a dependency, or of a key that calls can avoid. */
  private boolean limits;

  private final AdaptiveLimit limit;

  PredictiveLogic(PredictivePolicy policy, Rules rules, boolean isKey, long now) {
    limits = !isKey && policy.limitsConcurrency();
    this.policy = policy;
    this.rules = rules;
    nextProbe = now;
    limit = new AdaptiveLimit(rules.deadlineSeconds, now);
  }

  @Override
  public double threshold(EvidenceLedger ledger) {
    return policy.threshold(ledger.hold());
  }

  @Override
  public Verdict judge(
      State state, double share, EvidenceLedger ledger, Estimate estimate, long now) {
    return switch (state) {
      case CLOSED, THROTTLED -> judgeNormal(state, ledger, estimate);
      case OPEN ->
          past.answered
              ? new Verdict(State.HALF_OPEN, 0, "a probe succeeded")
              : new Verdict(State.OPEN, 0, "");
      case HALF_OPEN -> judgeRecovery(ledger, estimate, now);
    };
  }

  @Override
  public void entered(State state, EvidenceLedger ledger, long now) {
    if (past == Past.NONE) {
      past = new Past();
    }
    past.answered = false;
    if (past.recovering && (state == State.CLOSED || state == State.THROTTLED)) {
      ledger.recovered();
    }
    boolean sudden = !past.recovering || isSudden();
    past.recovering = state == State.HALF_OPEN;
    switch (state) {
      case OPEN -> {
        ledger.startOutage();
        past.silent = ledger.consecutiveFailures() == 0;
        if (ledger.consecutiveFailures() >= COLLAPSED_FAILURES) {
          limit.collapsed(avoidable, sudden, now);
        }
        if (!past.outage) {
          past.outage = true;
          past.outageStart = now;
          nextProbe = now + nanos(firstGapSeconds(ledger));
        } else {
          scheduleProbe(ledger, now);
        }
      }
      case HALF_OPEN -> {
        limit.restart(now);
        past.successes = 1;
        past.failures = 0;
        past.failuresInARow = 0;
        past.crowded = false;
        ledger.restart(1, 0, now);
      }
      case CLOSED -> {
        rememberOutage(now);
        past.leaseFactor = 1;
      }
      case THROTTLED -> {
        rememberOutage(now);
        past.outageStart = now;
        nextProbe = now + nanos(firstGapSeconds(ledger));
      }
    }
  }

  @Override
  public int permits(State state, EvidenceLedger ledger, long now) {
    if (state == State.HALF_OPEN) {
      return Math.min(MOST_WINDOW, limit.limit());
    }
    return now - nextProbe >= 0 ? 1 : 0;
  }

  @Override
  public void granted(State state, EvidenceLedger ledger, long now) {
    if (state != State.HALF_OPEN) {
      scheduleProbe(ledger, now); // from here on, so that a lost probe delays the next by no more
    }
  }

  @Override
  public void refused(State state, long now) {
    if (state == State.HALF_OPEN) {
      past.crowded = true;
      past.lastCrowded = now;
      limit.refused(now);
    }
  }

  @Override
  public void result(
      State state, Outcome outcome, EvidenceLedger ledger, long durationNanos, long now) {
    boolean failed = outcome.isFailure();
    if (state == State.OPEN) {
      past.answered |= !failed;
      past.silent &= !failed;
      return;
    }
    if (failed) {
      fail();
      return;
    }
    past.successes++;
    past.failuresInARow = 0;
  }

  @Override
  public void lost(State state) {
    past.leaseFactor = Math.min(1e6, 2 * past.leaseFactor);
    if (state == State.HALF_OPEN) {
      fail();
    }
  }

  @Override
  public void cancelled(State state, long now) {
    if (state != State.HALF_OPEN) {
      nextProbe = now;
    }
  }

  @Override
  public boolean isRefutedBySuccess() {
    return past.silent;
  }

  @Override
  public void refuted() {
    past.answered = true;
  }

  @Override
  public void avoidable() {
    avoidable = true;
    limits = policy.limitsConcurrency();
  }

  @Override
  public void hintRecovery(long now) {
    if (nextProbe - now > 0) {
      nextProbe = now;
    }
  }

  @Override
  public long pauseUntil(State state, EvidenceLedger ledger, long now) {
    return now + nanos(Math.max(.1, gapSeconds(ledger, now)));
  }

  @Override
  public long leaseUntil(EvidenceLedger ledger, long now) {
    double usual = ledger.overdueSeconds();
    double seconds = usual < 1e9 ? Math.max(LEAST_LEASE_SECONDS, 2 * usual) : FIRST_LEASE_SECONDS;
    double patient = past.leaseFactor * seconds;
    if (past.outage && nextProbe - now > 0) {
      // A probe that hangs may still be out when the dependency is well: the next one need not
      // wait.
      patient = Math.min(patient, Math.max(seconds, (nextProbe - now) * NANOS));
    }
    return now + (long) Math.min((double) rules.leaseNanos, patient * 1e9);
  }

  @Override
  public long opensForProbesAt() {
    return nextProbe;
  }

  @Override
  public boolean wantsEveryOutcome(EvidenceLedger ledger) {
    return false;
  }

  @Override
  public int limit() {
    return limits ? limit.limit() : Integer.MAX_VALUE;
  }

  @Override
  public boolean isLimitNear(int inFlight, long now) {
    return limits && limit.isNear(inFlight, now);
  }

  @Override
  public void limitMet(long now) {
    limit.refused(now);
  }

  @Override
  public boolean sheds(long now) {
    return limit.wasMetWithin(SHEDDING_NANOS, now);
  }

  @Override
  public void ended(Outcome outcome, long durationNanos, int inFlight, long now) {
    if (outcome.isSuccess()) {
      limit.success(
          Math.log(Math.max(LEAST_LATENCY_NANOS, durationNanos) * NANOS),
          now - durationNanos,
          inFlight,
          now);
    } else if (outcome.isFailure()) {
      limit.failure(overloadWeight(outcome, inFlight, now), now - durationNanos, inFlight, now);
    }
  }

  /** How much a failure speaks for too many calls in flight. */
  private double overloadWeight(Outcome outcome, int inFlight, long now) {
    if (outcome == Outcome.TIMEOUT) {
      return 1;
    }
    if (outcome == Outcome.REJECTED) {
      return FAST_OVERLOAD;
    }
    boolean unusual = inFlight > 1.25 * limit.healthyMost() + 4;
    return sheds(now) ? 1 : unusual ? FAST_OVERLOAD : 0;
  }

  @Override
  public void succeeded(double calls, double sumOfLogSeconds, int inFlight, long now) {
    limit.successes(calls, sumOfLogSeconds, inFlight, now);
  }

  /**
   * Whether a recovery went well until its last calls: a failure that was there before them is not
   * for their number.
   */
  private boolean isSudden() {
    return past.failures - past.failuresInARow <= 1 + SUDDEN_SHARE * past.successes;
  }

  private void fail() {
    past.failures++;
    past.failuresInARow++;
  }

  private Verdict judgeNormal(State state, EvidenceLedger ledger, Estimate estimate) {
    if (estimate.isAbstention()) {
      OutcomeWindow w = ledger.window();
      boolean trips =
          rules.classic.trips(w.calls(), w.failures(), w.slowCalls(), rules.classic.minimumCalls());
      return trips
          ? new Verdict(State.OPEN, 0, "no model is trusted and fixed thresholds are exceeded")
          : new Verdict(State.CLOSED, 1, "no model is trusted and fixed thresholds are kept");
    }
    double threshold = threshold(ledger);
    double q = above(estimate, threshold);
    double closedFrom = state == State.CLOSED ? CLOSED_FROM : REOPENED_FROM;
    if (q >= closedFrom) {
      return Verdict.of(state, State.CLOSED, 1, () -> words(estimate, threshold));
    }
    if (q <= OPEN_BELOW) {
      return Verdict.of(state, State.OPEN, 0, () -> words(estimate, threshold));
    }
    double share = clamp((q - OPEN_BELOW) / (CLOSED_FROM - OPEN_BELOW), LEAST_SHARE, 1);
    return Verdict.of(state, State.THROTTLED, share, () -> words(estimate, threshold));
  }

  private Verdict judgeRecovery(EvidenceLedger ledger, Estimate estimate, long now) {
    double threshold = threshold(ledger);
    double a = past.successes + threshold; // knowing nothing is no reason to open again
    double b = past.failures + 1 - threshold;
    double spread = Math.sqrt(1 / (a + .5) + 1 / (b + .5));
    double q = normal((logit(a / (a + b)) - logit(threshold)) / spread);
    if (q < REOPEN_BELOW || past.failuresInARow >= 5) {
      return new Verdict(
          State.OPEN,
          0,
          String.format(
              Locale.ROOT,
              "%.0f of %.0f calls failed in recovery",
              past.failures,
              past.failures + past.successes));
    }
    boolean modelAgrees = estimate.isAbstention() || above(estimate, threshold) >= OPEN_BELOW;
    double quietSeconds = Math.max(.05, 10 / Math.max(.2, ledger.arrivalRate()));
    boolean demandFits = !past.crowded || (now - past.lastCrowded) * NANOS > quietSeconds;
    if (q >= REOPENED_FROM
        && modelAgrees
        && demandFits
        && past.successes >= LEAST_SUCCESSES_TO_CLOSE) {
      return new Verdict(
          State.CLOSED,
          1,
          String.format(
              Locale.ROOT,
              "%.0f of %.0f calls succeeded in recovery",
              past.successes,
              past.failures + past.successes));
    }
    double share =
        past.crowded ? clamp(limit.limit() / Math.max(limit.limit(), ledger.demand()), 0, 1) : 1;
    return new Verdict(State.HALF_OPEN, share, "");
  }

  /** Past outages say how long the next one is likely to be; the last few count. */
  private void rememberOutage(long now) {
    if (!past.outage) {
      return;
    }
    past.outage = false;
    past.outages++;
    past.outageSeconds += (now - past.outageStart) * NANOS;
    if (past.outages > REMEMBERED_OUTAGES) {
      past.outageSeconds *= REMEMBERED_OUTAGES / past.outages;
      past.outages = REMEMBERED_OUTAGES;
    }
  }

  private void scheduleProbe(EvidenceLedger ledger, long now) {
    nextProbe = now + nanos(gapSeconds(ledger, now));
  }

  private double gapSeconds(EvidenceLedger ledger, long now) {
    double t = Math.max(LEAST_GAP_SECONDS, (now - past.outageStart) * NANOS);
    double hazard = (UNKNOWN_OUTAGES + past.outages) / (past.outageSeconds + t);
    double rate = Math.max(1e-6, ledger.arrivalRate());
    double gap = Math.sqrt(2 * relativeCost(ledger) / (rate * hazard));
    return clamp(Math.max(gap, LEAST_GAP_CALLS / rate), LEAST_GAP_SECONDS, longestGapSeconds());
  }

  private double longestGapSeconds() {
    return Math.max(LEAST_GAP_SECONDS, policy.maxProbeInterval().toNanos() * NANOS);
  }

  /** The time at which the gap equals the time that has passed. */
  private double firstGapSeconds(EvidenceLedger ledger) {
    double rate = Math.max(1e-6, ledger.arrivalRate());
    double gap = Math.max(LEAST_GAP_CALLS, 4 * relativeCost(ledger)) / rate;
    return clamp(gap, LEAST_GAP_SECONDS, Math.min(LONGEST_FIRST_GAP_SECONDS, longestGapSeconds()));
  }

  private double relativeCost(EvidenceLedger ledger) {
    double cost = policy.failureCost(ledger.hold()) / policy.rejectionCost();
    return avoidable ? ELSEWHERE * cost : cost;
  }

  /**
   * Probability that the success rate is above {@code threshold}, taking its log odds as normal.
   */
  private static double above(Estimate estimate, double threshold) {
    double spread =
        Math.max(
            LEAST_LOG_ODDS_SPREAD,
            (logit(estimate.upper()) - logit(estimate.lower())) / (2 * INTERVAL_QUANTILE));
    return normal((logit(estimate.probability()) - logit(threshold)) / spread);
  }

  private static String words(Estimate estimate, double threshold) {
    return String.format(
        Locale.ROOT, "P(success) %.2f against %.2f", estimate.probability(), threshold);
  }

  /** The normal distribution function, by the logistic curve that stays within 0.01 of it. */
  private static double normal(double z) {
    return 1 / (1 + Math.exp(-1.702 * z));
  }

  private static double logit(double p) {
    double inside = clamp(p, 1e-9, 1 - 1e-9);
    return Math.log(inside / (1 - inside));
  }

  private static double clamp(double value, double least, double most) {
    return Math.min(most, Math.max(least, value));
  }

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  /** Outages and what came of the last recovery. */
  private static final class Past {
    /** No past: shared, and never written to, for every write follows a move. */
    static final Past NONE = new Past();

    double outages;
    double outageSeconds;
    boolean outage;
    long outageStart;
    double leaseFactor = 1;
    boolean answered;
    boolean silent;
    boolean recovering;
    double successes;
    double failures;
    int failuresInARow;
    boolean crowded;
    long lastCrowded;
  }
}
