package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.circuitbreaker.TripLogic.Verdict;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Gate} judges what was observed and moves between states, by itself or on an
 * operator's word. Thread-safe.
 *
 * <p>Judging and moving happen under the lock, and a move is one write of the gate's word. Only a
 * model is consulted without the lock.
 *
 * <p>Each move between states starts a new era, except between CLOSED and THROTTLED, which are the
 * same traffic. A token names the era it was granted in; a result from an earlier one is counted,
 * not judged.
 */
abstract class GateJudge extends GateVoice {
  private static final long serialVersionUID = 1L;

  volatile boolean avoidable;
  Leases leases = Leases.NONE;
  private final @Nullable Siblings siblings;

  GateJudge(CircuitBreaker breaker, CircuitBreakerConfig config, @Nullable Siblings siblings) {
    super(breaker, config, siblings != null);
    this.siblings = siblings;
  }

  /** Brings everything up to date and returns what a model would see. */
  Signals refresh(long now) {
    lock();
    try {
      return judge(now);
    } finally {
      unlockAndTell();
    }
  }

  CircuitBreakerMetrics metrics(long now) {
    lock();
    try {
      judge(now);
      return counters().metrics(ledger, leases, rules.classic.minimumCalls());
    } finally {
      unlockAndTell();
    }
  }

  /** Probes at once: the dependency may be well again. */
  void hintRecovery(long now) {
    lock();
    try {
      logic.hintRecovery(now);
      probesFrom = logic.opensForProbesAt();
    } finally {
      unlockAndTell();
    }
  }

  void mode(Mode mode, long now) {
    lock();
    try {
      Mode before = Tokens.mode(word);
      if (before != mode) {
        publishWord(Tokens.era(word), Tokens.state(word), Tokens.shareRatio(word), mode);
        tell(
            new Events.ModeChangeRecord(
                breaker.name(), breaker.clock().wallTime(), explanationLocked(), before, mode));
        judge(now);
      }
    } finally {
      unlockAndTell();
    }
  }

  /** A call went well that this breaker was not asked about, for its parent was. */
  void revive(long now) {
    if (!normal(Tokens.state(word))) {
      force(State.CLOSED, "a call for it succeeded", now);
    }
  }

  /** Moves to a state on an operator's word; the policy takes over from there. */
  void force(State state, String trigger, long now) {
    lock();
    try {
      judge(now);
      Estimate estimate = explanationLocked().estimate();
      if (state == State.CLOSED) {
        ledger.startAnew(now);
        ledger.clearWindow();
      }
      move(new Verdict(state, state == State.CLOSED ? 1 : 0, trigger), estimate, now);
      if (state == State.CLOSED) {
        judge(now); // the explanation is not to rest on what was forgotten
      }
    } finally {
      unlockAndTell();
    }
  }

  /** Applies new settings to the evidence there is. */
  void reconfigure(CircuitBreakerConfig next, long now) {
    lock();
    try {
      judge(now);
      Rules before = rules;
      Rules after = next.rules();
      rules = after;
      ledger.window(after.classic.newWindow(), now);
      if (!before.sameLogic(after)) {
        logic = after.newLogic(siblings != null, now);
        if (avoidable) {
          logic.avoidable();
        }
        if (Tokens.state(word) != State.CLOSED) {
          logic.entered(Tokens.state(word), ledger, now);
        }
        probesFrom = logic.opensForProbesAt();
      }
      if (!before.sameModel(after)) {
        supervisor = supervisorOf(next, siblings != null);
      }
      judge(now);
    } finally {
      unlockAndTell();
    }
  }

  void tick(long now) {
    if (!tryLock()) {
      return; // somebody else is at it
    }
    try {
      judge(now);
    } finally {
      unlockAndTell();
    }
    consultModel();
  }

  void consultModel() {
    ModelSupervisor current = supervisor;
    if (current == null) {
      return;
    }
    Signals seen;
    lock();
    try {
      seen = current.lastSeen();
    } finally {
      unlock();
    }
    if (seen != null) {
      current.consult(seen, () -> refresh(breaker.clock().nanoTime()));
    }
  }

  @CanIgnoreReturnValue
  Signals judge(long now) {
    expireLeases(now);
    update(now);
    return judgeUpdated(now);
  }

  @CanIgnoreReturnValue
  private Signals judgeUpdated(long now) {
    ledger.window().rollTo(now);
    Signals signals = ledger.signals(now, rules.deadlineSeconds);
    Estimate byDefault = trusted(StatisticalModel.instance().estimate(signals), now);
    ModelSupervisor asked = supervisor;
    Estimate estimate =
        asked == null ? byDefault : asked.combine(byDefault, logic.threshold(ledger), now);
    if (asked != null) {
      asked.see(signals);
    }
    State state = Tokens.state(word);
    double share = Tokens.shareRatio(word);
    Verdict verdict = logic.judge(state, share, ledger, estimate, now);
    if (verdict.state() == State.CLOSED && logic.sheds(now)) {
      verdict = new Verdict(State.THROTTLED, 1, "more calls arrive than the dependency takes");
    }
    if (verdict.state() != state) {
      move(verdict, estimate, now);
    } else {
      boolean plain =
          state == State.CLOSED
              && asked == null
              && !estimate.isAbstention()
              && !Tokens.isForcedOpen(word);
      if (!plain) {
        explanation = explain(state, verdict.share(), estimate);
      } else if (explanation != null) {
        explanation = null;
      }
      publishWord(Tokens.era(word), state, verdict.share(), Tokens.mode(word));
    }
    return signals;
  }

  /** The default model's estimate, or its abstention while it forecasts badly. */
  private Estimate trusted(Estimate byDefault, long now) {
    DefaultTrust known = defaultTrust;
    if (known == null) {
      return byDefault;
    }
    boolean changed = known.forecast(byDefault.probability(), now);
    Estimate heard = known.heard(byDefault);
    if (changed) {
      tell(defaultModelChange(known, explain(Tokens.state(word), Tokens.shareRatio(word), heard)));
    }
    return heard;
  }

  /** Compares the default model's last forecast with what happened; from the first failure on. */
  private void compare(Outcome outcome, long now) {
    if (!outcome.isEvidence() || !rules.isPredictive || siblings != null) {
      return;
    }
    DefaultTrust known = defaultTrust;
    if (known == null && outcome.isFailure()) {
      Signals before = ledger.signals(now, rules.deadlineSeconds);
      known = new DefaultTrust(StatisticalModel.instance().estimate(before).probability(), now);
      defaultTrust = known;
    }
    if (known != null) {
      known.add(outcome.isFailure() ? 0 : 1, outcome.isFailure() ? 1 : 0);
    }
  }

  void settleLocked(int kind, long token, long duration, long now, Outcome outcome) {
    if (!Tokens.sameEra(word, token)) {
      counters().stale.increment();
      if (outcome.isSuccess()) {
        ledger.addLate(duration);
      }
      if (kind == Tokens.LEASED) {
        leases.strangerEnded();
      }
      if (outcome.isSuccess() && Tokens.state(word) == State.OPEN && logic.isRefutedBySuccess()) {
        logic.refuted();
        judge(now);
      }
      return;
    }
    update(now);
    if (kind == Tokens.NORMAL) {
      compare(outcome, now);
      ledger.add(outcome, duration, rules.costDeadlineSeconds, now);
      logic.ended(outcome, duration, inFlightNow + 1, now);
      judgeUpdated(now);
      return;
    }
    State state = Tokens.state(word);
    expireLeases(now);
    int ticket = Tokens.index(token);
    boolean valid =
        outcome.isEvidence()
            ? leases.giveBack(ticket)
            : leases.pause(ticket, logic.pauseUntil(state, ledger, now));
    if (!valid) {
      counters().stale.increment();
      return;
    }
    compare(outcome, now);
    ledger.add(outcome, duration, rules.costDeadlineSeconds, now);
    if (outcome.isEvidence()) {
      if (state == State.HALF_OPEN) {
        logic.ended(outcome, duration, leases.active() + 1, now);
      }
      logic.result(state, outcome, ledger, duration, now);
    }
    probesFrom = logic.opensForProbesAt();
    judgeUpdated(now);
  }

  private void expireLeases(long now) {
    int expired = leases.expire(now);
    for (int i = 0; i < expired; i++) {
      counters().lost++;
      logic.lost(Tokens.state(word));
      probesFrom = logic.opensForProbesAt();
    }
  }

  private void update(long now) {
    lastTick = now;
    ledger.update(now, unjudged(), rules.leaseNanos);
    inFlightNow = ledger.load() + (now - leases.strangersUntil < 0 ? leases.strangers : 0);
    if (ledger.batchCalls() > 0) {
      logic.succeeded(ledger.batchCalls(), ledger.batchLogSum(), inFlightNow, now);
      DefaultTrust known = defaultTrust;
      if (known != null) {
        known.add(ledger.batchCalls(), 0);
      }
    }
  }

  private void move(Verdict verdict, Estimate estimate, long now) {
    State from = Tokens.state(word);
    State to = verdict.state();
    boolean sameTraffic = normal(from) && normal(to);
    long era = Tokens.era(word) + (sameTraffic ? 0 : 1);
    if (!sameTraffic) {
      if (leases != Leases.NONE) {
        leases.strangers = from == State.HALF_OPEN ? leases.out() : 0;
        leases.strangersUntil = logic.leaseUntil(ledger, now);
        leases.clear();
      }
    }
    logic.entered(to, ledger, now);
    probesFrom = logic.opensForProbesAt();
    publishWord(era, to, verdict.share(), Tokens.mode(word));
    Explanation moved = explain(to, verdict.share(), estimate);
    explanation = moved;
    if (from == to) {
      return;
    }
    if (siblings != null) {
      siblings.moved(from, to);
    }
    tell(
        new Events.TransitionRecord(
            breaker.name(),
            breaker.clock().wallTime(),
            moved,
            from,
            to,
            verdict.share(),
            verdict.trigger(),
            Tokens.era(word)));
  }

  private void publishWord(long era, State state, double share, Mode mode) {
    boolean careful = logic.isLimitNear(inFlightNow, lastTick);
    boolean quiet =
        state == State.CLOSED
            && rules.successesMayWait
            && !careful
            && ledger.consecutiveFailures() == 0
            && slots.overdue() == 0;
    long next =
        Tokens.word(era, state, share, mode, logic.wantsEveryOutcome(ledger), careful, quiet);
    if (next != word) {
      word = next;
    }
  }
}
