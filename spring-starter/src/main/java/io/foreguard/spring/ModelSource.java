package io.foreguard.spring;

import io.foreguard.estimation.SuccessModel;
import io.foreguard.time.Clock;
import java.util.OptionalDouble;

/** Where the success models of model files come from. */
@FunctionalInterface
interface ModelSource {
  /** What is in {@code file}. Never throws for what is wrong with a file: it logs that once. */
  Models load(String file);

  /** Makes a model for the circuit breaker of one guard. */
  @FunctionalInterface
  interface Maker {
    /**
     * A new model.
     *
     * @param mustProve whether it decides only once it has proved better than the default model
     */
    SuccessModel make(String guard, Clock clock, boolean mustProve);
  }

  /**
   * The models of one file. Immutable.
   *
   * @param forDependency makes a model for one circuit breaker
   * @param minimumSuccessProbability below which the models mean a breaker to act, if they say so
   */
  record Models(Maker forDependency, OptionalDouble minimumSuccessProbability) {}
}
