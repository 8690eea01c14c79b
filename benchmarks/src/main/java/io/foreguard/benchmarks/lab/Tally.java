package io.foreguard.benchmarks.lab;

/** What one policy did in one incident. */
final class Tally {
  final String policy;
  final World world;
  final Timeline timeline;
  long requests;
  long successes;
  long callerFaults;
  long rejectedRequests;
  long falseRejections;
  long rejectedAttempts;
  long attempts;
  long failures;
  long wasted;
  double utility;
  double brier;
  long estimates;
  int mostInFlight;
  int mostInFlightInRecovery;
  long attemptsInRecovery;
  double[] keyGoodput = {};
  double[] latencies = new double[1024];
  int latencyCount;
  double secondsToProtect = Double.NaN;
  double secondsToRecover = Double.NaN;

  Tally(String policy, World world) {
    this.policy = policy;
    this.world = world;
    timeline = new Timeline(world.seconds);
  }

  void latency(double seconds) {
    if (latencyCount == latencies.length) {
      latencies = java.util.Arrays.copyOf(latencies, 2 * latencyCount);
    }
    latencies[latencyCount++] = seconds;
  }

  /** Frees what is only needed to compute {@link #p99}. */
  double p99() {
    double[] sorted = java.util.Arrays.copyOf(latencies, latencyCount);
    java.util.Arrays.sort(sorted);
    return latencyCount == 0 ? 0 : sorted[(int) (.99 * (latencyCount - 1))];
  }

  double brierScore() {
    return estimates == 0 ? Double.NaN : brier / estimates;
  }

  /** Utility lost against {@code best} per 1,000 requests. */
  double regret(Tally best) {
    return 1000 * (best.utility - utility) / Math.max(1, requests);
  }

  double goodput() {
    return (successes + callerFaults) / (double) Math.max(1, requests);
  }
}
