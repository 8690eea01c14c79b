package io.foreguard.resilience4j;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Foreguard's breaker in Resilience4j's words. THROTTLED shows as CLOSED with some calls not
 * permitted, probes of an open circuit as permitted calls of an OPEN one, and shadow mode as
 * METRICS_ONLY. The numbers are those of the configured window, for display. Thread-safe.
 */
final class PredictiveEngine implements Engine {
  private final CircuitBreaker breaker;
  private final Clock clock;
  private final Voice voice;
  private final Supplier<CallWindow> windows;
  private final OutcomeClassifier kinds;
  private final HeldPermits held;
  private final Object telling = new Object();
  private State told;
  private volatile CallWindow window;
  private volatile @Nullable Hold hold;

  PredictiveEngine(
      CircuitBreaker breaker,
      OutcomeClassifier kinds,
      Voice voice,
      Supplier<CallWindow> windows,
      long slackNanos) {
    this.breaker = breaker;
    this.kinds = kinds;
    this.voice = voice;
    this.windows = windows;
    clock = breaker.clock();
    held = new HeldPermits(clock.nanoTime(), breaker.config().permitLease().toNanos(), slackNanos);
    window = windows.get();
    told = state();
    breaker.events().onTransition(event -> tell());
    breaker.events().onModeChange(event -> tell());
  }

  CircuitBreaker breaker() {
    return breaker;
  }

  @Override
  public boolean admit() {
    Optional<Permit> permit = isHeldOpen() ? Optional.empty() : breaker.tryAcquire();
    if (permit.isEmpty()) {
      window.refused();
      return false;
    }
    held.add(permit.get());
    return true;
  }

  @Override
  public void release() {
    Permit permit = held.takeLast();
    if (permit != null) {
      permit.release();
    }
  }

  @Override
  public void ignored(long duration, TimeUnit unit) {
    long now = clock.nanoTime();
    Permit permit = take(duration, unit, now);
    if (permit != null) {
      permit.record(Outcome.IGNORED, now);
    }
  }

  @Override
  public void succeeded(long duration, TimeUnit unit) {
    settle(Outcome.SUCCESS, duration, unit);
  }

  /**
   * What Resilience4j's settings call a failure is one, and at most the kind of it is asked for.
   */
  @Override
  public void failed(long duration, TimeUnit unit, Throwable failure) {
    settle(ConfigMapping.failure(failure, kinds), duration, unit);
  }

  @Override
  public void openOnResult(@Nullable Duration wait) {
    if (state() == State.CLOSED) {
      open(wait);
    }
  }

  @Override
  public State state() {
    return switch (breaker.mode()) {
      case DISABLED -> State.DISABLED;
      case FORCED_OPEN -> State.FORCED_OPEN;
      case SHADOW -> State.METRICS_ONLY;
      case ENFORCE ->
          switch (breaker.state()) {
            case CLOSED, THROTTLED -> State.CLOSED;
            case OPEN -> State.OPEN;
            case HALF_OPEN -> State.HALF_OPEN;
          };
    };
  }

  @Override
  public Metrics metrics() {
    return window;
  }

  @Override
  public void transitionTo(State state) {
    requireKnown(state);
    hold = null;
    switch (state) {
      case DISABLED -> breaker.mode(Mode.DISABLED);
      case METRICS_ONLY -> breaker.mode(Mode.SHADOW);
      case FORCED_OPEN -> breaker.mode(Mode.FORCED_OPEN);
      case OPEN -> open(null);
      case CLOSED -> {
        breaker.transitionToClosed();
        breaker.mode(Mode.ENFORCE);
      }
      case HALF_OPEN -> {
        breaker.transitionToHalfOpen();
        breaker.mode(Mode.ENFORCE);
      }
    }
  }

  @Override
  public void openFor(Duration wait) {
    requireKnown(State.OPEN);
    open(wait);
  }

  @Override
  public void reset() {
    hold = null;
    breaker.transitionToClosed();
    breaker.mode(Mode.ENFORCE);
    window = windows.get();
    voice.reset();
  }

  private void requireKnown(State to) {
    StateTransition unused = StateTransition.transitionBetween(breaker.name(), state(), to);
  }

  /** The state first and the mode last, so that one transition is seen. */
  private void open(@Nullable Duration wait) {
    hold = wait == null ? null : new Hold(clock.nanoTime(), Durations.nanos(wait));
    breaker.transitionToOpen();
    breaker.mode(Mode.ENFORCE);
  }

  /** Whether somebody has said how long the circuit stays open; when that is over it recovers. */
  private boolean isHeldOpen() {
    Hold holding = hold;
    if (holding == null || state() != State.OPEN) {
      return false;
    }
    if (clock.nanoTime() - holding.sinceNanos <= holding.nanos) {
      return true;
    }
    hold = null;
    breaker.transitionToHalfOpen();
    return false;
  }

  private @Nullable Permit take(long duration, TimeUnit unit, long now) {
    return held.take(now - unit.toNanos(duration));
  }

  /** A result that comes without a call still says how the dependency is. */
  private void settle(Outcome outcome, long duration, TimeUnit unit) {
    long now = clock.nanoTime();
    Permit permit = take(duration, unit, now);
    Permit settled = permit == null ? breaker.tryAcquire().orElse(null) : permit;
    State state = state();
    if (state != State.DISABLED && state != State.FORCED_OPEN) {
      window.add(outcome.isFailure(), duration, unit);
    }
    if (settled != null) {
      settled.record(outcome, permit == null ? settled.startNanos() : now);
    }
  }

  /** Tells of the way from the last state that was told of, in steps that Resilience4j knows. */
  private void tell() {
    State from;
    State to;
    synchronized (telling) {
      from = told;
      to = state();
      told = to;
    }
    if (from == to) {
      return;
    }
    if (to == State.CLOSED || to == State.METRICS_ONLY) {
      window = windows.get();
    }
    if (from == State.METRICS_ONLY && (to == State.OPEN || to == State.HALF_OPEN)) {
      voice.moved(from, State.CLOSED);
      from = State.CLOSED;
    }
    if (from == State.CLOSED && to == State.HALF_OPEN) {
      voice.moved(from, State.OPEN);
      from = State.OPEN;
    }
    voice.moved(from, to);
  }

  private record Hold(long sinceNanos, long nanos) {}
}
