package io.foreguard.retry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that happened to a call under a {@link Retry}. Immutable. */
public sealed interface RetryEvent
    permits RetryEvent.Retrying,
        RetryEvent.SuccessAfterRetry,
        RetryEvent.Exhausted,
        RetryEvent.BudgetExhausted {
  /** Name of the retry. */
  String retry();

  /** Wall-clock time, to be shown and not to be computed with. */
  Instant time();

  /** Attempts the call has made so far, at least 1. */
  int attempts();

  /** An attempt failed and another one follows. */
  sealed interface Retrying extends RetryEvent permits RetryEvents.RetryingRecord {
    /** Wait before the next attempt, counted from this event. */
    Duration delay();

    /** What the attempt threw; empty when its result was refused. */
    Optional<Throwable> cause();
  }

  /** A later attempt than the first succeeded. */
  sealed interface SuccessAfterRetry extends RetryEvent
      permits RetryEvents.SuccessAfterRetryRecord {}

  /**
   * The last attempt failed in a way that may be repeated, and no other attempt follows for another
   * reason than a spent budget.
   */
  sealed interface Exhausted extends RetryEvent permits RetryEvents.ExhaustedRecord {
    /** Why no other attempt follows. */
    StopReason reason();

    /** What the last attempt threw; empty when its result was refused. */
    Optional<Throwable> cause();
  }

  /** The call is given up because the {@link RetryBudget} is spent. */
  sealed interface BudgetExhausted extends RetryEvent permits RetryEvents.BudgetExhaustedRecord {
    /** Spent share of the budget's burst, from 0 to 1. */
    double utilization();

    /** What the last attempt threw; empty when its result was refused. */
    Optional<Throwable> cause();
  }
}
