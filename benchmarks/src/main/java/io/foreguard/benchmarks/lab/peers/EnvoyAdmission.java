package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;
import java.util.SplittableRandom;

/**
 * Envoy's admission control filter with its defaults: rejects with probability {@code ((n - s /
 * threshold) / (n + 1)) ^ (1 / aggression)}, at most 80 %, where {@code n} calls of which {@code s}
 * succeeded were sent in the last 30 s. The threshold is 95 %, the aggression 1. HTTP 4xx is a
 * success to it.
 *
 * <p>Source: <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/admission_control_filter">its
 * documentation</a>.
 */
final class EnvoyAdmission implements Peer {
  private static final double THRESHOLD = .95;
  private static final double MOST = .8;

  private final SlidingCounts counts = new SlidingCounts(30_000_000_000L, 30);
  private final SplittableRandom random;

  EnvoyAdmission(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    return random.nextDouble() < rejectionProbability(now) ? REJECT : replica;
  }

  double rejectionProbability(long now) {
    double sent = counts.all(now);
    double excess = (sent - counts.good(now) / THRESHOLD) / (sent + 1);
    return Math.min(MOST, Math.max(0, excess));
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    counts.add(now, 1, outcome.isFailure() ? 0 : 1);
  }
}
