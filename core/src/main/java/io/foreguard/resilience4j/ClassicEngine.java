package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.metrics.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The fixed thresholds of Resilience4j, state by state as it documents them. What differs, and why,
 * is listed in {@code docs/migrating-from-resilience4j.md}. Thread-safe.
 *
 * <p>The phase is one reference. Who swaps it, and only who does, tells of the transition and sets
 * the timer of the next phase: after the phase is published, so that no timer finds another.
 */
final class ClassicEngine implements Engine {
  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(ClassicEngine.class, "phase", Phase.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String name;
  private final CircuitBreakerConfig config;
  private final Voice voice;
  private final Clock clock;
  private final EpochClock windowClock;
  private final CallTimer callTimer;
  private final long leaseNanos;

  private volatile Phase phase;

  /** Calls that were admitted and have not ended; below zero when results come without a call. */
  private final LongAdder unsettled = new LongAdder();

  ClassicEngine(
      String name,
      CircuitBreakerConfig config,
      Voice voice,
      Clock clock,
      CallTimer callTimer,
      Duration lease) {
    this.name = name;
    this.config = config;
    this.voice = voice;
    this.clock = clock;
    this.callTimer = callTimer;
    windowClock = new EpochClock(clock);
    leaseNanos = lease.toNanos();
    Phase closed = closed();
    phase = closed;
    State initial = Since24.initialState(config);
    if (initial != State.CLOSED) {
      swap(closed, initial == State.HALF_OPEN ? halfOpen(1) : next(closed, initial));
    }
  }

  @Override
  public boolean admit() {
    Phase now = phase;
    if (now instanceof OpenPhase open && open.isOver()) {
      move(open, halfOpen(open.attempts));
      now = phase;
    }
    if (now.admit()) {
      unsettled.increment();
      return true;
    }
    now.window.refused();
    return false;
  }

  @Override
  public void release() {
    unsettled.decrement();
    phase.release();
  }

  @Override
  public void ignored(long duration, TimeUnit unit) {
    unsettled.decrement();
    phase.ignored(unit.toNanos(duration));
  }

  @Override
  public void succeeded(long duration, TimeUnit unit) {
    settle(false, duration, unit);
  }

  @Override
  public void failed(long duration, TimeUnit unit, Throwable failure) {
    settle(true, duration, unit);
  }

  @Override
  public void openOnResult(@Nullable Duration wait) {
    Phase now = phase;
    if (now.state == State.CLOSED) {
      move(now, wait == null ? next(now, State.OPEN) : open(now, now.attempts, wait));
    }
  }

  @Override
  public State state() {
    return phase.state;
  }

  @Override
  public CircuitBreaker.Metrics metrics() {
    return phase.window;
  }

  @Override
  public void transitionTo(State state) {
    transition(state, from -> next(from, state));
  }

  @Override
  public void openFor(Duration wait) {
    transition(State.OPEN, from -> open(from, from.attempts, wait));
  }

  @Override
  public void reset() {
    Phase from;
    do {
      from = phase;
    } while (!swap(from, closed()));
    voice.moved(from.state, State.CLOSED);
    voice.reset();
  }

  private void settle(boolean failed, long duration, TimeUnit unit) {
    unsettled.decrement();
    Phase now = phase;
    if (!now.accepts(unit.toNanos(duration))) {
      return;
    }
    Snapshot judged = now.window.add(failed, duration, unit);
    if (judged == null || now.state == State.OPEN) {
      return;
    }
    boolean failing = judged.getFailureRate() >= config.getFailureRateThreshold();
    boolean slow = judged.getSlowCallRate() >= config.getSlowCallRateThreshold();
    switch (now.state) {
      case CLOSED -> judgeClosed(now, judged, failing, slow);
      case HALF_OPEN -> move(now, failing || slow ? next(now, State.OPEN) : closed());
      default -> {
        boolean tellFailures = failing && now.failuresTold.compareAndSet(false, true);
        boolean tellSlowness = slow && now.slownessTold.compareAndSet(false, true);
        voice.exceeded(judged, tellFailures, tellSlowness);
      }
    }
  }

  private void judgeClosed(Phase now, Snapshot judged, boolean failing, boolean slow) {
    if (failing || slow) {
      Phase open = next(now, State.OPEN);
      if (swap(now, open)) {
        voice.exceeded(judged, failing, slow);
        voice.moved(State.CLOSED, State.OPEN);
      }
    }
  }

  private void transition(State to, UnaryOperator<Phase> next) {
    Phase from;
    do {
      from = phase;
      StateTransition unused = StateTransition.transitionBetween(name, from.state, to);
    } while (!swap(from, next.apply(from)));
    voice.moved(from.state, to);
  }

  /** Moves on unless somebody else was first. */
  private void move(Phase from, Phase to) {
    if (swap(from, to)) {
      voice.moved(from.state, to.state);
    }
  }

  private boolean swap(Phase from, Phase to) {
    if (!PHASE.compareAndSet(this, from, to)) {
      return false;
    }
    from.left();
    if (to instanceof OpenPhase open && config.isAutomaticTransitionFromOpenToHalfOpenEnabled()) {
      to.timer(clock.schedule(() -> move(open, halfOpen(open.attempts)), open.wait));
    } else if (to instanceof HalfOpenPhase) {
      Duration longest = config.getMaxWaitDurationInHalfOpenState();
      if (longest.toMillis() > 0) {
        State then = Since24.stateAfterHalfOpen(config);
        to.timer(clock.schedule(() -> move(to, next(to, then)), Durations.capped(longest)));
      }
    }
    return true;
  }

  private Phase next(Phase from, State state) {
    return switch (state) {
      case CLOSED -> closed();
      case OPEN -> {
        int attempts = from.attempts + 1;
        long millis = config.getWaitIntervalFunctionInOpenState().apply(attempts);
        yield open(from, attempts, Duration.ofMillis(millis));
      }
      case HALF_OPEN -> halfOpen(from.attempts);
      case METRICS_ONLY -> new Phase(state, CallWindow.sliding(config, windowClock), true, 0);
      case DISABLED -> new Phase(state, CallWindow.empty(config), false, 0);
      case FORCED_OPEN -> new Phase(state, CallWindow.empty(config), false, from.attempts + 1);
    };
  }

  private Phase closed() {
    return new Phase(State.CLOSED, CallWindow.sliding(config, windowClock), true, 0);
  }

  private Phase open(Phase from, int attempts, Duration wait) {
    return new OpenPhase(from, attempts, wait, clock);
  }

  private Phase halfOpen(int attempts) {
    long strangers = unsettled.sum();
    if (strangers < 0) {
      unsettled.add(-strangers); // results without a call must not hide calls without a result
    }
    int places = config.getPermittedNumberOfCallsInHalfOpenState();
    LongSupplier age = callTimer.stopwatch();
    return new HalfOpenPhase(
        CallWindow.counting(places, config),
        attempts,
        places,
        Math.max(0, strangers),
        age,
        leaseNanos,
        clock);
  }
}
