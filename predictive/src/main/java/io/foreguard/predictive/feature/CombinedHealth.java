package io.foreguard.predictive.feature;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The worst or the mean of several. Immutable. */
final class CombinedHealth implements DependencyHealth {
  private final DependencyHealth[] parts;
  private final boolean worst;

  CombinedHealth(List<? extends DependencyHealth> parts, boolean worst) {
    this.parts = List.copyOf(parts).toArray(DependencyHealth[]::new);
    this.worst = worst;
  }

  @Override
  public double failureShare(long nanoTime) {
    return combined(part -> part.failureShare(nanoTime));
  }

  @Override
  public double latencyShift(long nanoTime) {
    return combined(part -> part.latencyShift(nanoTime));
  }

  /** Of those who tell; NaN if nobody does. */
  private double combined(ToDoubleFunction<DependencyHealth> question) {
    double sum = 0;
    double most = Double.NaN;
    int known = 0;
    for (DependencyHealth part : parts) {
      double value = question.applyAsDouble(part);
      if (!Double.isNaN(value)) {
        sum += value;
        most = known == 0 ? value : Math.max(most, value);
        known++;
      }
    }
    return worst ? most : sum / known;
  }
}
