package io.foreguard.benchmarks.lab;

import io.foreguard.evidence.Outcome;

/**
 * What one client does to protect itself: decides on each attempt, hears how it ended. One instance
 * per client, on the simulation's thread.
 */
interface Policy {
  /**
   * Whether the call is sent. A policy that knows replicas may set {@link Call#replica} to another.
   *
   * @param now nanoseconds on the lab's clock
   */
  boolean admit(Call call, long now);

  /** How an admitted call ended. */
  void ended(Call call, Outcome outcome, long now);

  /** Whether a failed call is tried again; the limit of attempts has not been reached. */
  boolean retries(Call call, Outcome outcome, long now);

  /** The success probability that the last decision on {@code call} rests on, NaN if unknown. */
  default double estimate(Call call) {
    return Double.NaN;
  }

  /** Seconds after which the client gives {@code call} up. */
  default double timeout(Call call, double deadline) {
    return deadline;
  }

  /** Seconds after which a second attempt is started beside {@code call}; NaN for never. */
  default double hedgeAfter(Call call) {
    return Double.NaN;
  }

  /** Whether that second attempt may still be started. */
  default boolean hedges(Call call, long now) {
    return false;
  }

  /** Makes the policy of one client. */
  @FunctionalInterface
  interface Factory {
    Policy create(World world, LabClock clock, int client);
  }
}
