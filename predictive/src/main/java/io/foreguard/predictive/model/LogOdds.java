package io.foreguard.predictive.model;

/** Probabilities as log odds and back, finite at both ends. */
final class LogOdds {
  private static final double LEAST = 1e-9;

  private LogOdds() {}

  static double of(double probability) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    return Math.log(inside / (1 - inside));
  }

  static double probability(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }
}
