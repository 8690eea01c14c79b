package io.foreguard.circuitbreaker;

import io.foreguard.estimation.Estimate;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.time.Duration;
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

  private final String name;
  private final Clock clock;
  private final CircuitBreakerEvents events;
  private final Gate gate;
  private final LatencyEvidence latency;
  private volatile CircuitBreakerConfig config;
  private volatile long slowNanos;
  private volatile long deadlineNanos;
  private volatile boolean classifierFailed;

  private CircuitBreaker(String name, CircuitBreakerConfig config, Clock clock) {
    this.name = Require.name(name, "name");
    this.config = Require.nonNull(config, "config");
    this.clock = Require.nonNull(clock, "clock");
    slowNanos = nanos(config.slowCallDuration());
    deadlineNanos = nanos(config.deadline());
    events = new CircuitBreakerEvents(name);
    gate = new Gate(name, config, clock, events);
    latency = new GateLatency(gate);
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
    return new CircuitBreaker(name, config, clock);
  }

  /** Name of the breaker, usually that of the dependency. */
  public String name() {
    return name;
  }

  /** Settings in force. */
  public CircuitBreakerConfig config() {
    return config;
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
    long start = clock.nanoTime();
    long token = admitOrThrow(start);
    T result;
    try {
      result = body.call();
    } catch (InterruptedException e) {
      Outcome outcome = classify(null, e);
      settle(token, start, outcome == Outcome.IGNORED ? givenUp(start) : outcome);
      throw e;
    } catch (Throwable t) {
      settle(token, start, classify(null, t));
      throw t;
    }
    settle(token, start, classify(result, null));
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
    long start = clock.nanoTime();
    long token = gate.admit(start);
    if (Tokens.kind(token) == Tokens.REJECTED) {
      return CompletableFuture.failedFuture(refusal(token, start));
    }
    GuardedStage<T> stage = new GuardedStage<>(new Permit(this, token, start));
    stage.begin(body);
    return stage;
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
    long start = clock.nanoTime();
    return new Permit(this, admitOrThrow(start), start);
  }

  /** Takes the right to make one call, to be settled by the caller; empty when it is refused. */
  public Optional<Permit> tryAcquire() {
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

  /** What the breaker does with its decisions. */
  public Mode mode() {
    return Tokens.mode(gate.word());
  }

  /** Sets what the breaker does with its decisions. State and evidence stay. */
  public void mode(Mode mode) {
    gate.mode(Require.nonNull(mode, "mode"), clock.nanoTime());
  }

  /** What the breaker knew at its last decision, and what followed from it. */
  public Explanation explain() {
    return gate.explanation();
  }

  /** The success probability that the last decision rests on. */
  public Estimate estimate() {
    return gate.explanation().estimate();
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
    return latency;
  }

  /** What the breaker has counted. Takes the breaker's lock briefly. */
  public CircuitBreakerMetrics metrics() {
    return gate.metrics(clock.nanoTime());
  }

  /** Where to listen. */
  public CircuitBreakerEvents events() {
    return events;
  }

  /**
   * Whether another try is worth it now: the circuit is closed and the estimate above its
   * threshold.
   */
  public boolean allowsRetry() {
    long w = gate.word();
    if (Tokens.mode(w) == Mode.DISABLED || Tokens.mode(w) == Mode.SHADOW) {
      return true;
    }
    Explanation now = gate.explanation();
    boolean worthIt =
        now.estimate().isAbstention() || now.estimate().probability() >= now.threshold();
    return Tokens.passes(w) && worthIt;
  }

  /**
   * Puts new settings in force. Evidence, state, mode and counts stay; under another policy an open
   * or recovering circuit starts its wait or its ramp anew.
   */
  public void reconfigure(CircuitBreakerConfig next) {
    Require.nonNull(next, "config");
    gate.reconfigure(next, clock.nanoTime());
    slowNanos = nanos(next.slowCallDuration());
    deadlineNanos = nanos(next.deadline());
    config = next;
  }

  /** Opens the circuit on an operator's word. The policy's probes close it again. */
  public void transitionToOpen() {
    gate.force(State.OPEN, "by an operator", clock.nanoTime());
  }

  /** Closes the circuit on an operator's word and forgets recent failures. */
  public void transitionToClosed() {
    gate.force(State.CLOSED, "by an operator", clock.nanoTime());
  }

  @Override
  public String toString() {
    return "CircuitBreaker{" + name + ", " + mode() + ", " + explain() + "}";
  }

  void settle(long token, long startNanos, Outcome outcome) {
    long now = clock.nanoTime();
    long duration = now - startNanos;
    Outcome judged =
        outcome == Outcome.SUCCESS && duration >= slowNanos ? Outcome.SLOW_SUCCESS : outcome;
    gate.settle(token, startNanos, now, judged);
    events.callEnded(judged, duration, Tokens.kind(token) == Tokens.LEASED);
  }

  /**
   * How a call ended that its caller gave up: with a time-out if its deadline was as good as over,
   * for the caller's own timer started earlier than ours.
   */
  Outcome givenUp(long startNanos) {
    long deadline = deadlineNanos;
    boolean over = clock.nanoTime() - startNanos >= deadline - deadline / 10;
    return over ? Outcome.TIMEOUT : Outcome.IGNORED;
  }

  Outcome classify(@Nullable Object result, @Nullable Throwable thrown) {
    Throwable fault = null;
    try {
      Outcome outcome = config.classifier().classify(result, thrown);
      if (outcome != null) {
        return outcome;
      }
    } catch (Throwable t) {
      fault = t;
    }
    if (!classifierFailed) {
      classifierFailed = true;
      log.warn(
          "The classifier of circuit breaker '{}' failed; calls are judged plainly", name, fault);
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

  private CircuitOpenException refusal(long token, long now) {
    RejectionReason reason = REASONS[Tokens.index(token)];
    return new CircuitOpenException(name, reason, gate.retryAfter(reason, now), gate.explanation());
  }

  private static long nanos(Optional<Duration> duration) {
    return duration.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }
}
