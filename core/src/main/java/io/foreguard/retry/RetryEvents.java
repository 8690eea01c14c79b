package io.foreguard.retry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.event.Subscription;
import io.foreguard.event.internal.Emitter;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where to listen to a {@link Retry}.
 *
 * <p>Events arrive on the thread that ended the attempt, before the wait and without a lock held. A
 * listener that throws harms neither the call nor other listeners. Thread-safe.
 */
public final class RetryEvents {
  private final String retry;
  private final Clock clock;
  private final Emitter<RetryEvent.Retrying> retrying;
  private final Emitter<RetryEvent.SuccessAfterRetry> success;
  private final Emitter<RetryEvent.Exhausted> exhausted;
  private final Emitter<RetryEvent.BudgetExhausted> budgetExhausted;

  RetryEvents(String retry, Clock clock) {
    this.retry = retry;
    this.clock = clock;
    String owner = "retry " + retry;
    retrying = new Emitter<>(owner);
    success = new Emitter<>(owner);
    exhausted = new Emitter<>(owner);
    budgetExhausted = new Emitter<>(owner);
  }

  /** Listens to attempts that failed and are repeated. */
  @CanIgnoreReturnValue
  public Subscription onRetry(Consumer<? super RetryEvent.Retrying> listener) {
    return retrying.subscribe(listener);
  }

  /** Listens to calls that succeeded in a later attempt than the first. */
  @CanIgnoreReturnValue
  public Subscription onSuccessAfterRetry(Consumer<? super RetryEvent.SuccessAfterRetry> listener) {
    return success.subscribe(listener);
  }

  /** Listens to calls that are given up for another reason than a spent budget. */
  @CanIgnoreReturnValue
  public Subscription onExhausted(Consumer<? super RetryEvent.Exhausted> listener) {
    return exhausted.subscribe(listener);
  }

  /** Listens to calls that are given up because the budget is spent. */
  @CanIgnoreReturnValue
  public Subscription onBudgetExhausted(Consumer<? super RetryEvent.BudgetExhausted> listener) {
    return budgetExhausted.subscribe(listener);
  }

  /** Listens to events of every kind. */
  @CanIgnoreReturnValue
  public Subscription onAny(Consumer<? super RetryEvent> listener) {
    List<Subscription> all =
        List.of(
            retrying.subscribe(listener),
            success.subscribe(listener),
            exhausted.subscribe(listener),
            budgetExhausted.subscribe(listener));
    return () -> all.forEach(Subscription::close);
  }

  void retrying(int attempts, long delayNanos, @Nullable Throwable cause) {
    if (!retrying.isEmpty()) {
      Duration delay = Duration.ofNanos(delayNanos);
      retrying.publish(
          new RetryingRecord(retry, clock.wallTime(), attempts, delay, Optional.ofNullable(cause)));
    }
  }

  void successAfterRetry(int attempts) {
    if (!success.isEmpty()) {
      success.publish(new SuccessAfterRetryRecord(retry, clock.wallTime(), attempts));
    }
  }

  void exhausted(int attempts, StopReason reason, @Nullable Throwable cause) {
    if (!exhausted.isEmpty()) {
      exhausted.publish(
          new ExhaustedRecord(
              retry, clock.wallTime(), attempts, reason, Optional.ofNullable(cause)));
    }
  }

  void budgetExhausted(int attempts, double utilization, @Nullable Throwable cause) {
    if (!budgetExhausted.isEmpty()) {
      budgetExhausted.publish(
          new BudgetExhaustedRecord(
              retry, clock.wallTime(), attempts, utilization, Optional.ofNullable(cause)));
    }
  }

  record RetryingRecord(
      String retry, Instant time, int attempts, Duration delay, Optional<Throwable> cause)
      implements RetryEvent.Retrying {}

  record SuccessAfterRetryRecord(String retry, Instant time, int attempts)
      implements RetryEvent.SuccessAfterRetry {}

  record ExhaustedRecord(
      String retry, Instant time, int attempts, StopReason reason, Optional<Throwable> cause)
      implements RetryEvent.Exhausted {}

  record BudgetExhaustedRecord(
      String retry, Instant time, int attempts, double utilization, Optional<Throwable> cause)
      implements RetryEvent.BudgetExhausted {}
}
