package io.foreguard.spring;

import io.foreguard.estimation.SuccessModel;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Where the success models of model files come from. */
@FunctionalInterface
interface ModelSource {
  /** What is in {@code file}. Never throws for what is wrong with a file: it logs that once. */
  Models load(String file);

  /**
   * The models of one file. Immutable.
   *
   * @param forDependency makes a model for one circuit breaker
   * @param minimumSuccessProbability below which the models mean a breaker to act, if they say so
   */
  record Models(Supplier<SuccessModel> forDependency, OptionalDouble minimumSuccessProbability) {}
}
