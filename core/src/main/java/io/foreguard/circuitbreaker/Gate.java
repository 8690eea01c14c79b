package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.CallSlots;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a breaker: admits calls and takes their results. How it judges them and
 * moves between states is {@link GateJudge}; what it tells is {@link GateVoice}. Thread-safe.
 *
 * <p>While CLOSED a call reads one word, claims a slot and counts its success in it; a failure, or
 * time passing, takes the lock and judges. In every other state each result takes the lock. No user
 * code, be it body, model, classifier or listener, runs while the lock is held.
 *
 * <p>Nothing is scheduled: an open circuit leaves that state on the first call after it may, so no
 * timer can be lost or come too early.
 */
final class Gate extends GateJudge {
  private static final long serialVersionUID = 1L;
  private static final int PATIENCE_WITH_THE_ILL = 6;
  private static final long TICK_NANOS = 10_000_000L;
  private static final long LEAST_TICK_NANOS = 1_000_000L;
  private static final long QUIET_TICK_NANOS = 1_000_000_000L;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** Creates a closed gate; of {@code breaker}, only the clock and the name need be set. */
  Gate(CircuitBreaker breaker, CircuitBreakerConfig config, @Nullable Siblings siblings) {
    super(breaker, config, siblings);
  }

  /**
   * Decides on one call and returns its token; see {@link Tokens} for what a refusal looks like.
   */
  long admit(long now) {
    long w = word;
    if (now - lastTick >= TICK_NANOS && !mayWait(w, now)) {
      tick(now);
      w = word;
    }
    if (Tokens.passes(w)) {
      return Tokens.token(w, Tokens.NORMAL, slots.enter(now));
    }
    return admitWithCare(w, now);
  }

  private long admitWithCare(long w, long now) {
    if (Tokens.isForcedOpen(w)) {
      return reject(w, RejectionReason.FORCED_OPEN, now);
    }
    if (Tokens.isDisabled(w)) {
      return Tokens.token(w, Tokens.UNTRACKED, 0);
    }
    State state = Tokens.state(w);
    if (state == State.CLOSED || (state == State.THROTTLED && wins(Tokens.share(w)))) {
      return Tokens.isCareful(w)
          ? admitWithinLimit(now)
          : Tokens.token(w, Tokens.NORMAL, slots.enter(now));
    }
    boolean tooEarly = state != State.HALF_OPEN && now - probesFrom < 0;
    return tooEarly ? reject(w, RejectionReason.in(state), now) : admitLocked(now);
  }

  /** Admits a call in a normal state if the calls in flight leave room for it. */
  private long admitWithinLimit(long now) {
    lock();
    try {
      long w = word;
      if (normal(Tokens.state(w)) && inFlightNow < logic.limit()) {
        inFlightNow++;
        return Tokens.token(w, Tokens.NORMAL, slots.enter(now));
      }
      logic.limitMet(now);
      judge(now);
    } finally {
      unlockAndTell();
    }
    return reject(word, RejectionReason.OVERLOADED, now);
  }

  /** Draws evenly: the golden ratio's multiples spread over the unit interval. */
  private boolean wins(int share) {
    return share == Tokens.WHOLE || (counters().dice.getAndAdd(GOLDEN) >>> 48) < share;
  }

  private long admitLocked(long now) {
    long token;
    RejectionReason refusal = null;
    lock();
    try {
      judge(now);
      long w = word;
      State state = Tokens.state(w);
      if (state == State.CLOSED) {
        token = Tokens.token(w, Tokens.NORMAL, slots.enter(now));
      } else if (leases.active() < logic.permits(state, ledger, now)) {
        logic.granted(state, ledger, now);
        probesFrom = logic.opensForProbesAt();
        token = grant(w, state, now);
      } else {
        logic.refused(state, now);
        refusal = RejectionReason.in(state);
        token = w;
      }
    } finally {
      unlockAndTell();
    }
    return refusal == null ? token : reject(token, refusal, now);
  }

  private long grant(long w, State state, long now) {
    if (leases == Leases.NONE) {
      leases = new Leases();
    }
    if (state == State.THROTTLED) {
      leases.noteProbe(now);
      return Tokens.token(w, Tokens.NORMAL, slots.enter(now));
    }
    counters().probes++;
    return Tokens.token(w, Tokens.LEASED, leases.take(logic.leaseUntil(ledger, now)));
  }

  private long reject(long w, RejectionReason reason, long now) {
    boolean shadow = Tokens.isShadow(w);
    noteRejection(reason, shadow, now);
    return shadow
        ? Tokens.token(w, Tokens.UNTRACKED, Tokens.SHADOW)
        : Tokens.token(w, Tokens.REJECTED, reason.ordinal());
  }

  /**
   * Takes a success that may just be counted; false, and nothing done, when it takes {@link
   * #settle}.
   */
  boolean count(long token, long start, long now, Rules current) {
    int slot = Tokens.index(token);
    long w = word;
    if (!Tokens.countsOnly(w, token) || slot < 0 || now - start > current.halfLeaseNanos) {
      return false;
    }
    long pause = slots.succeed(slot, start, now - start) ? LEAST_TICK_NANOS : TICK_NANOS;
    if (now - lastTick >= pause && !mayWait(w, now)) {
      tick(now);
    }
    return true;
  }

  /** Takes the result of a call that was admitted. */
  void settle(long token, long start, long now, Outcome outcome) {
    int kind = Tokens.kind(token);
    if (kind == Tokens.NORMAL) {
      Rules current = rules;
      if (outcome == Outcome.SUCCESS && count(token, start, now, current)) {
        return;
      }
      if (CallSlots.age(start, now) > current.leaseNanos) {
        settleLate(now);
        return;
      }
      if (now - start <= current.halfLeaseNanos) {
        slots.leave(Tokens.index(token), start);
      } else if (!slots.leaveLate(Tokens.index(token), start)) {
        settleLate(now);
        return;
      }
    } else if (kind == Tokens.UNTRACKED) {
      if (Tokens.index(token) == Tokens.SHADOW && outcome.isSuccess()) {
        counters().shadowRejectedSucceeded.increment();
      }
      return;
    }
    lock();
    try {
      settleLocked(kind, token, now - start, now, outcome);
    } finally {
      unlockAndTell();
    }
    consultModel();
  }

  /** The lease has run out: the call is written off if that has not been done yet. */
  private void settleLate(long now) {
    counters().stale.increment();
    tick(now);
  }

  /**
   * Whether to judge later: all is well, nothing else is in flight and few calls have succeeded
   * since. Of very many breakers most are called so, and judging each call would cost the most.
   */
  private boolean mayWait(long w, long now) {
    return Tokens.isQuiet(w) && now - lastTick < QUIET_TICK_NANOS && slots.isQuiet();
  }

  /** Takes a token back whose call was not made, or tells nothing of this breaker's dependency. */
  void cancel(long token, long start, long now) {
    int kind = Tokens.kind(token);
    if (kind == Tokens.NORMAL) {
      boolean held = slots.leaveLate(Tokens.index(token), start);
      if (held && !Tokens.passes(word)) {
        cancelCounted(token, start, now);
      }
    } else if (kind == Tokens.LEASED) {
      cancelLeased(token, now);
    }
  }

  /** Gives back the place and the turn of a call that was admitted with care. */
  private void cancelCounted(long token, long start, long now) {
    lock();
    try {
      if (inFlightNow > 0 && Tokens.sameEra(word, token)) {
        inFlightNow--;
      }
      if (Tokens.state(word) == State.THROTTLED && leases.isProbe(start)) {
        logic.cancelled(State.THROTTLED, now);
        probesFrom = logic.opensForProbesAt();
      }
    } finally {
      unlockAndTell();
    }
  }

  private void cancelLeased(long token, long now) {
    lock();
    try {
      if (!Tokens.sameEra(word, token)) {
        leases.strangerEnded();
      } else if (leases.giveBack(Tokens.index(token))) {
        logic.cancelled(Tokens.state(word), now);
        probesFrom = logic.opensForProbesAt();
      }
    } finally {
      unlockAndTell();
    }
  }

  /** Whether a call would be admitted now, but for chance. Who asks can go elsewhere. */
  boolean admitsNow(long now) {
    if (!avoidable) {
      becomeAvoidable();
    }
    long w = word;
    if (Tokens.passes(w) || Tokens.isDisabled(w) || Tokens.isShadow(w)) {
      return true;
    }
    if (Tokens.isForcedOpen(w)) {
      return false;
    }
    lock();
    try {
      judge(now);
      State state = Tokens.state(word);
      return normal(state)
          ? inFlightNow < logic.limit()
          : leases.active() < logic.permits(state, ledger, now);
    } finally {
      unlockAndTell();
    }
  }

  /** From now on: callers have somebody else to go to. */
  private void becomeAvoidable() {
    lock();
    try {
      logic.avoidable();
      avoidable = true;
    } finally {
      unlockAndTell();
    }
  }

  /** Whether nothing is going on and nothing has been for this time; much longer if it is ill. */
  boolean isIdle(long now, long idleNanos) {
    return isPast(now, idleNanos) && isEmpty(now) && isPast(now, idleNanos);
  }

  private boolean isPast(long now, long idleNanos) {
    boolean well = normal(Tokens.state(word));
    return (now - lastTick) / (well ? 1 : PATIENCE_WITH_THE_ILL) > idleNanos;
  }

  /** Judges, and puts the last tick to where the last call may have been. */
  private boolean isEmpty(long now) {
    lock();
    try {
      long before = lastTick;
      judge(now);
      boolean called = ledger.batchCalls() > 0; // and nobody has judged since: see mayWait
      lastTick = called ? before + Math.min(now - before, QUIET_TICK_NANOS) : before;
      return inFlightNow == 0;
    } finally {
      unlockAndTell();
    }
  }
}
