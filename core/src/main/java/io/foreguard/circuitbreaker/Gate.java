package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.circuitbreaker.TripLogic.Verdict;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.evidence.internal.CallSlots;
import io.foreguard.evidence.internal.EvidenceLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a breaker: admits calls, takes their results, moves between states.
 * Thread-safe.
 *
 * <p>While CLOSED a call reads one word, claims a slot and counts its success in it; a failure, or
 * time passing, takes the lock and judges. In every other state each result takes the lock. No user
 * code, be it body, model, classifier or listener, runs while the lock is held: what is to be told
 * is put into an outbox under the lock and told after it.
 *
 * <p>Each move between states starts a new era, except between CLOSED and THROTTLED, which are the
 * same traffic. A token names the era it was granted in; a result from an earlier one is counted,
 * not judged. Nothing is scheduled: an open circuit leaves that state on the first call after it
 * may, so no timer can be lost or come too early.
 */
final class Gate extends ReentrantLock {
  private static final long serialVersionUID = 1L;
  private static final int PATIENCE_WITH_THE_ILL = 6;
  private static final long TICK_NANOS = 10_000_000L;
  private static final long LEAST_TICK_NANOS = 1_000_000L;
  private static final long QUIET_TICK_NANOS = 1_000_000_000L;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /*
   * There may be a million breakers, most of which are idle and well. So what only trouble or a
   * listener needs comes with it, and what can be computed from the ledger again is not kept. The
   * gate is its own lock, and what a call reads comes first: one object and two cache lines less.
   */
  private volatile long word;
  private volatile long lastTick;
  private volatile long probesFrom;
  private int inFlightNow;
  private volatile boolean avoidable;

  private final CallSlots slots = new CallSlots();
  private volatile Rules rules;
  private volatile @Nullable CircuitBreakerEvents events;
  private volatile @Nullable Counters counters;
  private final CircuitBreaker breaker;
  private final @Nullable Siblings siblings;

  /**
   * Null when all calls are admitted on the default model's word: then it is made when asked for.
   */
  private volatile @Nullable Explanation explanation;

  /** Null when there is no model besides the default one. */
  private volatile @Nullable ModelSupervisor supervisor;

  private final EvidenceLedger ledger;
  private Leases leases = Leases.NONE;
  private @Nullable List<CircuitBreakerEvent> outbox;
  private TripLogic logic;

  /** Creates a closed gate; of {@code breaker}, only the clock and the name need be set. */
  Gate(CircuitBreaker breaker, CircuitBreakerConfig config, @Nullable Siblings siblings) {
    this.breaker = breaker;
    this.siblings = siblings;
    rules = config.rules();
    long now = breaker.clock().nanoTime();
    ledger = new EvidenceLedger(slots, rules.classic.newWindow(), now);
    logic = rules.newLogic(siblings != null, now);
    supervisor = supervisorOf(config);
    lastTick = now;
    probesFrom = logic.opensForProbesAt();
    word =
        Tokens.word(
            0, State.CLOSED, 1, config.mode(), logic.wantsEveryOutcome(ledger), false, false);
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

  Rules rules() {
    return rules;
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

  /** A call went well that this breaker was not asked about, for its parent was. */
  void revive(long now) {
    if (!normal(Tokens.state(word))) {
      force(State.CLOSED, "a call for it succeeded", now);
    }
  }

  long word() {
    return word;
  }

  Explanation explanation() {
    Explanation known = explanation;
    if (known != null) {
      return known;
    }
    lock();
    try {
      return explanationLocked();
    } finally {
      unlock();
    }
  }

  /** Where to listen; made when somebody asks. */
  CircuitBreakerEvents events() {
    CircuitBreakerEvents known = events;
    return known == null ? makeEvents() : known;
  }

  void callEnded(Outcome outcome, long durationNanos, boolean probe) {
    CircuitBreakerEvents known = events;
    if (known != null) {
      known.callEnded(outcome, durationNanos, probe);
    }
  }

  /** Calls that may be in flight at the same time. */
  int limit() {
    lock();
    try {
      return logic.limit();
    } finally {
      unlock();
    }
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

  /** What a model saw last. */
  Signals lastSignals() {
    lock();
    try {
      return ledger.signals(lastTick, rules.deadlineSeconds);
    } finally {
      unlock();
    }
  }

  /** Quantile of recent successful latencies in seconds, never too short; NaN before the first. */
  double latencyQuantile(double q) {
    lock();
    try {
      return ledger.latencyQuantile(q);
    } finally {
      unlock();
    }
  }

  /** Successes that the quantiles rest on. */
  double latencySamples() {
    lock();
    try {
      return ledger.latencySamples();
    } finally {
      unlock();
    }
  }

  /** Nanoseconds until another try may be admitted; zero when unknown. */
  long retryAfterNanos(RejectionReason reason, long now) {
    boolean known = reason == RejectionReason.OPEN || reason == RejectionReason.THROTTLED;
    return known ? Math.max(0, probesFrom - now) : 0;
  }

  CircuitBreakerMetrics metrics(long now) {
    lock();
    try {
      judge(now);
      return counters().metrics(ledger, leases);
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

  /** Moves to a state on an operator's word; the policy takes over from there. */
  void force(State state, String trigger, long now) {
    lock();
    try {
      judge(now);
      Estimate estimate = explanationLocked().estimate();
      if (state == State.CLOSED) {
        ledger.restart(0, 0, now);
        ledger.clearWindow();
      }
      move(new Verdict(state, state == State.CLOSED ? 1 : 0, trigger), estimate, now);
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
        supervisor = supervisorOf(next);
      }
      publishWord(Tokens.era(word), Tokens.state(word), Tokens.shareRatio(word), Tokens.mode(word));
      judge(now);
    } finally {
      unlockAndTell();
    }
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
    if (shadow) {
      counters().shadowRejected.increment();
    } else {
      counters().rejected.increment();
    }
    CircuitBreakerEvents told = events;
    if (told != null && told.wantsRejections()) {
      told.publish(
          new Events.RejectionRecord(
              breaker.name(),
              breaker.clock().wallTime(),
              explanation(),
              reason,
              Duration.ofNanos(retryAfterNanos(reason, now)),
              shadow));
    }
    return shadow
        ? Tokens.token(w, Tokens.UNTRACKED, Tokens.SHADOW)
        : Tokens.token(w, Tokens.REJECTED, reason.ordinal());
  }

  /**
   * Whether to judge later: all is well, nothing else is in flight and few calls have succeeded
   * since. Of very many breakers most are called so, and judging each call would cost the most.
   */
  private boolean mayWait(long w, long now) {
    return Tokens.isQuiet(w) && now - lastTick < QUIET_TICK_NANOS && slots.isQuiet();
  }

  /** The lease has run out: the call is written off if that has not been done yet. */
  private void settleLate(long now) {
    counters().stale.increment();
    tick(now);
  }

  private void settleLocked(int kind, long token, long duration, long now, Outcome outcome) {
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
    ledger.add(outcome, duration, rules.costDeadlineSeconds, now);
    if (outcome.isEvidence()) {
      if (state == State.HALF_OPEN) {
        logic.ended(outcome, duration, leases.active() + 1, now);
      }
      logic.result(state, outcome, ledger, duration, now);
    } else {
      logic.noEvidence(state, false, ledger, now);
    }
    probesFrom = logic.opensForProbesAt();
    judgeUpdated(now);
  }

  private void expireLeases(long now) {
    int expired = leases.expire(now);
    for (int i = 0; i < expired; i++) {
      counters().lost++;
      logic.noEvidence(Tokens.state(word), true, ledger, now);
      probesFrom = logic.opensForProbesAt();
    }
  }

  private void tick(long now) {
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

  private void consultModel() {
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

  private void update(long now) {
    lastTick = now;
    ledger.update(now, unjudged(), rules.leaseNanos);
    inFlightNow = ledger.load() + (now - leases.strangersUntil < 0 ? leases.strangers : 0);
    if (ledger.batchCalls() > 0) {
      logic.succeeded(ledger.batchCalls(), ledger.batchLogSum(), inFlightNow, now);
    }
  }

  @CanIgnoreReturnValue
  private Signals judge(long now) {
    expireLeases(now);
    update(now);
    return judgeUpdated(now);
  }

  @CanIgnoreReturnValue
  private Signals judgeUpdated(long now) {
    ledger.window().rollTo(now);
    Signals signals = ledger.signals(now, rules.deadlineSeconds);
    Estimate byDefault = StatisticalModel.instance().estimate(signals);
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
      boolean plain = state == State.CLOSED && asked == null && !Tokens.isForcedOpen(word);
      if (!plain) {
        explanation = explain(state, verdict.share(), estimate);
      } else if (explanation != null) {
        explanation = null;
      }
      publishWord(Tokens.era(word), state, verdict.share(), Tokens.mode(word));
    }
    return signals;
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

  /** Puts into the outbox what is to be told once the lock is free. */
  private void tell(CircuitBreakerEvent event) {
    List<CircuitBreakerEvent> out = outbox;
    if (out == null) {
      out = new ArrayList<>(2);
      outbox = out;
    }
    out.add(event);
  }

  private void unlockAndTell() {
    List<CircuitBreakerEvent> told = outbox;
    if (told == null || getHoldCount() > 1) {
      unlock();
      return;
    }
    outbox = null;
    unlock();
    CircuitBreakerEvents known = events;
    if (known != null) {
      told.forEach(known::publish);
    }
  }

  private Explanation explanationLocked() {
    Explanation known = explanation;
    if (known != null) {
      return known;
    }
    Signals signals = ledger.signals(lastTick, rules.deadlineSeconds);
    long w = word;
    return explain(
        Tokens.state(w), Tokens.shareRatio(w), StatisticalModel.instance().estimate(signals));
  }

  private synchronized CircuitBreakerEvents makeEvents() {
    CircuitBreakerEvents made = events;
    if (made == null) {
      made = new CircuitBreakerEvents(breaker.name());
      events = made;
    }
    return made;
  }

  private Counters counters() {
    Counters known = counters;
    return known == null ? makeCounters() : known;
  }

  private synchronized Counters makeCounters() {
    Counters made = counters;
    if (made == null) {
      made = new Counters();
      counters = made;
    }
    return made;
  }

  private long unjudged() {
    Counters known = counters;
    return known == null ? 0 : known.unjudged();
  }

  private Explanation explain(State state, double share, Estimate estimate) {
    return rules.explain(state, share, estimate, logic.threshold(ledger), ledger);
  }

  private @Nullable ModelSupervisor supervisorOf(CircuitBreakerConfig settings) {
    if (settings.model() == StatisticalModel.instance()) {
      return null;
    }
    String model = settings.model().name();
    String fallback = StatisticalModel.instance().name();
    return new ModelSupervisor(
        breaker.name(),
        settings.model(),
        settings.modelBudget().toNanos(),
        settings.modelExecutor(),
        breaker.clock(),
        (demoted, reason) ->
            events()
                .publish(
                    new Events.ModelChangeRecord(
                        breaker.name(),
                        breaker.clock().wallTime(),
                        explanation(),
                        demoted ? model : fallback,
                        demoted ? fallback : model,
                        reason)));
  }

  private static boolean normal(State state) {
    return state == State.CLOSED || state == State.THROTTLED;
  }
}
