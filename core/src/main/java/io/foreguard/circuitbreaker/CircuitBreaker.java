package io.foreguard.circuitbreaker;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.CallContext;
import io.foreguard.Incubating;
import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.BreakerSteps;
import io.foreguard.internal.Require;
import io.foreguard.internal.Steps;
import io.foreguard.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks before every call to a dependency how likely it is to succeed, and refuses it with {@link
 * CircuitOpenException} when it is not worth sending.
 *
 * <pre>{@code
 * CircuitBreaker breaker = CircuitBreaker.of("loyalty");
 * Profile profile = breaker.call(() -> client.profile(customer));
 * }</pre>
 *
 * <p>What the call throws passes through unchanged. Thread-safe; one instance serves all callers of
 * a dependency. No lock is held while the call runs, and nothing is allocated around a call that
 * succeeds while the circuit is closed.
 */
public final class CircuitBreaker {
  private static final Logger log = LoggerFactory.getLogger(CircuitBreaker.class);
  private static final RejectionReason[] REASONS = RejectionReason.values();

  static {
    Steps.ofBreakers(breaker -> ((CircuitBreaker) breaker).new Pieces());
  }

  /** Null until asked for in the breaker of a key. */
  private @Nullable String name;

  private final Clock clock;
  private final Gate gate;

  /** The breaker that this is a key of, and the context of its calls. */
  private final @Nullable CircuitBreaker parent;

  private final @Nullable CallContext context;
  private volatile @Nullable Keys keys;
  private volatile boolean classifierFailed;

  private CircuitBreaker(
      @Nullable String name,
      CircuitBreakerConfig config,
      Clock clock,
      @Nullable CircuitBreaker parent,
      @Nullable CallContext context,
      @Nullable Siblings siblings) {
    this.parent = parent;
    this.context = context;
    this.name = name;
    this.clock = clock;
    gate = new Gate(this, config, siblings);
  }

  /** A breaker with the default settings. */
  public static CircuitBreaker of(String name) {
    return of(name, CircuitBreakerConfig.defaults());
  }

  /** A breaker with the given settings, on the system clock. */
  public static CircuitBreaker of(String name, CircuitBreakerConfig config) {
    return of(name, config, Clock.system());
  }

  /** A breaker with the given settings, on the given clock. */
  public static CircuitBreaker of(String name, CircuitBreakerConfig config, Clock clock) {
    return new CircuitBreaker(
        Require.name(name, "name"),
        Require.nonNull(config, "config"),
        Require.nonNull(clock, "clock"),
        null,
        null,
        null);
  }

  /** Name of the breaker, usually that of the dependency. */
  public String name() {
    String known = name;
    if (known == null) { // two threads may both make it: it is the same
      known = nameOfKey();
      name = known;
    }
    return known;
  }

  /** Settings in force. */
  public CircuitBreakerConfig config() {
    return gate.rules().config;
  }

  /** The time this breaker lives by. */
  public Clock clock() {
    return clock;
  }

  /**
   * Runs {@code body} if it is worth it.
   *
   * @throws CircuitOpenException if the call was refused; {@code body} did not run
   * @throws Exception what {@code body} throws
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    Require.nonNull(body, "body");
    if (parent != null && context != null) {
      return parent.call(context, body);
    }
    long start = clock.nanoTime();
    long token = admitOrThrow(start);
    T result;
    try {
      result = body.call();
    } catch (Throwable t) {
      threw(token, start, t);
      throw t;
    }
    long unused = returned(token, start, result);
    return result;
  }

  /**
   * Starts {@code body} if it is worth it. Never throws for a reason in the body: a refusal and
   * what {@code body} throws arrive in the stage. Cancelling the returned future settles the permit
   * at once and cancels the body's stage if that is a {@link Future}.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    if (parent != null && context != null) {
      return parent.callAsync(context, body);
    }
    long start = clock.nanoTime();
    long token = gate.admit(start);
    if (Tokens.kind(token) == Tokens.REJECTED) {
      return CompletableFuture.failedFuture(refusal(token, start));
    }
    GuardedStage<T> stage = new GuardedStage<>(new Permit(this, token, start));
    stage.begin(body);
    return stage;
  }

  /**
   * Runs {@code body} if it is worth it for all that is known of the call: the breaker of each of
   * its keys has a say too. So one failing replica or tenant is shut out alone.
   *
   * @throws CircuitOpenException if the call was refused; {@code body} did not run
   * @throws Exception what {@code body} throws
   */
  public <T extends @Nullable Object> T call(CallContext context, Callable<T> body)
      throws Exception {
    Require.nonNull(body, "body");
    Permit permit = acquire(context);
    T result;
    try {
      result = body.call();
    } catch (InterruptedException e) {
      permit.interrupted(e);
      throw e;
    } catch (Throwable t) {
      permit.failure(t);
      throw t;
    }
    permit.result(result);
    return result;
  }

  /** Like {@link #callAsync(Supplier)}, for a call with keys. */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      CallContext context, Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    long start = clock.nanoTime();
    Keys.Decision decision = keys().admit(Require.nonNull(context, "context"), start);
    if (decision.permit() == null) {
      return CompletableFuture.failedFuture(decision.decider().refusal(decision.token(), start));
    }
    GuardedStage<T> stage = new GuardedStage<>(decision.permit());
    stage.begin(body);
    return stage;
  }

  /**
   * Takes the right to make one call with keys, to be settled by the caller.
   *
   * @throws CircuitOpenException if the call is refused; it names the breaker that did
   */
  public Permit acquire(CallContext context) {
    long start = clock.nanoTime();
    Keys.Decision decision = keys().admit(Require.nonNull(context, "context"), start);
    if (decision.permit() == null) {
      throw decision.decider().refusal(decision.token(), start);
    }
    return decision.permit();
  }

  /** Takes the right to make one call with keys, to be settled by the caller; empty if refused. */
  public Optional<Permit> tryAcquire(CallContext context) {
    Keys.Decision decision = keys().admit(Require.nonNull(context, "context"), clock.nanoTime());
    return Optional.ofNullable(decision.permit());
  }

  /**
   * Whether the breakers of a call's keys would admit it now: for choosing a replica before asking
   * for a permit. Takes nothing and promises nothing.
   */
  public boolean admits(CallContext context) {
    return keys().admitNow(Require.nonNull(context, "context"), clock.nanoTime());
  }

  /**
   * The breaker of one key of this dependency, made when there is none. Calls through it ask this
   * breaker too. When there are {@link CircuitBreakerConfig#maxKeys()} already, this breaker
   * itself.
   *
   * @throws IllegalArgumentException if a text is blank or longer than 256 characters
   * @throws IllegalStateException if this is itself the breaker of a key
   */
  public CircuitBreaker key(String dimension, String key) {
    Keys all = keys();
    CircuitBreaker known =
        all.find(Require.nonNull(dimension, "dimension"), Require.nonNull(key, "key"));
    if (known != null) {
      return known;
    }
    CallContext checked = CallContext.of(dimension, key);
    CircuitBreaker child = all.dimension(checked.dimension(0)).get(checked.key(0));
    return child == null ? this : child;
  }

  /** The breaker of the dependency that this is a key of; empty when it is of none. */
  public Optional<CircuitBreaker> parent() {
    return Optional.ofNullable(parent);
  }

  /** The breakers of all keys of a dimension that are there now; unmodifiable, in no order. */
  public List<CircuitBreaker> keys(String dimension) {
    Keys known = keys;
    if (known == null) {
      return List.of();
    }
    List<CircuitBreaker> all = new ArrayList<>();
    known.dimension(dimension).all().forEach(all::add);
    return Collections.unmodifiableList(all);
  }

  /** {@code body} guarded by this breaker. */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Require.nonNull(body, "body");
    return () -> call(body);
  }

  /** {@code body} guarded by this breaker. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    return () -> callAsync(body);
  }

  /**
   * Takes the right to make one call, to be settled by the caller.
   *
   * @throws CircuitOpenException if the call is refused
   */
  public Permit acquire() {
    if (parent != null && context != null) {
      return parent.acquire(context);
    }
    long start = clock.nanoTime();
    return new Permit(this, admitOrThrow(start), start);
  }

  /** Takes the right to make one call, to be settled by the caller; empty when it is refused. */
  public Optional<Permit> tryAcquire() {
    if (parent != null && context != null) {
      return parent.tryAcquire(context);
    }
    long start = clock.nanoTime();
    long token = gate.admit(start);
    return Tokens.kind(token) == Tokens.REJECTED
        ? Optional.empty()
        : Optional.of(new Permit(this, token, start));
  }

  /** State after the last decision. An open circuit leaves it on the first call after it may. */
  public State state() {
    return Tokens.state(gate.word());
  }

  /** Share of calls that is admitted, in {@code [0, 1]}; probes are not counted. */
  public double admissionShare() {
    return Tokens.shareRatio(gate.word());
  }

  /**
   * Calls that may be in flight at the same time at the moment, by what the dependency is seen to
   * take; {@link Integer#MAX_VALUE} when they are not limited. Takes the breaker's lock briefly.
   */
  public int concurrencyLimit() {
    return gate.limit();
  }

  /** What the breaker does with its decisions. */
  public Mode mode() {
    return Tokens.mode(gate.word());
  }

  /** Sets what the breaker does with its decisions. State and evidence stay. */
  public void mode(Mode mode) {
    gate.mode(Require.nonNull(mode, "mode"), clock.nanoTime());
    Keys known = keys;
    if (known != null) {
      known.all().forEach(siblings -> siblings.all().forEach(child -> child.mode(mode)));
    }
  }

  /** What the breaker knew at its last decision, and what followed from it. */
  public Explanation explain() {
    return gate.explanation();
  }

  /** The success probability that the last decision rests on. */
  public Estimate estimate() {
    return gate.explanation().estimate();
  }

  /**
   * Whether calls are admitted on the default model's word alone. Then {@link #estimate} is made
   * anew each time it is asked for, while this costs one volatile read.
   */
  @Incubating(since = "0.1")
  public boolean restsOnDefaultModel() {
    return gate.isPlain();
  }

  /** What a model would see now. Takes the breaker's lock briefly. */
  public Signals signals() {
    return gate.refresh(clock.nanoTime());
  }

  /**
   * What is known of the latency of successful calls, for limits and delays that follow it. Each
   * reading takes the breaker's lock briefly.
   */
  public LatencyEvidence latency() {
    return new GateLatency(gate);
  }

  /** What the breaker has counted. Takes the breaker's lock briefly. */
  public CircuitBreakerMetrics metrics() {
    return gate.metrics(clock.nanoTime());
  }

  /** Where to listen. */
  public CircuitBreakerEvents events() {
    return gate.events();
  }

  /**
   * Whether another try is worth it now: the circuit is neither open nor recovering, and the
   * estimate is above its threshold.
   */
  public boolean allowsRetry() {
    long w = gate.word();
    if (Tokens.mode(w) == Mode.DISABLED || Tokens.mode(w) == Mode.SHADOW) {
      return true;
    }
    if (Tokens.isForcedOpen(w)) {
      return false;
    }
    Explanation now = gate.explanation();
    boolean worthIt =
        now.estimate().isAbstention() || now.estimate().probability() >= now.threshold();
    return isNormal(Tokens.state(w)) && worthIt;
  }

  /**
   * Puts new settings in force. Evidence, state, mode and counts stay; under another policy an open
   * or recovering circuit starts its wait or its ramp anew.
   */
  public void reconfigure(CircuitBreakerConfig next) {
    Require.nonNull(next, "config");
    gate.reconfigure(next, clock.nanoTime());
    Keys known = keys;
    if (known != null) {
      known.all().forEach(siblings -> siblings.all().forEach(child -> child.reconfigure(next)));
    }
  }

  /** Opens the circuit on an operator's word. The policy's probes close it again. */
  public void transitionToOpen() {
    gate.force(State.OPEN, "by an operator", clock.nanoTime());
  }

  /** Closes the circuit on an operator's word and forgets recent failures. */
  public void transitionToClosed() {
    gate.force(State.CLOSED, "by an operator", clock.nanoTime());
  }

  /** Starts the recovery of the circuit on an operator's word; its probes decide where it ends. */
  public void transitionToHalfOpen() {
    gate.force(State.HALF_OPEN, "by an operator", clock.nanoTime());
  }

  @Override
  public String toString() {
    return "CircuitBreaker{" + name() + ", " + mode() + ", " + explain() + "}";
  }

  /** Settles a call that returned, and returns when that was. */
  long returned(long token, long start, @Nullable Object result) {
    Rules rules = gate.rules();
    if (!rules.returnsAreSuccesses || Tokens.kind(token) != Tokens.NORMAL) {
      return settle(token, start, classify(result, null));
    }
    long now = clock.nanoTime();
    long duration = now - start;
    if (duration < rules.slowNanos && gate.count(token, start, now, rules)) {
      gate.learn(Outcome.SUCCESS, duration, false, now);
      gate.callEnded("", token, Outcome.SUCCESS, duration, now);
      return now;
    }
    return settle(token, start, now, Outcome.SUCCESS);
  }

  @CanIgnoreReturnValue
  long settle(long token, long start, Outcome outcome) {
    return settle(token, start, clock.nanoTime(), outcome);
  }

  /** Ends a call whose failure is another breaker's. */
  void endElsewhere(long token, long start, long now, Outcome outcome, String key) {
    gate.cancel(token, start, now);
    gate.callEnded(key, token, outcome, now - start, now);
  }

  /** The key that this is the breaker of; empty for that of a dependency. */
  String ownKey() {
    return context == null ? "" : context.key(0);
  }

  Gate gate() {
    return gate;
  }

  CircuitBreaker newChild(String dimension, String key, Siblings siblings) {
    return new CircuitBreaker(
        null, siblings.config(), clock, this, CallContext.of(dimension, key), siblings);
  }

  boolean isIdle(long now, long idleNanos) {
    return gate.isIdle(now, idleNanos);
  }

  void probeNow() {
    gate.hintRecovery(clock.nanoTime());
  }

  private String nameOfKey() {
    return parent == null || context == null
        ? ""
        : parent.name() + "/" + context.dimension(0) + "=" + context.key(0);
  }

  private Keys keys() {
    Keys known = keys;
    return known == null ? makeKeys() : known;
  }

  private synchronized Keys makeKeys() {
    if (parent != null) {
      throw new IllegalStateException("the breaker of a key has no keys: " + name());
    }
    Keys known = keys;
    if (known == null) {
      Keys made = new Keys(this);
      events()
          .onTransition(
              transition -> {
                if (transition.to() == State.CLOSED) {
                  made.all().forEach(Siblings::probeAll);
                }
              });
      keys = made;
      known = made;
    }
    return known;
  }

  @CanIgnoreReturnValue
  long settle(long token, long start, long now, Outcome outcome) {
    return settle(token, start, now, outcome, "");
  }

  @CanIgnoreReturnValue
  long settle(long token, long start, long now, Outcome outcome, String key) {
    long duration = now - start;
    Outcome judged =
        outcome == Outcome.SUCCESS && duration >= gate.rules().slowNanos
            ? Outcome.SLOW_SUCCESS
            : outcome;
    gate.learn(judged, duration, Tokens.kind(token) == Tokens.LEASED, now);
    gate.settle(token, start, now, judged);
    gate.callEnded(key, token, judged, duration, now);
    return now;
  }

  private void threw(long token, long start, Throwable thrown) {
    Outcome outcome = classify(null, thrown);
    boolean interrupted = thrown instanceof InterruptedException && outcome == Outcome.IGNORED;
    settle(token, start, interrupted ? givenUp(start) : outcome);
  }

  /**
   * How a call ended that its caller gave up: with a time-out if its deadline was as good as over,
   * for the caller's own timer started earlier than ours.
   */
  Outcome givenUp(long startNanos) {
    long deadline = gate.rules().deadlineNanos;
    boolean over = clock.nanoTime() - startNanos >= deadline - deadline / 10;
    return over ? Outcome.TIMEOUT : Outcome.IGNORED;
  }

  Outcome classify(@Nullable Object result, @Nullable Throwable thrown) {
    Throwable fault = null;
    try {
      Outcome outcome = gate.rules().config.classifier().classify(result, thrown);
      if (outcome != null) {
        return outcome;
      }
    } catch (Throwable t) {
      fault = t;
    }
    if (!classifierFailed) {
      classifierFailed = true;
      log.warn(
          "The classifier of circuit breaker '{}' failed; calls are judged plainly", name(), fault);
    }
    return thrown == null ? Outcome.SUCCESS : Outcome.FAILURE;
  }

  private long admitOrThrow(long now) {
    long token = gate.admit(now);
    if (Tokens.kind(token) == Tokens.REJECTED) {
      throw refusal(token, now);
    }
    return token;
  }

  private static boolean isNormal(State state) {
    return state == State.CLOSED || state == State.THROTTLED;
  }

  static RejectionReason reason(long token) {
    return REASONS[Tokens.index(token)];
  }

  CircuitOpenException refusal(long token, long now) {
    RejectionReason reason = reason(token);
    return new CircuitOpenException(
        name(), reason, gate.retryAfterNanos(reason, now), gate.explanation());
  }

  /** A call in pieces. */
  private final class Pieces implements BreakerSteps {
    @Override
    public long now() {
      return clock.nanoTime();
    }

    @Override
    public long admit(long now) {
      return admitOrThrow(now);
    }

    @Override
    public long returned(long token, long start, @Nullable Object result) {
      return CircuitBreaker.this.returned(token, start, result);
    }

    @Override
    public void threw(long token, long start, Throwable thrown) {
      CircuitBreaker.this.threw(token, start, thrown);
    }
  }
}
