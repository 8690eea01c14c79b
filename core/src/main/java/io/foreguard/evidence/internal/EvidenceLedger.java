package io.foreguard.evidence.internal;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything known of one dependency, in bounded memory. Successes of the healthy path are taken
 * from striped counters in batches; every other outcome is entered by itself, in order. Not
 * thread-safe: the breaker's lock guards it.
 *
 * <p>The success share is that of a regime: it starts anew when a change for the worse or for the
 * better is certain, and rests on up to 3,000 calls, so that it is as sharp as the regime is old.
 * It also forgets with time (half in ten minutes), so the same defaults serve one call in 20
 * seconds and 100,000 per second.
 */
public final class EvidenceLedger {
  private static final double MEMORY_CALLS = 3_000;
  private static final double SHARES_MEMORY_CALLS = 100;
  private static final double PRIOR_SUCCESSES = 2;
  private static final double PRIOR_FAILURES = .2;
  private static final double UNDECIDED = .5;
  private static final double HOPE = .7;
  private static final double BETTER_FACTOR = 4;
  private static final double BETTER_FROM = .05;
  private static final double BETTER_LOG_ODDS = 5;
  private static final double RECALLED_CALLS = 1_000;
  private static final double OUTAGE_SAMPLES = 10;
  private static final double FORGETTING_SECONDS = 600 / Math.log(2);
  private static final double RATE_SECONDS = 10;
  private static final double FEW_SECONDS = 120;
  private static final double ENOUGH_ARRIVALS = 10;
  private static final double HOLD_STEP = .2;
  private static final double LEAST_WEIGHT = 1e-9;
  private static final double NANOS = 1e-9;

  private final CallSlots slots;
  private final ChangeDetector change = new ChangeDetector();
  private final LatencyProfile latency = new LatencyProfile();
  private OutcomeWindow window;

  /** Successes, and their recent weight; those of other outcomes come with the first of them. */
  private long successTotal;

  private double successShare;
  private @Nullable Others others;

  private double fastSuccesses = PRIOR_SUCCESSES;
  private double fastFailures = PRIOR_FAILURES;
  private double better;
  private double betterSuccesses;
  private double betterFailures;
  private double hold = Double.NaN;

  /** Comes with the first call that is overdue. */
  private @Nullable Silence silence;

  private int consecutiveFailures;
  private boolean succeeded;
  private long lastSuccess;
  private long lastUpdate;
  private long regimeStart;
  private double arrivals;
  private double fewArrivals;
  private double rateSeconds;
  private long countedArrivals;
  private long notJudged;

  /** Creates an empty ledger over the slots of the call path. */
  public EvidenceLedger(CallSlots slots, OutcomeWindow window, long now) {
    this.slots = slots;
    this.window = window;
    lastUpdate = now;
    regimeStart = now;
  }

  /**
   * Takes in what the call path counted, looks at the calls in flight and lets time pass.
   *
   * @param notJudgedSoFar calls refused since the beginning, and results that came too late
   * @param leaseNanos age at which a call in flight is written off
   */
  public void update(long now, long notJudgedSoFar, long leaseNanos) {
    long successes = slots.drain();
    if (successes > 0) {
      addSuccesses(successes, lastUpdate); // a later one would have made for an earlier update
    }
    slots.scan(now, regimeStart, overdueNanos(), leaseNanos);
    notJudged = notJudgedSoFar;
    passTime(now);
    hearSilence();
  }

  /** Successes that the last update took from the call path. */
  public double batchCalls() {
    return slots.count();
  }

  /** Sum of the natural logarithms of their latencies in seconds. */
  public double batchLogSum() {
    return slots.count() * slots.mean();
  }

  /** Enters one outcome that the call path did not count. */
  public void add(Outcome outcome, long durationNanos, double deadlineSeconds, long now) {
    forgetShares(1);
    count(outcome);
    if (!outcome.isEvidence()) {
      return;
    }
    boolean failed = outcome.isFailure();
    double held =
        outcome == Outcome.TIMEOUT ? 1 : Math.min(1, durationNanos * NANOS / deadlineSeconds);
    noteEnd(durationNanos, failed, held);
    forgetFast(1);
    window.add(1, failed, outcome == Outcome.SLOW_SUCCESS, now);
    if (failed) {
      noteBetter(1, true);
      fastFailures++;
      consecutiveFailures++;
      change.failure();
      hold = Double.isNaN(hold) ? held : hold + HOLD_STEP * (held - hold);
    } else {
      noteBetter(1, false);
      fastSuccesses++;
      consecutiveFailures = 0;
      succeeded = true;
      lastSuccess = now;
      change.successes(1);
      latency.record(LatencyBuckets.of(durationNanos));
      latency.refresh();
    }
    foldCertainChange();
  }

  /**
   * Starts a new regime with only these results known of it; the healthy past stays known. Calls
   * that began before it say nothing about it, however long they take.
   */
  public void restart(double successes, double failures, long now) {
    regimeStart = now;
    fastSuccesses = successes + UNDECIDED;
    fastFailures = failures + UNDECIDED;
    hold = Double.NaN; // how failures were held before says nothing of how they will be
    consecutiveFailures = 0;
    change.restart();
  }

  /** Starts a new regime of which no more is known than of a dependency that is new. */
  public void startAnew(long now) {
    restart(0, 0, now);
    fastSuccesses = PRIOR_SUCCESSES;
    fastFailures = PRIOR_FAILURES;
  }

  /**
   * Starts an outage: what led to it, overdue calls included, is all that is known of the new
   * regime, and counts for little against the probes to come.
   */
  public void startOutage() {
    double overdue = overdueFailures();
    boolean hangs = silence != null && silence.logOdds() > 0;
    boolean changed = hangs || change.logOdds() + overdue * change.weightOfFailure() > 0;
    double successes = changed ? change.successesSinceChange() : fastSuccesses;
    double failures = overdue + (changed ? change.failuresSinceChange() : fastFailures);
    double scale = Math.min(1, OUTAGE_SAMPLES / Math.max(1e-9, successes + failures));
    fastSuccesses = successes * scale + UNDECIDED;
    fastFailures = failures * scale + UNDECIDED;
    hold = hold();
    change.restart();
  }

  /** The dependency is well again: some of what is known of its healthy past holds once more. */
  public void recovered() {
    double calls = Math.min(RECALLED_CALLS, change.baselineSamples());
    if (calls > 0) {
      fastSuccesses += calls * change.baselineSuccessRate();
      fastFailures += calls * (1 - change.baselineSuccessRate());
    }
  }

  /** A call of before the last move has succeeded: that says only how long calls take. */
  public void addLate(long durationNanos) {
    noteEnd(durationNanos, false, 0);
    latency.record(LatencyBuckets.of(durationNanos));
    latency.refresh();
  }

  /** Forgets what fixed thresholds look at. */
  public void clearWindow() {
    window.clear();
  }

  /** Puts a window of another shape in the place of the old one; what that knew moves over. */
  public void window(OutcomeWindow next, long now) {
    if (!next.countsLike(window)) {
      next.replay(window, now);
      window = next;
    }
  }

  /** The window that fixed thresholds look at. */
  public OutcomeWindow window() {
    return window;
  }

  /** Calls that have ended with {@code outcome}. */
  public long total(Outcome outcome) {
    if (outcome == Outcome.SUCCESS) {
      return successTotal;
    }
    return others == null ? 0 : others.totals[outcome.ordinal()];
  }

  /** Failures in a row, the last call included. */
  public int consecutiveFailures() {
    return consecutiveFailures;
  }

  /** Calls in flight at the last update. */
  public int inFlight() {
    return slots.inFlight();
  }

  /**
   * Those of the calls in flight that load the dependency: not the ones that hang since before the
   * last outage.
   */
  public int load() {
    return slots.inFlight() - slots.abandoned();
  }

  /** Calls written off because their lease ran out. */
  public long lost() {
    return slots.lost();
  }

  /**
   * Calls arriving per second, admitted or not: of the last ten seconds, or of the last two minutes
   * when those were few.
   */
  public double arrivalRate() {
    double known = Math.min(1, arrivals / ENOUGH_ARRIVALS);
    return known * rate(arrivals, RATE_SECONDS) + (1 - known) * rate(fewArrivals, FEW_SECONDS);
  }

  private double rate(double count, double memorySeconds) {
    double weight = 1 - Math.exp(-rateSeconds / memorySeconds);
    return weight <= 0 ? 0 : count / (memorySeconds * weight);
  }

  /** Calls that would be in flight if all that arrive were admitted, at the recent latency. */
  public double demand() {
    double seconds = latency.fastSeconds();
    return Double.isNaN(seconds) ? 0 : arrivalRate() * seconds;
  }

  /** Latency in seconds that nearly no healthy call exceeds; infinite when not known. */
  public double overdueSeconds() {
    return latency.overdueSeconds();
  }

  /** Quantile of recent successful latencies in seconds, never too short; NaN before the first. */
  public double latencyQuantile(double q) {
    return latency.cautiousQuantile(q);
  }

  /** Successes that latency quantiles rest on, after forgetting. */
  public double latencySamples() {
    return latency.histogramSamples();
  }

  /**
   * How long the next failed call is likely to be held, as a share of the deadline: what recent
   * failures were, and for those that overdue calls stand for what such failures were. Zero before
   * the first.
   */
  public double hold() {
    Silence heard = silence;
    double overdue = overdueFailures();
    boolean hangs = heard != null && heard.logOdds() > 0;
    double counted = hangs ? change.failuresSinceChange() : fastFailures;
    double known = Double.isNaN(hold) ? 0 : counted;
    double held = known == 0 ? 0 : known * hold;
    return heard == null || overdue == 0
        ? ratioOrZero(held, known)
        : (held + overdue * heard.hold()) / (known + overdue);
  }

  /** Everything that a model may see, now. */
  public Signals signals(long now, double deadlineSeconds) {
    double[] v = new double[Signal.values().length];
    double overdue = overdueFailures();
    set(v, Signal.SUCCESS_RATE_FAST, ratio(fastSuccesses, fastSuccesses + fastFailures));
    set(v, Signal.SUCCESS_RATE_BASELINE, change.baselineSuccessRate());
    set(v, Signal.FAST_SAMPLES, fastSuccesses + fastFailures);
    set(v, Signal.BASELINE_SAMPLES, change.baselineSamples());
    setChange(v);
    set(v, Signal.CONSECUTIVE_FAILURES, consecutiveFailures);
    set(v, Signal.TIMEOUT_SHARE, share(Outcome.TIMEOUT));
    set(v, Signal.REJECTED_SHARE, share(Outcome.REJECTED));
    set(v, Signal.SLOW_SHARE, share(Outcome.SLOW_SUCCESS));
    set(v, Signal.CALLER_FAULT_SHARE, share(Outcome.CALLER_FAULT));
    set(v, Signal.LATENCY_FAST, latency.fastSeconds());
    set(v, Signal.LATENCY_BASELINE, latency.baselineSeconds());
    set(v, Signal.LATENCY_LOG_SPREAD, latency.baselineSpread());
    set(v, Signal.LATENCY_LOG_SPREAD_FAST, latency.fastSpread());
    set(v, Signal.LATENCY_P50, latency.quantile(.5));
    set(v, Signal.LATENCY_P95, latency.quantile(.95));
    set(v, Signal.LATENCY_P99, latency.quantile(.99));
    set(v, Signal.IN_FLIGHT, slots.inFlight());
    set(v, Signal.OVERDUE, slots.overdue());
    set(v, Signal.OVERDUE_FAILURES, overdue);
    set(v, Signal.ARRIVAL_RATE, arrivalRate());
    set(v, Signal.TIME_SINCE_SUCCESS, succeeded ? (now - lastSuccess) * NANOS : Double.NaN);
    set(v, Signal.FAILURE_HOLD, hold());
    set(v, Signal.DEADLINE, deadlineSeconds);
    return Signals.of(now, v);
  }

  private void addSuccesses(long calls, long at) {
    double count = (double) calls;
    successTotal += calls;
    forgetShares(count);
    successShare += Math.min(count, SHARES_MEMORY_CALLS);
    noteBetter(count, false);
    forgetFast(count);
    fastSuccesses = Math.min(MEMORY_CALLS, fastSuccesses + count);
    consecutiveFailures = 0;
    succeeded = true;
    lastSuccess = at;
    change.successes(count);
    window.add(calls, false, false, at);
    long overdueNanos = overdueNanos();
    for (int bucket = slots.sampled(0);
        bucket < LatencyBuckets.COUNT;
        bucket = slots.sampled(bucket + 1)) {
      int inBucket = slots.take(bucket);
      if (inBucket > 0) {
        double late = (LatencyBuckets.lowerNanos(bucket) - overdueNanos) * NANOS;
        if (late <= 0) {
          noteEndInTime(inBucket);
        } else {
          silence().succeededLate(late, inBucket, (double) successTotal);
        }
        latency.recordInHistogram(bucket, inBucket);
      }
    }
    latency.record(slots.mean(), slots.variance(), count);
    latency.refresh();
  }

  /**
   * Notices that failures have become rare again, by a CUSUM test of a quarter of the regime's rate
   * against that rate: then the regime is what has come since.
   */
  private void noteBetter(double calls, boolean failed) {
    double rate = fastFailures / Math.max(1e-9, fastSuccesses + fastFailures);
    if (rate < BETTER_FROM && better == 0) {
      return;
    }
    double before = Math.min(.95, Math.max(BETTER_FROM, rate));
    if (failed) {
      better -= Math.log(BETTER_FACTOR);
      betterFailures++;
    } else {
      better += calls * Math.log((1 - before / BETTER_FACTOR) / (1 - before));
      betterSuccesses += calls;
    }
    if (better > BETTER_LOG_ODDS) {
      fastSuccesses = betterSuccesses + PRIOR_SUCCESSES;
      fastFailures = betterFailures + PRIOR_FAILURES;
      change.restart();
    }
    if (better <= 0 || better > BETTER_LOG_ODDS) {
      better = 0;
      betterSuccesses = 0;
      betterFailures = 0;
    }
  }

  /** A change that is beyond doubt makes everything before it history. */
  private void foldCertainChange() {
    if (change.logOdds() >= 0) {
      better = 0;
      betterSuccesses = 0;
      betterFailures = 0;
      double calls = change.successesSinceChange() + change.failuresSinceChange();
      double scale = Math.min(1, MEMORY_CALLS / calls);
      fastSuccesses = change.successesSinceChange() * scale + HOPE;
      fastFailures = change.failuresSinceChange() * scale + UNDECIDED;
      change.accept();
    }
  }

  private void noteEnd(long durationNanos, boolean failed, double held) {
    long overdueNanos = overdueNanos();
    if (durationNanos <= overdueNanos) {
      noteEndInTime(1);
    } else if (failed) {
      silence().failedLate(held);
    } else {
      silence().succeededLate((durationNanos - overdueNanos) * NANOS, 1, (double) successTotal);
    }
  }

  private void noteEndInTime(double count) {
    Silence heard = silence;
    if (heard != null) {
      heard.endedInTime(count, (double) successTotal);
    }
  }

  private Silence silence() {
    Silence known = silence;
    if (known == null) {
      known = new Silence();
      silence = known;
    }
    return known;
  }

  private void hearSilence() {
    if (slots.overdue() > 0) {
      double window = overdueNanos() * NANOS / CallSlots.WINDOWS_PER_OVERDUE;
      double most = slots.mostOverdueNanos() * NANOS;
      silence()
          .judge(
              slots.overdueByWindow(),
              window,
              most,
              Math.max(latency.baselineSpread(), latency.fastSpread()),
              slots.inFlight(),
              arrivalRate());
    } else if (silence != null) {
      silence.isOver();
    }
  }

  /** Failures that overdue calls stand for. */
  private double overdueFailures() {
    return silence == null ? 0 : silence.allFailures();
  }

  /**
   * What came since the likeliest change, by what ended and by what did not; or by silence alone.
   */
  private void setChange(double[] v) {
    double odds = change.logOdds();
    double successes = change.successesSinceChange();
    double failures = change.failuresSinceChange();
    Silence heard = silence;
    if (heard != null && heard.failures() > 0) {
      odds += heard.failures() * change.weightOfFailure();
      successes += heard.successes();
      failures += heard.failures();
      boolean alone =
          heard.logOdds() > 0
              && (odds <= heard.logOdds()
                  || heard.successes() * failures < successes * heard.failures());
      if (alone) {
        odds = heard.logOdds();
        successes = heard.successes();
        failures = heard.failures();
      }
    }
    set(v, Signal.FAILURE_CHANGE_LOG_ODDS, odds);
    set(v, Signal.CHANGE_SUCCESSES, successes);
    set(v, Signal.CHANGE_FAILURES, failures);
  }

  private void passTime(long now) {
    double seconds = Math.max(0, (now - lastUpdate) * NANOS);
    lastUpdate = now;
    double keep = Math.exp(-seconds / FORGETTING_SECONDS);
    fastSuccesses = Math.max(LEAST_WEIGHT, fastSuccesses * keep);
    fastFailures = Math.max(PRIOR_FAILURES / PRIOR_SUCCESSES * LEAST_WEIGHT, fastFailures * keep);
    long seen = slots.inFlight() + slots.lost() + notJudged;
    seen += successTotal;
    if (others != null) {
      for (long total : others.totals) {
        seen += total;
      }
    }
    double arrived = Math.max(0, seen - countedArrivals);
    arrivals = arrivals * Math.exp(-seconds / RATE_SECONDS) + arrived;
    fewArrivals = fewArrivals * Math.exp(-seconds / FEW_SECONDS) + arrived;
    countedArrivals = Math.max(countedArrivals, seen);
    rateSeconds += seconds;
  }

  private void forgetFast(double calls) {
    double keep = Math.pow(1 - 1 / MEMORY_CALLS, calls);
    fastSuccesses *= keep;
    fastFailures *= keep;
  }

  private void forgetShares(double calls) {
    double keep = Math.pow(1 - 1 / SHARES_MEMORY_CALLS, calls);
    successShare *= keep;
    if (others != null) {
      for (int i = 0; i < others.shares.length; i++) {
        others.shares[i] *= keep;
      }
    }
  }

  private void count(Outcome outcome) {
    if (outcome == Outcome.SUCCESS) {
      successTotal++;
      successShare++;
      return;
    }
    if (others == null) {
      others = new Others();
    }
    others.totals[outcome.ordinal()]++;
    others.shares[outcome.ordinal()]++;
  }

  private double share(Outcome outcome) {
    if (others == null) {
      return ratio(outcome == Outcome.SUCCESS ? successShare : 0, successShare);
    }
    others.shares[Outcome.SUCCESS.ordinal()] = successShare;
    double all = Arrays.stream(others.shares).sum();
    return ratio(others.shares[outcome.ordinal()], all);
  }

  private long overdueNanos() {
    double seconds = latency.overdueSeconds();
    return seconds < 1e9 ? (long) (seconds * 1e9) : Long.MAX_VALUE / 2;
  }

  private static double ratioOrZero(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }

  private static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : Double.NaN;
  }

  private static void set(double[] values, Signal signal, double value) {
    values[signal.ordinal()] = value;
  }

  /** Totals and recent weights of the outcomes but success, by ordinal. */
  private static final class Others {
    final long[] totals = new long[Outcome.values().length];
    final double[] shares = new double[Outcome.values().length];
  }
}
