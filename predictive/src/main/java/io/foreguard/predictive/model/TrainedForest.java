package io.foreguard.predictive.model;

import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelFileException;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.scoring.CalibratedScorer;
import java.nio.file.Path;

/**
 * A model of samples loaded from a file, a forest or another scorer, which any number of circuit
 * breakers may share. Immutable, thread-safe. A breaker consults a {@link ForestModel} made from
 * it.
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
    return of(ModelFile.read(file), file.toString());
  }

  /**
   * The model in {@code file}.
   *
   * @param source what to call the file in messages
   * @throws ModelFileException if the features are not of the extractor's schema, or the file names
   *     no interval between samples
   */
  public static TrainedForest of(ModelFile file, String source) throws ModelFileException {
    file.requireSchema(FeatureExtractor.schema(), source);
    file.requireInterval(source);
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

  /** The scorer and its calibration. */
  public CalibratedScorer model() {
    return file.model();
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
