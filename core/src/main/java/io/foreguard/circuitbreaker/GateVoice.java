package io.foreguard.circuitbreaker;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a {@link Gate} knows, and how it tells it: events, counters, explanations, and the wiring of
 * a model besides the default one. Thread-safe. Decides nothing.
 *
 * <p>No user code runs while the lock is held: what is to be told is put into an outbox under the
 * lock and told after it. Events, counters and explanations are made when they are first needed.
 */
abstract class GateVoice extends ReentrantLock {
  private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
  private static final long serialVersionUID = 1L;

  /*
   * There may be a million breakers, most of which are idle and well. So what only trouble or a
   * listener needs comes with it, and what can be computed from the ledger again is not kept. The
   * gate is its own lock, its parts are its superclasses, and what a call reads comes first, as a
   * superclass's fields do: that saves three objects and two cache lines.
   */
  volatile long word;
  volatile long lastTick;
  volatile long probesFrom;
  int inFlightNow;

  final CallSlots slots = new CallSlots();
  volatile Rules rules;
  private volatile @Nullable CircuitBreakerEvents events;
  private volatile @Nullable Counters counters;
  final CircuitBreaker breaker;

  /**
   * Null when all calls are admitted on the default model's word: then it is made when asked for.
   */
  volatile @Nullable Explanation explanation;

  /** Null when there is no model besides the default one. */
  volatile @Nullable ModelSupervisor supervisor;

  /** Comes with the first failure. Guarded by the lock. */
  @Nullable DefaultTrust defaultTrust;

  final EvidenceLedger ledger;
  private @Nullable List<CircuitBreakerEvent> outbox;
  TripLogic logic;

  /** Creates a closed gate; of {@code breaker}, only the clock and the name need be set. */
  GateVoice(CircuitBreaker breaker, CircuitBreakerConfig config, boolean withSiblings) {
    this.breaker = breaker;
    rules = config.rules();
    long now = breaker.clock().nanoTime();
    ledger = new EvidenceLedger(slots, rules.classic.newWindow(), now);
    logic = rules.newLogic(withSiblings, now);
    supervisor = supervisorOf(config, withSiblings);
    lastTick = now;
    probesFrom = logic.opensForProbesAt();
    word =
        Tokens.word(
            0, State.CLOSED, 1, config.mode(), logic.wantsEveryOutcome(ledger), false, false);
  }

  long word() {
    return word;
  }

  Rules rules() {
    return rules;
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

  /** Whether all calls are admitted on the default model's word. */
  boolean isPlain() {
    return explanation == null;
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

  Explanation explanationLocked() {
    Explanation known = explanation;
    if (known != null) {
      return known;
    }
    Signals signals = ledger.signals(lastTick, rules.deadlineSeconds);
    long w = word;
    return explain(
        Tokens.state(w), Tokens.shareRatio(w), StatisticalModel.instance().estimate(signals));
  }

  Explanation explain(State state, double share, Estimate estimate) {
    return rules.explain(state, share, estimate, logic.threshold(ledger), ledger);
  }

  /** Where to listen; made when somebody asks. */
  CircuitBreakerEvents events() {
    CircuitBreakerEvents known = events;
    return known == null ? makeEvents() : known;
  }

  private synchronized CircuitBreakerEvents makeEvents() {
    CircuitBreakerEvents made = events;
    if (made == null) {
      made = new CircuitBreakerEvents(breaker.name());
      events = made;
    }
    return made;
  }

  /** Lets a model that learns have this outcome. */
  void learn(Outcome outcome, long durationNanos, boolean probe, long now) {
    ModelSupervisor taught = supervisor;
    if (taught != null) {
      taught.learn(outcome, durationNanos, probe, now);
    }
  }

  /** Tells who listens how a call ended; {@code token} is what it was admitted with. */
  void callEnded(String key, long token, Outcome outcome, long durationNanos, long now) {
    CircuitBreakerEvents known = events;
    if (known != null) {
      int kind = Tokens.kind(token);
      boolean shadow = kind == Tokens.UNTRACKED && Tokens.index(token) == Tokens.SHADOW;
      known.callEnded(key, outcome, durationNanos, kind == Tokens.LEASED, shadow, now);
    }
  }

  /** Tells who listens to each call that one was refused. */
  void callRefused(String key, RejectionReason reason, long now) {
    CircuitBreakerEvents known = events;
    if (known != null) {
      known.callRefused(key, reason, now);
    }
  }

  /** Counts a refusal, or what would have been one, and tells who wants to hear of each. */
  void noteRejection(RejectionReason reason, boolean shadow, long now) {
    if (shadow) {
      counters().shadowRejected.increment();
    } else {
      counters().rejected.increment();
      callRefused("", reason, now);
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
  }

  /** Puts into the outbox what is to be told once the lock is free. */
  void tell(CircuitBreakerEvent event) {
    List<CircuitBreakerEvent> out = outbox;
    if (out == null) {
      out = new ArrayList<>(2);
      outbox = out;
    }
    out.add(event);
  }

  void unlockAndTell() {
    List<CircuitBreakerEvent> told = outbox;
    if (told == null || getHoldCount() > 1) {
      unlock();
      return;
    }
    outbox = null;
    unlock();
    told.forEach(this::log);
    CircuitBreakerEvents known = events;
    if (known != null) {
      told.forEach(known::publish);
    }
  }

  /** Of what is told here, an operator must act on one thing: fixed thresholds have to decide. */
  private void log(CircuitBreakerEvent event) {
    if (event instanceof Events.ModelChangeRecord change) {
      boolean demoted = change.from().equals(StatisticalModel.instance().name());
      Level level = demoted ? Level.WARN : Level.INFO;
      log.atLevel(change.isRepeated() ? Level.DEBUG : level)
          .log(
              "Circuit breaker '{}': '{}' decides instead of '{}': {}",
              breaker.name(),
              change.to(),
              change.from(),
              change.reason());
    }
  }

  /** Says that fixed thresholds take over from the default model, or it from them. */
  CircuitBreakerEvent defaultModelChange(DefaultTrust trust, Explanation known) {
    String model = StatisticalModel.instance().name();
    boolean demoted = trust.isDemoted();
    return new Events.ModelChangeRecord(
        breaker.name(),
        breaker.clock().wallTime(),
        known,
        demoted ? model : rules.classic.name(),
        demoted ? rules.classic.name() : model,
        trust.reason(),
        !trust.isFirst());
  }

  Counters counters() {
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

  long unjudged() {
    Counters known = counters;
    return known == null ? 0 : known.unjudged();
  }

  /** The supervisor of the configured model; null where the default model alone is asked. */
  @Nullable ModelSupervisor supervisorOf(CircuitBreakerConfig settings, boolean isKey) {
    boolean another = isKey && settings.model().keepsHistory();
    if (another || settings.model() == StatisticalModel.instance()) {
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
                        reason,
                        true)));
  }

  static boolean normal(State state) {
    return state == State.CLOSED || state == State.THROTTLED;
  }
}
