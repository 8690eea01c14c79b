package io.foreguard.estimation;

import io.foreguard.evidence.Outcome;

/**
 * A success model that hears how each call ended. It serves one circuit breaker: give every breaker
 * one of its own.
 *
 * <p>Implementations must be thread-safe.
 */
public interface LearningModel extends SuccessModel {
  /**
   * Takes how a call ended. Runs on the caller's thread before the call returns, outside every lock
   * and before the breaker judges a failure: constant time, no allocation, no waiting. What it
   * throws counts as a fault of the model and does not reach the caller.
   *
   * @param outcome how the call ended
   * @param durationNanos how long it took, in nanoseconds
   * @param probe whether it was admitted as a probe of an open or recovering circuit
   * @param nanoTime when it ended, in nanoseconds on the library's clock
   */
  void learn(Outcome outcome, long durationNanos, boolean probe, long nanoTime);

  /** True: what it has learned belongs to one dependency. */
  @Override
  default boolean keepsHistory() {
    return true;
  }
}
