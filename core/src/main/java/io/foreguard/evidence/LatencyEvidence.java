package io.foreguard.evidence;

/**
 * What is known of the latency of successful calls to one dependency, for limits and delays that
 * follow it. A circuit breaker has it; without a breaker the caller supplies it.
 *
 * <p>Readers cache what they read and ask some ten times a second at most, on the thread of a call,
 * with no lock held. Implementations must be thread-safe and must not block for long. Where one
 * throws or answers NaN, the reader goes on as if nothing were known.
 */
public interface LatencyEvidence {
  /** How the dependency is doing, as far as the latency of its calls can be trusted. */
  Condition condition();

  /** Recent successes that {@link #quantile} rests on, after forgetting; at least zero. */
  double successes();

  /**
   * Quantile of recent successful latencies in seconds; NaN when unknown. May be too long where few
   * calls were seen, and must not be too short then.
   *
   * @param q share of the calls that are faster, in (0, 1)
   */
  double quantile(double q);

  /** How a dependency is doing, from the view of its latency. */
  enum Condition {
    /** Healthy: what is measured is what is normal. */
    CALM,
    /** All calls pass, but there are signs of load: what is measured is real, extra calls hurt. */
    LOADED,
    /** Some calls are kept away: what was known before stays the better guess. */
    SHEDDING,
    /** No calls, or probes only, or nothing is measured: what was known may no longer hold. */
    DISRUPTED
  }
}
