package io.foreguard.predictive.model;

import io.foreguard.estimation.SuccessModel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of loading a model file: a model, or the reason why there is none. Immutable. */
public final class LoadedModel {
  private final @Nullable TrainedForest forest;
  private final @Nullable TrainedCallModel calls;
  private final String problem;

  private LoadedModel(
      @Nullable TrainedForest forest, @Nullable TrainedCallModel calls, String problem) {
    this.forest = forest;
    this.calls = calls;
    this.problem = problem;
  }

  static LoadedModel of(TrainedForest forest) {
    return new LoadedModel(forest, null, "");
  }

  static LoadedModel of(TrainedCallModel calls) {
    return new LoadedModel(null, calls, "");
  }

  static LoadedModel absent(String problem) {
    return new LoadedModel(null, null, problem);
  }

  /** The model of samples, if the file holds one. */
  public Optional<TrainedForest> forest() {
    return Optional.ofNullable(forest);
  }

  /** The model of single calls, if the file holds one. */
  public Optional<TrainedCallModel> callModel() {
    return Optional.ofNullable(calls);
  }

  /** Why there is no model; empty when there is one. */
  public String problem() {
    return problem;
  }

  /**
   * A success model for one dependency: the loaded one, or one that always abstains with the
   * reason, which leaves the breaker to its default model. Give every circuit breaker one of its
   * own.
   */
  public SuccessModel forDependency() {
    if (calls != null) {
      return calls.forDependency();
    }
    return forest == null ? new AbsentModel(problem) : forest.forDependency();
  }
}
