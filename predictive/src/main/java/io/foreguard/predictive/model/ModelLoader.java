package io.foreguard.predictive.model;

import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads model files so that nothing about them can keep a service from starting.
 *
 * <pre>{@code
 * LoadedModel loaded = ModelLoader.loadOrDefault(Path.of("points.fgm"));
 * CircuitBreakerConfig.builder().model(loaded.forDependency()) // one per breaker
 * }</pre>
 */
public final class ModelLoader {
  private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);

  private ModelLoader() {}

  /**
   * Loads {@code file}, or says once in the log why not. Never throws for what is wrong with a
   * file: the models then abstain with the reason, and breakers decide by their default model.
   */
  public static LoadedModel loadOrDefault(Path file) {
    try {
      ModelFile read = ModelFile.read(file);
      String source = file.toString();
      boolean ofCalls = read.header().schemaId().equals(FeatureSchema.calls().id());
      LoadedModel loaded =
          ofCalls
              ? LoadedModel.of(TrainedCallModel.of(read, source))
              : LoadedModel.of(TrainedForest.of(read, source));
      log.info("Loaded model {} from {}", read.header().name(), file);
      return loaded;
    } catch (ModelFileException e) {
      String problem = String.valueOf(e.getMessage());
      log.error(
          "No learned model: {}. Circuit breakers start on the default model. {}",
          problem,
          remedy(e.reason()));
      return LoadedModel.absent(problem);
    }
  }

  private static String remedy(ModelFileException.Reason reason) {
    return switch (reason) {
      case MISSING -> "Correct the path, or train a model with the train command, and restart.";
      case UNREADABLE -> "Give this process the right to read the file, and restart.";
      case NOT_A_MODEL -> "Point to a file written by the train command, and restart.";
      case NEWER_VERSION -> "Update foreguard-predictive, or train with this version, and restart.";
      case OLDER_VERSION -> "Train again with this version of foreguard-predictive, and restart.";
      case OVERSIZED -> "Train with fewer or shallower trees, and restart.";
      case TRUNCATED, CORRUPTED -> "Copy the file again from where it was trained, and restart.";
      case OTHER_SCHEMA -> "Train again with this version of foreguard-predictive, and restart.";
      case INVALID -> "Train again; do not trust where this file came from, and restart.";
    };
  }
}
