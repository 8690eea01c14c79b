package io.foreguard.predictive.model;

import io.foreguard.estimation.SuccessModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of loading a model file: a forest, or the reason why there is none. Immutable. */
public final class LoadedModel {
  private final @Nullable TrainedForest forest;
  private final String problem;

  private LoadedModel(@Nullable TrainedForest forest, String problem) {
    this.forest = forest;
    this.problem = problem;
  }

  static LoadedModel of(TrainedForest forest) {
    return new LoadedModel(forest, "");
  }

  static LoadedModel absent(String problem) {
    return new LoadedModel(null, problem);
  }

  /** The forest, unless loading failed. */
  public Optional<TrainedForest> forest() {
    return Optional.ofNullable(forest);
  }

  /** Why there is no forest; empty when there is one. */
  public String problem() {
    return problem;
  }

  /**
   * A success model for one dependency: the forest's, or one that always abstains with the reason,
   * which leaves the breaker to its default model. Give every circuit breaker one of its own.
   */
  public SuccessModel forDependency() {
    return forest == null ? new AbsentModel(problem) : forest.forDependency();
  }
}
