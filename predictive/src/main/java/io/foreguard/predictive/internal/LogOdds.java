package io.foreguard.predictive.internal;

/** Probabilities as log odds and back, finite at both ends. */
public final class LogOdds {
  private static final double LEAST = 1e-9;

  private LogOdds() {}

  /** Log odds of a probability, within some 21 of 0. */
  public static double of(double probability) {
    double inside = Math.min(1 - LEAST, Math.max(LEAST, probability));
    return Math.log(inside / (1 - inside));
  }

  /** The probability whose log odds these are. */
  public static double probability(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }
}
