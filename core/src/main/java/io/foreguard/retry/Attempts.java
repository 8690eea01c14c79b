package io.foreguard.retry;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call's memory between its attempts, and the decision whether another one follows. Not
 * thread-safe: owned by the call.
 */
final class Attempts {
  /** Answer instead of a delay: the call is over. */
  static final long STOP = -1;

  /** Total time of a call without deadline. */
  static final long UNBOUNDED = Long.MAX_VALUE;

  private final RetryEngine engine;
  private final RetryConfig config;
  private final RetryBudget budget;
  private final List<RetryAdvisor> advisors;
  private final long startNanos;
  private final long totalNanos;
  private int failed;
  private long previousNanos;

  Attempts(
      RetryEngine engine,
      RetryEngine.Settings settings,
      List<RetryAdvisor> advisors,
      long startNanos,
      long totalNanos) {
    this.engine = engine;
    this.config = settings.config();
    this.budget = settings.budget();
    this.advisors = advisors;
    this.startNanos = startNanos;
    this.totalNanos = totalNanos;
  }

  /** Nanoseconds to wait before the attempt that follows this failure, or {@link #STOP}. */
  long afterFailure(Throwable failure) {
    failed++;
    if (!engine.mayRepeat(config, failure)) {
      return stop();
    }
    return failed >= config.maxAttempts()
        ? giveUp(StopReason.ATTEMPTS, failure)
        : decide(failure, engine.retryAfter(config, failure));
  }

  /** Nanoseconds to wait before the attempt that follows this refused result, or {@link #STOP}. */
  long afterRefused(@Nullable Object result) {
    failed++;
    return failed >= config.maxAttempts()
        ? giveUp(StopReason.ATTEMPTS, null)
        : decide(null, engine.retryAfterResult(config, result));
  }

  /** Ends the call with an attempt that was accepted. */
  void succeed() {
    if (failed == 0) {
      engine.metrics.onFirstSuccess();
      return;
    }
    engine.metrics.onLaterSuccess();
    engine.events.successAfterRetry(failed + 1);
  }

  /** Ends the call while an attempt or a wait was under way. */
  void abandon() {
    engine.metrics.onFailure(failed > 0);
  }

  private long decide(@Nullable Throwable failure, Duration retryAfter) {
    if (!isWorthIt(failure)) {
      return giveUp(StopReason.ADVICE, failure);
    }
    if (retryAfter.compareTo(config.maxDelay()) > 0) {
      return giveUp(StopReason.RETRY_AFTER, failure);
    }
    long floor = Math.max(0, Nanos.saturated(retryAfter));
    long delay = engine.delayNanos(config, failed, previousNanos, floor);
    if (totalNanos != UNBOUNDED && delay >= totalNanos - (engine.clock.nanoTime() - startNanos)) {
      return giveUp(StopReason.DEADLINE, failure);
    }
    if (!needsNoBudget() && !budget.tryWithdraw()) {
      engine.metrics.onBudgetRefusal();
      engine.events.budgetExhausted(failed, budget.utilization(), failure);
      return stop();
    }
    previousNanos = delay;
    engine.metrics.onRetry();
    engine.events.retrying(failed, delay, failure);
    return delay;
  }

  private boolean isWorthIt(@Nullable Throwable failure) {
    boolean worthIt = engine.isWorthIt(config.retryIf(), failed, failure);
    for (int i = 0; worthIt && i < advisors.size(); i++) {
      worthIt = engine.isWorthIt(advisors.get(i), failed, failure);
    }
    return worthIt;
  }

  private boolean needsNoBudget() {
    if (config.hasDefaultBudget()) {
      for (RetryAdvisor advisor : advisors) {
        if (engine.needsNoBudget(advisor)) {
          return true;
        }
      }
    }
    return false;
  }

  private long giveUp(StopReason reason, @Nullable Throwable failure) {
    engine.events.exhausted(failed, reason, failure);
    return stop();
  }

  private long stop() {
    engine.metrics.onFailure(failed > 1);
    return STOP;
  }
}
