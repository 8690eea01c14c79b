package io.foreguard.resilience4j;

import io.foreguard.time.Clock.Cancellable;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The time that a classic breaker spends in one state, from one transition to the next.
 * Thread-safe.
 */
class Phase {
  final State state;
  final CallWindow window;

  /** Whether results are added to the window. */
  final boolean records;

  /** How often in a row the circuit has opened. */
  final int attempts;

  /** Whether an event has told that the threshold is exceeded; for METRICS_ONLY. */
  final AtomicBoolean failuresTold = new AtomicBoolean();

  final AtomicBoolean slownessTold = new AtomicBoolean();
  private volatile @Nullable Cancellable timer;

  Phase(State state, CallWindow window, boolean records, int attempts) {
    this.state = state;
    this.window = window;
    this.records = records;
    this.attempts = attempts;
  }

  /** Whether a call is admitted. */
  boolean admit() {
    return state != State.FORCED_OPEN;
  }

  /** An admitted call was not made. */
  void release() {}

  /** A call that took so long brought no evidence. */
  void ignored(long durationNanos) {}

  /** Whether the result of a call that took so long says something of this phase. */
  boolean accepts(long durationNanos) {
    return records;
  }

  /** Sets what ends the phase when its time is over; cancelled when it ends before. */
  final void timer(Cancellable scheduled) {
    timer = scheduled;
  }

  final void left() {
    Cancellable scheduled = timer;
    if (scheduled != null) {
      scheduled.cancel();
    }
  }
}
