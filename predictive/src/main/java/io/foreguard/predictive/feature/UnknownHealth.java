package io.foreguard.predictive.feature;

/** Health of which nothing is known. Immutable. */
enum UnknownHealth implements DependencyHealth {
  INSTANCE;

  @Override
  public double failureShare(long nanoTime) {
    return Double.NaN;
  }

  @Override
  public double latencyShift(long nanoTime) {
    return Double.NaN;
  }
}
