package io.foreguard.predictive.file;

import io.foreguard.predictive.feature.FeatureReference;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forests;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import java.util.List;
import java.util.stream.Stream;

/** One small model of every kind that a file can hold. */
final class ModelKinds {
  static final int FEATURES = 3;

  private ModelKinds() {}

  static ModelHeader header() {
    return ModelHeader.builder("foreguard.calls", 1, List.of("log_odds", "p95", "f.2"))
        .name("calls")
        .report("auc", "0.95")
        .references(
            List.of(
                FeatureReference.of(new double[] {1, 2, 3}),
                FeatureReference.of(new double[] {0, 0, Double.NaN}),
                FeatureReference.of(new double[] {-1, 1e9})))
        .build();
  }

  static Stream<CalibratedScorer> all() {
    Forest mean = Forests.random(FEATURES, 3, 2, 1);
    Forest sum = Forests.ragged(FEATURES, 4, 5, 2);
    LinearScorer linear =
        LinearScorer.of(
            new double[] {1, -2, 0}, 0.5, new double[] {7, 8, 9}, new double[] {1, 2, 3});
    return Stream.of(
        new CalibratedScorer(mean, Calibration.none()),
        new CalibratedScorer(sum, Calibration.sigmoid(1.5, -0.25)),
        new CalibratedScorer(
            mean, Calibration.isotonic(new double[] {0.1, 0.4, 0.8}, new double[] {0, 0.2, 1})),
        new CalibratedScorer(linear, Calibration.sigmoid(1, 0)));
  }
}
