package io.foreguard.predictive.training;

import io.foreguard.predictive.feature.Feature;
import io.foreguard.predictive.feature.FeatureSchema;
import java.time.Duration;
import java.util.List;

/** Schemas of made-up features. */
final class Schemas {
  private Schemas() {}

  static FeatureSchema of(List<String> names) {
    return FeatureSchema.of(
        "test",
        1,
        names.stream().map(name -> new Feature(name, "1", Duration.ZERO, "none", name)).toList());
  }
}
