package io.foreguard.benchmarks.lab;

/** What happened when, in even steps. */
final class Timeline {
  static final int STEPS = 240;

  final double stepSeconds;
  final int[] offered = new int[STEPS];
  final int[] succeeded = new int[STEPS];
  final int[] failed = new int[STEPS];
  final int[] rejected = new int[STEPS];
  final int[] mostInFlight = new int[STEPS];
  final double[] estimateSum = new double[STEPS];
  final int[] estimates = new int[STEPS];

  Timeline(double seconds) {
    stepSeconds = seconds / STEPS;
  }

  int step(long now) {
    return (int) Math.max(0, Math.min(STEPS - 1, now / 1e9 / stepSeconds));
  }
}
