package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;

/**
 * Hears of every call that ended, without an object per call. Runs on the caller's thread before
 * the call returns: be quick. Must be thread-safe.
 */
@FunctionalInterface
public interface CallListener {
  /**
   * A call ended.
   *
   * @param outcome how it ended
   * @param durationNanos how long it took, in nanoseconds
   * @param probe whether it was admitted as a probe of an open or recovering circuit
   */
  void onCall(Outcome outcome, long durationNanos, boolean probe);

  /**
   * A call ended, with all that is known of it. Overridden by who needs more than {@link
   * #onCall(Outcome, long, boolean)}, which it calls by default.
   *
   * @param key the first of the call's keys; empty if it has none, or if there were too many keys
   * @param outcome how it ended
   * @param durationNanos how long it took, in nanoseconds
   * @param probe whether it was admitted as a probe of an open or recovering circuit
   * @param shadowRejected whether it was made only because the breaker is in shadow mode
   * @param nanoTime when it ended, in nanoseconds on the library's clock
   */
  default void onCall(
      String key,
      Outcome outcome,
      long durationNanos,
      boolean probe,
      boolean shadowRejected,
      long nanoTime) {
    onCall(outcome, durationNanos, probe);
  }

  /**
   * A call was refused; not called in shadow mode, which makes the call all the same. Does nothing
   * by default.
   *
   * @param key the key whose breaker refused it; empty if the dependency's own did
   * @param reason why
   * @param nanoTime when, in nanoseconds on the library's clock
   */
  default void onRefusal(String key, RejectionReason reason, long nanoTime) {}
}
