package io.foreguard.benchmarks.lab.peers;

import io.foreguard.evidence.Outcome;
import java.util.SplittableRandom;

/**
 * Client-side throttling: rejects with probability {@code max(0, (requests - K * accepts) /
 * (requests + 1))}, where requests count those rejected here too. An error that the caller caused
 * was accepted.
 *
 * <p>Sources: <a href="https://sre.google/sre-book/handling-overload/">Site Reliability
 * Engineering, chapter 21</a>: K = 2, two minutes; <a
 * href="https://github.com/go-kratos/aegis/blob/main/circuitbreaker/sre/sre.go">Kratos</a>: K = 1 /
 * 0.6, three seconds, at least 100 requests.
 */
final class Throttle implements Peer {
  private final double multiplier;
  private final int minimumRequests;
  private final SlidingCounts counts;
  private final SplittableRandom random;

  Throttle(double multiplier, double windowSeconds, int minimumRequests, long seed) {
    this.multiplier = multiplier;
    this.minimumRequests = minimumRequests;
    counts = new SlidingCounts((long) (windowSeconds * 1e9), 10);
    random = new SplittableRandom(seed);
  }

  @Override
  public int admit(int attempt, int replica, long now) {
    if (random.nextDouble() < rejectionProbability(now)) {
      counts.add(now, 1, 0);
      return REJECT;
    }
    return replica;
  }

  double rejectionProbability(long now) {
    long requests = counts.all(now);
    double excess = requests - multiplier * counts.good(now);
    return requests < minimumRequests ? 0 : Math.max(0, excess / (requests + 1));
  }

  @Override
  public void ended(Outcome outcome, int replica, long start, long now) {
    counts.add(now, 1, outcome.isFailure() ? 0 : 1);
  }
}
