package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;

/**
 * Netflix's Gradient2 limit alone, with its defaults: tolerance 1.5, queue 4, limit 20 to 200.
 * Successes, timeouts and refusals for load tell their time; other errors tell nothing, as in the
 * library's gRPC client.
 */
final class Gradient2 implements Peer {
  private final GradientLimit limit = new GradientLimit(1.5, 4, 20, 200);

  @Override
  public int admit(int attempt, int replica, long now) {
    return limit.tryAcquire() ? replica : REJECT;
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    if (outcome == Outcome.FAILURE || outcome == Outcome.CALLER_FAULT) {
      limit.ignored();
    } else {
      limit.sample(now - start);
    }
  }
}
