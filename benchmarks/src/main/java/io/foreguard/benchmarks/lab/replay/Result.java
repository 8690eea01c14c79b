package io.foreguard.benchmarks.lab.replay;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one candidate did with a log. Immutable.
 *
 * @param candidate which
 * @param expected under what is expected
 * @param bounds under each of the bounds
 */
record Result(Candidate candidate, Score expected, List<Score> bounds) {
  Result {
    bounds = List.copyOf(bounds);
  }

  /** The least of a figure over all assumptions; NaN counts for nothing. */
  double least(ToDoubleFunction<Score> figure) {
    double least = figure.applyAsDouble(expected);
    for (Score score : bounds) {
      double value = figure.applyAsDouble(score);
      least = Double.isNaN(least) || value < least ? value : least;
    }
    return least;
  }

  /** The most of a figure over all assumptions. */
  double most(ToDoubleFunction<Score> figure) {
    double most = figure.applyAsDouble(expected);
    for (Score score : bounds) {
      double value = figure.applyAsDouble(score);
      most = Double.isNaN(most) || value > most ? value : most;
    }
    return most;
  }
}
