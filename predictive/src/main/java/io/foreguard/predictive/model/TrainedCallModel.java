package io.foreguard.predictive.model;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelFileException;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.time.Clock;
import java.nio.file.Path;
import java.util.List;

/**
 * A trained model of single calls, which any number of circuit breakers may share. Immutable,
 * thread-safe. A breaker consults a {@link CallModel} made from it.
 *
 * @param name name in explanations and metrics
 * @param version for example the first digits of its file's checksum
 * @param scorer features of {@link FeatureSchema#calls()} to the probability of failure
 * @param references how each feature was distributed in training; empty if that is not known
 */
public record TrainedCallModel(
    String name, String version, CalibratedScorer scorer, List<FeatureReference> references) {
  private static final int VERSION_DIGITS = 12;

  /** Checks that the scorer sees the features of calls, and that references fit them. */
  public TrainedCallModel {
    Require.name(name, "name");
    Require.name(version, "version");
    int size = FeatureSchema.calls().size();
    Require.that(
        scorer.featureCount() == size,
        "features of scorer",
        "exactly " + size,
        scorer.featureCount());
    references = List.copyOf(references);
    boolean fit = references.isEmpty() || references.size() == size;
    Require.that(fit, "references", "none or " + size, references.size());
  }

  /** A model of which nobody knows how its features were distributed in training. */
  public TrainedCallModel(String name, String version, CalibratedScorer scorer) {
    this(name, version, scorer, List.of());
  }

  /**
   * Loads {@code file}. {@link ModelLoader#loadOrDefault} never throws and suits a service's start.
   *
   * @throws ModelFileException if the file is missing, breaks any rule of the format, or holds no
   *     model of calls
   */
  public static TrainedCallModel load(Path file) throws ModelFileException {
    return of(ModelFile.read(file), file.toString());
  }

  /**
   * The model in {@code file}.
   *
   * @param source what to call the file in messages
   * @throws ModelFileException if the features are not those of {@link FeatureSchema#calls()}
   */
  public static TrainedCallModel of(ModelFile file, String source) throws ModelFileException {
    file.requireSchema(FeatureSchema.calls(), source);
    String version = file.sha256().substring(0, VERSION_DIGITS);
    return new TrainedCallModel(
        file.header().name(), version, file.model(), file.header().references());
  }

  /**
   * A success model for one dependency on the system's clock. Give every circuit breaker one of its
   * own; for another clock, or with the health of other dependencies, make a {@link CallModel}.
   */
  public CallModel forDependency() {
    return new CallModel(() -> this, CallFeatures.of(Clock.system()));
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
