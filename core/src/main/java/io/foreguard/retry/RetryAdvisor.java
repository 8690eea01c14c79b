package io.foreguard.retry;

import org.jspecify.annotations.Nullable;

/**
 * Says whether another attempt is worth its cost, for example because the success model expects it
 * to succeed.
 *
 * <p>Asked after each attempt that may be repeated, on the thread that ended the attempt. An
 * advisor that throws counts as a yes: the first failure is logged at WARN, repeats at DEBUG.
 * Implementations must be thread-safe and must not block.
 */
@FunctionalInterface
public interface RetryAdvisor {
  /**
   * Whether to try again.
   *
   * @param attempt number of the attempt that failed, 1 for the first
   * @param failure what the attempt threw; null when its result was not accepted
   */
  boolean worthRetrying(int attempt, @Nullable Throwable failure);

  /**
   * Whether the next attempt needs nothing from the retry's own default budget, because there is no
   * sign that load is what calls fail of: then repeating them cannot make it worse. False by
   * default. A budget that was set, or is shared, always holds.
   */
  default boolean needsNoBudget() {
    return false;
  }

  /** An advisor that always says yes. */
  static RetryAdvisor always() {
    return (attempt, failure) -> true;
  }
}
