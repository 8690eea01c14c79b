package io.foreguard.retry;

import io.foreguard.internal.Tally;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of a {@link Retry} since it was created. Thread-safe; each count is read on its own, so
 * two of them may disagree by the calls that end in between.
 */
public final class RetryMetrics {
  private final Tally succeededWithoutRetry = new Tally();
  private final LongAdder succeededWithRetry = new LongAdder();
  private final LongAdder failedWithoutRetry = new LongAdder();
  private final LongAdder failedWithRetry = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder budgetRefusals = new LongAdder();

  RetryMetrics() {}

  /** Calls that ended, however many attempts each took. */
  public long calls() {
    return succeededWithoutRetry()
        + succeededWithRetry()
        + failedWithoutRetry()
        + failedWithRetry();
  }

  /**
   * Attempts after the first, over all calls; each is counted when it is decided, before its delay.
   */
  public long retries() {
    return retries.sum();
  }

  /** Calls whose first attempt succeeded. */
  public long succeededWithoutRetry() {
    return succeededWithoutRetry.sum();
  }

  /** Calls that succeeded in a later attempt. */
  public long succeededWithRetry() {
    return succeededWithRetry.sum();
  }

  /** Calls that failed, were cancelled or ended with a refused result without a second attempt. */
  public long failedWithoutRetry() {
    return failedWithoutRetry.sum();
  }

  /** Calls that failed, were cancelled or ended with a refused result after a retry was decided. */
  public long failedWithRetry() {
    return failedWithRetry.sum();
  }

  /** Retries that did not take place because the budget was spent. */
  public long budgetRefusals() {
    return budgetRefusals.sum();
  }

  void onFirstSuccess() {
    succeededWithoutRetry.increment();
  }

  void onLaterSuccess() {
    succeededWithRetry.increment();
  }

  void onFailure(boolean retried) {
    (retried ? failedWithRetry : failedWithoutRetry).increment();
  }

  void onRetry() {
    retries.increment();
  }

  void onBudgetRefusal() {
    budgetRefusals.increment();
  }
}
