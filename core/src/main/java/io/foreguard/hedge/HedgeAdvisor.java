package io.foreguard.hedge;

/**
 * Says whether the dependency can bear another attempt of a call that is under way, for example
 * because its circuit is closed.
 *
 * <p>Asked when a hedge is due, on the clock's thread, with no lock held. An advisor that throws
 * counts as a no: the first failure is logged at WARN, repeats at DEBUG. Implementations must be
 * thread-safe and must not block.
 */
@FunctionalInterface
public interface HedgeAdvisor {
  /**
   * Whether to start another attempt.
   *
   * @param attempts attempts of the call that have been started, at least 1
   */
  boolean worthHedging(int attempts);

  /** An advisor that always says yes. */
  static HedgeAdvisor always() {
    return attempts -> true;
  }
}
