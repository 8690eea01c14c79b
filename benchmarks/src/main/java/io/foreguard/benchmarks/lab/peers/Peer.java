package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;

/**
 * What one client does to protect itself. Times are nanoseconds that never go back. Not
 * thread-safe.
 */
public interface Peer {
  /** Answer of {@link #admit} for a call that is not sent. */
  int REJECT = -1;

  /**
   * The replica that an attempt goes to, or {@link #REJECT}.
   *
   * @param attempt 1 for the first attempt of a request
   * @param replica the balancer's choice
   */
  int admit(int attempt, int replica, long now);

  /** How an attempt ended that was admitted at {@code start}. */
  void ended(Outcome outcome, int replica, long start, long now);

  /** Whether a failed attempt is repeated; the limit of attempts has not been reached. */
  default boolean retries(Outcome outcome, long now) {
    return true;
  }

  /**
   * What a client knows of the dependency before its first call.
   *
   * @param deadlineNanos how long an attempt may take
   * @param replicas how many replicas the balancer chooses from
   * @param seed for what is decided by chance
   */
  record Setting(long deadlineNanos, int replicas, long seed) {}

  /** Makes the peer of one client. */
  @FunctionalInterface
  interface Factory {
    /** A new peer that has seen no call. */
    Peer create(Setting setting);
  }
}
