package io.foreguard.predictive.model;

import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.forest.Forests;
import java.io.IOException;
import java.nio.file.Path;

/** Makes files of forests that no one trained. */
public final class TrainedForests {
  private TrainedForests() {}

  /** A model that foresees failure, at 0.95, from more than 50 active connections. */
  public static void writeStump(Path file) throws IOException {
    ModelHeader header = ModelHeader.builder(FeatureExtractor.schema()).name("stump").build();
    int features = FeatureExtractor.schema().size();
    ModelFile.write(file, header, Forests.stump(features, 0, 50, 0.05, 0.95));
  }
}
