package io.foreguard.predictive.feature;

import java.util.List;

/**
 * How well something is that a dependency leans on. {@link CallFeatures} is one for its own
 * dependency. Implementations must be thread-safe and answer at once.
 */
public interface DependencyHealth {
  /** Share of recent calls that failed, in {@code [0, 1]}; NaN when not known. */
  double failureShare(long nanoTime);

  /** Natural logarithm of recent latency against healthy latency; NaN when not known. */
  double latencyShift(long nanoTime);

  /** Health of which nothing is known. */
  static DependencyHealth unknown() {
    return UnknownHealth.INSTANCE;
  }

  /** The worst of each quantity over those that know it. */
  static DependencyHealth worstOf(List<? extends DependencyHealth> all) {
    return new CombinedHealth(all, true);
  }

  /** The mean of each quantity over those that know it. */
  static DependencyHealth meanOf(List<? extends DependencyHealth> all) {
    return new CombinedHealth(all, false);
  }
}
