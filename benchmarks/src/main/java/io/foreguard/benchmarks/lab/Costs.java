package io.foreguard.benchmarks.lab;

/**
 * The one cost model, in units of the value of an answer in time over that of a fallback.
 *
 * <p>A request that succeeds is worth 1; one that is rejected is worth 0, for the fallback answers
 * it. Each attempt that fails costs {@link #FAILED} for the dependency's and the network's work and
 * up to {@link #HELD} more, by the share of its deadline that it held its caller. So sending is
 * right iff {@code p > cost / (cost + 1)}.
 */
public final class Costs {
  /** Cost of a failed attempt, however short. */
  public static final double FAILED = .25;

  /** Further cost of a failed attempt that held its caller for the whole deadline. */
  public static final double HELD = 1;

  private Costs() {}

  /** Cost of a failed attempt that held its caller for {@code heldShare} of the deadline. */
  static double ofFailure(double heldShare) {
    return FAILED + HELD * Math.min(1, Math.max(0, heldShare));
  }
}
