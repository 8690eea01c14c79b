package io.foreguard.predictive.model;

import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelFileException;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.forest.Forest;
import java.nio.file.Path;

/**
 * A forest loaded from a file, which any number of circuit breakers may share. Immutable,
 * thread-safe. A breaker consults a {@link ForestModel} made from it.
 */
public final class TrainedForest {
  private static final int VERSION_DIGITS = 12;

  private final ModelFile file;
  private final String version;

  private TrainedForest(ModelFile file) {
    this.file = file;
    this.version = file.sha256().substring(0, VERSION_DIGITS);
  }

  /**
   * Loads {@code file}. {@link ModelLoader#loadOrDefault} never throws and suits a service's start.
   *
   * @throws ModelFileException if the file is missing or breaks any rule of the format
   */
  public static TrainedForest load(Path file) throws ModelFileException {
    return of(ModelFile.read(file, FeatureExtractor.schema()));
  }

  /** The forest in {@code file}, which must have been read with the extractor's schema. */
  public static TrainedForest of(ModelFile file) {
    return new TrainedForest(file);
  }

  /** A success model for one dependency. Give every circuit breaker one of its own. */
  public ForestModel forDependency() {
    return new ForestModel(this);
  }

  /** What the file says about the model. */
  public ModelHeader header() {
    return file.header();
  }

  /** The trees. */
  public Forest forest() {
    return file.forest();
  }

  /** The first 12 digits of the file's checksum. */
  public String version() {
    return version;
  }

  /**
   * Probability of success below which the model means a breaker to act: one less the threshold in
   * the file, 0.15 by default.
   */
  public double minimumSuccessProbability() {
    return 1 - file.header().threshold();
  }

  @Override
  public String toString() {
    return header().name() + " " + version;
  }
}
