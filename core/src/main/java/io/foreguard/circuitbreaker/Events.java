package io.foreguard.circuitbreaker;

import java.time.Duration;
import java.time.Instant;

/** The events as they are built here; users see their interfaces, which can grow. */
final class Events {
  private Events() {}

  record TransitionRecord(
      String circuitBreaker,
      Instant time,
      Explanation explanation,
      State from,
      State to,
      double share,
      String trigger,
      long era)
      implements CircuitBreakerEvent.Transition {}

  record RejectionRecord(
      String circuitBreaker,
      Instant time,
      Explanation explanation,
      RejectionReason reason,
      Duration retryAfter,
      boolean shadow)
      implements CircuitBreakerEvent.Rejection {}

  record ModelChangeRecord(
      String circuitBreaker,
      Instant time,
      Explanation explanation,
      String from,
      String to,
      String reason,
      boolean isRepeated)
      implements CircuitBreakerEvent.ModelChange {}

  record ModeChangeRecord(
      String circuitBreaker, Instant time, Explanation explanation, Mode from, Mode to)
      implements CircuitBreakerEvent.ModeChange {}
}
