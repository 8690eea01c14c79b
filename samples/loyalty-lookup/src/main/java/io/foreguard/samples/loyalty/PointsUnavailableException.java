package io.foreguard.samples.loyalty;

import java.time.Duration;

/** There are no points to answer with, fresh or stale. */
final class PointsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Decision decision;
  private final Duration retryAfter;

  PointsUnavailableException(Decision decision, Duration retryAfter, Throwable cause) {
    super("The points engine gives no answer and no earlier one is known", cause);
    this.decision = decision;
    this.retryAfter = retryAfter;
  }

  Decision decision() {
    return decision;
  }

  /** Time after which another try may succeed; zero when unknown. */
  Duration retryAfter() {
    return retryAfter;
  }
}
