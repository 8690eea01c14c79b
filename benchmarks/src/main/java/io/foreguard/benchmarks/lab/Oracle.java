package io.foreguard.benchmarks.lab;

/**
 * Knows what is true at the moment: the error probability, who waits at which replica and how long
 * service takes. It sends a call to the replica where it is likeliest to succeed iff that is worth
 * its expected cost, and, for a queue's time is everybody's, iff a call that must wait would still
 * be in time in 995 of 1,000 cases. Where waiting calls make others fail, none may wait. It cannot
 * see the future.
 */
final class Oracle {
  private static final double IN_TIME_AFTER_WAITING = .995;

  private final World world;
  private final Dependency dependency;

  Oracle(World world, Dependency dependency) {
    this.world = world;
    this.dependency = dependency;
  }

  /** The best replica for a call of this tenant, -1 when the call is not worth sending. */
  int choose(int tenant) {
    int best = -1;
    double most = 0;
    for (int replica = 0; replica < world.replicas; replica++) {
      double gain = gain(replica, tenant);
      if (gain > most) {
        most = gain;
        best = replica;
      }
    }
    return best;
  }

  /** Whether a call sent to this replica now is worth its expected cost. */
  boolean worthwhile(int replica, int tenant) {
    return gain(replica, tenant) > 0;
  }

  /** Probability that a call sent to this replica now succeeds in time. */
  double successProbability(int replica, int tenant) {
    if (dependency.isAway(replica, tenant) || dependency.isFull(replica)) {
      return 0;
    }
    double error = dependency.errorProbability(replica, tenant);
    return (1 - error) * inTime(replica, tenant);
  }

  private double gain(int replica, int tenant) {
    if (dependency.isAway(replica, tenant) || dependency.isFull(replica)) {
      return -1;
    }
    double inTime = inTime(replica, tenant);
    boolean waits = dependency.load(replica) >= dependency.servers(replica);
    if (waits && (inTime < IN_TIME_AFTER_WAITING || world.loadErrors > 0)) {
      return -1;
    }
    double error = dependency.errorProbability(replica, tenant);
    double held = (mean(replica, tenant) * world.errorTime + waiting(replica)) / world.deadline;
    double failure =
        error * Costs.ofFailure(held) + (1 - error) * (1 - inTime) * Costs.ofFailure(1);
    return (1 - error) * inTime - failure + 1e-9 * inTime;
  }

  private double inTime(int replica, int tenant) {
    double left = world.deadline - waiting(replica);
    if (left <= 0) {
      return 0;
    }
    double z = Math.log(left / dependency.service(replica, tenant)) / world.spread;
    return 1 / (1 + Math.exp(-1.702 * z));
  }

  private double waiting(int replica) {
    int ahead = dependency.load(replica) - dependency.servers(replica) + 1;
    return ahead <= 0 ? 0 : ahead * mean(replica, 0) / dependency.servers(replica);
  }

  private double mean(int replica, int tenant) {
    return dependency.service(replica, tenant) * Math.exp(world.spread * world.spread / 2);
  }
}
