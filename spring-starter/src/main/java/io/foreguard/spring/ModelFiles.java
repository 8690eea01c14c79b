package io.foreguard.spring;

import io.foreguard.estimation.StatisticalModel;
import io.foreguard.spring.ModelSource.Models;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of the files that guards name, each read once. Thread-safe. */
final class ModelFiles {
  private static final Logger log = LoggerFactory.getLogger(ModelFiles.class);

  private final Optional<ModelSource> source;
  private final Map<String, Models> known = new ConcurrentHashMap<>();

  ModelFiles(Optional<ModelSource> source) {
    this.source = source;
  }

  /** What is in {@code file}, which {@code guard} names; the default model if that is nothing. */
  Models models(String guard, String file) {
    return known.computeIfAbsent(file, key -> load(guard, key));
  }

  private Models load(String guard, String file) {
    if (source.isPresent()) {
      return source.get().load(file);
    }
    log.error(
        "No learned model: guard '{}' names the model file {}, and"
            + " io.foreguard:foreguard-predictive is not on the class path. Circuit breakers start"
            + " on the default model. Add that dependency, and restart.",
        guard,
        file);
    return new Models(
        (name, clock, mustProve) -> StatisticalModel.instance(), OptionalDouble.empty());
  }
}
