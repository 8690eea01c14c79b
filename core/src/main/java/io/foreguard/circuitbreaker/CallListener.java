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
}
