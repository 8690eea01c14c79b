package io.foreguard.circuitbreaker;

import java.time.Duration;
import java.time.Instant;

/** Something that happened to a circuit breaker. Immutable. */
public sealed interface CircuitBreakerEvent
    permits CircuitBreakerEvent.Transition,
        CircuitBreakerEvent.Rejection,
        CircuitBreakerEvent.ModelChange,
        CircuitBreakerEvent.ModeChange {
  /** Name of the breaker. */
  String circuitBreaker();

  /** Wall-clock time, for display only. */
  Instant time();

  /** What the breaker knew at that moment. */
  Explanation explanation();

  /** The breaker went from one state to another. */
  sealed interface Transition extends CircuitBreakerEvent permits Events.TransitionRecord {
    /** State before. */
    State from();

    /** State after. */
    State to();

    /** Share of calls that is admitted from now on, in {@code [0, 1]}. */
    double share();

    /** What moved it, in words. */
    String trigger();

    /** Number of the era that began; transitions between CLOSED and THROTTLED stay in theirs. */
    long era();
  }

  /** The breaker refused a call, or would have in shadow mode. */
  sealed interface Rejection extends CircuitBreakerEvent permits Events.RejectionRecord {
    /** Why. */
    RejectionReason reason();

    /** Time after which another try may be admitted; zero when unknown. */
    Duration retryAfter();

    /** Whether the breaker is in shadow mode: the call was admitted all the same. */
    boolean shadow();
  }

  /** Another model took over. */
  sealed interface ModelChange extends CircuitBreakerEvent permits Events.ModelChangeRecord {
    /** Name of the model that decided until now. */
    String from();

    /** Name of the model that decides from now on. */
    String to();

    /** Why, in words. */
    String reason();
  }

  /** The mode was set. */
  sealed interface ModeChange extends CircuitBreakerEvent permits Events.ModeChangeRecord {
    /** Mode before. */
    Mode from();

    /** Mode after. */
    Mode to();
  }
}
