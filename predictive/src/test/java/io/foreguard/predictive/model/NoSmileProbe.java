package io.foreguard.predictive.model;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.predictive.SignalsFixture;
import io.foreguard.predictive.observation.Observation;
import java.nio.file.Path;

/** What a service does with a model file, run by a test where Smile cannot be found. */
public final class NoSmileProbe {
  private NoSmileProbe() {}

  /**
   * Loads {@code file}, feeds an hour of 60 active connections and returns the estimate in words.
   */
  public static String run(String file) {
    SuccessModel model = ModelLoader.loadOrDefault(Path.of(file)).forDependency();
    Estimate estimate = model.estimate(SignalsFixture.before(0));
    for (int minute = 0; minute <= 60; minute++) {
      Observation sample = new Observation(0, 60, 0.1, 5, 0, 0);
      estimate = model.estimate(SignalsFixture.of(minute * 60_000_000_000L, sample));
    }
    return estimate.toString();
  }
}
