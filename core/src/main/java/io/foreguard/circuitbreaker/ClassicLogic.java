package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.EvidenceLedger;
import io.foreguard.evidence.internal.OutcomeWindow;

/** Fixed thresholds, fixed wait, fixed number of probes. */
final class ClassicLogic implements TripLogic {
  private final ClassicPolicy policy;
  private final long openNanos;
  private final long leaseNanos;
  private long openUntil;
  private int judged;
  private int failed;
  private int slow;

  ClassicLogic(ClassicPolicy policy, long leaseNanos, long now) {
    this.policy = policy;
    this.leaseNanos = leaseNanos;
    openNanos = policy.openDuration().toNanos();
    openUntil = now + openNanos;
  }

  @Override
  public double threshold(EvidenceLedger ledger) {
    return 1 - policy.failureRateThreshold();
  }

  @Override
  public Verdict judge(
      State state, double share, EvidenceLedger ledger, Estimate estimate, long now) {
    return switch (state) {
      case CLOSED, THROTTLED -> judgeWindow(ledger.window());
      case OPEN ->
          now - openUntil >= 0
              ? new Verdict(State.HALF_OPEN, 0, "the open duration has passed")
              : new Verdict(State.OPEN, 0, "");
      case HALF_OPEN -> judgeProbes();
    };
  }

  @Override
  public void entered(State state, EvidenceLedger ledger, long now) {
    judged = 0;
    failed = 0;
    slow = 0;
    if (state == State.OPEN) {
      openUntil = now + openNanos;
    } else if (state == State.CLOSED) {
      ledger.clearWindow();
    }
  }

  @Override
  public int permits(State state, EvidenceLedger ledger, long now) {
    return state == State.HALF_OPEN ? policy.halfOpenCalls() - judged : 0;
  }

  @Override
  public void granted(State state, EvidenceLedger ledger, long now) {}

  @Override
  public void refused(State state, long now) {}

  @Override
  public void result(
      State state, Outcome outcome, EvidenceLedger ledger, long durationNanos, long now) {
    judged++;
    failed += outcome.isFailure() ? 1 : 0;
    slow += outcome == Outcome.SLOW_SUCCESS ? 1 : 0;
  }

  @Override
  public long pauseUntil(State state, EvidenceLedger ledger, long now) {
    return now + openNanos;
  }

  @Override
  public long leaseUntil(EvidenceLedger ledger, long now) {
    return now + leaseNanos;
  }

  @Override
  public long opensForProbesAt() {
    return openUntil;
  }

  @Override
  public boolean wantsEveryOutcome(EvidenceLedger ledger) {
    OutcomeWindow window = ledger.window();
    return window.failures() > 0
        || window.slowCalls() > 0
        || window.calls() < policy.minimumCalls();
  }

  private Verdict judgeWindow(OutcomeWindow window) {
    int calls = window.calls();
    if (!policy.trips(calls, window.failures(), window.slowCalls(), policy.minimumCalls())) {
      return new Verdict(State.CLOSED, 1, "");
    }
    return new Verdict(
        State.OPEN,
        0,
        window.failures()
            + " failed and "
            + window.slowCalls()
            + " slow of the last "
            + calls
            + " calls");
  }

  private Verdict judgeProbes() {
    if (judged < policy.halfOpenCalls()) {
      return new Verdict(State.HALF_OPEN, 0, "");
    }
    String trigger = failed + " failed and " + slow + " slow of " + judged + " probes";
    return policy.trips(judged, failed, slow, 1)
        ? new Verdict(State.OPEN, 0, trigger)
        : new Verdict(State.CLOSED, 1, trigger);
  }
}
