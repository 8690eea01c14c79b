package io.foreguard.predictive.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.ForestBuilder;
import io.foreguard.predictive.imports.ImportedModel.PositiveClass;
import io.foreguard.predictive.scoring.CalibratedScorer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imported models predict what the tools that made them predict, on 10,000 rows each. */
class ToolsAgreeTest {
  // Isotonic calibrations keep exactly 1e-6 away from 0 and 1.
  private static final double CLOSE = 1e-6 + 1e-12;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xgboost.json",
        "xgboost.ubj",
        "xgboost-deep.json",
        "xgboost-logitraw.json",
        "xgboost-dart.json",
        "xgboost-linear.json",
        "xgboost-newer.json",
        "xgboost-newer.ubj",
        "sklearn-logistic.json",
        "sklearn-logistic-scaled.json",
        "sklearn-logistic-imputed.json",
        "sklearn-multinomial.json",
        "sklearn-tree.json",
        "sklearn-forest.json",
        "sklearn-extra-trees.json",
        "sklearn-boosted.json",
        "sklearn-exponential.json",
        "sklearn-hist.json",
        "sklearn-forest-prepared.json",
        "sklearn-sigmoid.json",
        "sklearn-isotonic.json",
        "onnx-forest.onnx",
        "onnx-boosted.onnx",
        "onnx-boosted-lt.onnx",
        "onnx-boosted-gt.onnx",
        "onnx-boosted-gte.onnx",
        "onnx-regressor.onnx",
        "onnx-softmax.onnx",
        "onnx-mean.onnx",
        "onnx-double.onnx",
        "onnx-linear.onnx",
        "onnx-scaled-forest.onnx"
      })
  void predictsWhatTheToolPredicts(String file) throws Exception {
    ImportedModelFixture fixture = ImportedModelFixture.of(file);
    ImportedModel model = ModelImport.read(fixture.model(), file);

    assertThat(mostDifferent(fixture, model, false)).isLessThan(CLOSE);
    ImportedModel opposite = model.withPositiveClass(PositiveClass.SUCCESS);
    assertThat(mostDifferent(fixture, opposite, true)).isLessThan(CLOSE);
    assertThat(contributionsOff(fixture, model)).isLessThan(1e-9);
  }

  /** The rows stand so close to the thresholds that one step of a float shows. */
  @ParameterizedTest
  @ValueSource(strings = {"xgboost.json", "sklearn-forest.json", "onnx-boosted-gte.onnx"})
  void wouldDifferIfThresholdsWereOneStepOff(String file) throws Exception {
    ImportedModelFixture fixture = ImportedModelFixture.of(file);
    ImportedModel model = ModelImport.read(fixture.model(), file);
    Forest moved = moved((Forest) model.scorer());

    double most = 0;
    CalibratedScorer scorer = new CalibratedScorer(moved, model.calibration());
    for (int i = 0; i < ImportedModelFixture.ROWS; i++) {
      double off = Math.abs(scorer.probability(fixture.row(i)) - fixture.predicted(i));
      most = Math.max(most, off);
    }
    assertThat(most).isGreaterThan(1_000 * CLOSE);
  }

  /** The same forest, each threshold one {@code float} lower. */
  private static Forest moved(Forest forest) {
    ForestBuilder builder = new ForestBuilder(forest.featureCount());
    builder
        .aggregation(forest.aggregation())
        .offset(forest.offset())
        .singlePrecision(forest.isSinglePrecision());
    for (int t = 0; t < forest.trees(); t++) {
      builder.tree(forest.root(t), forest.weight(t));
    }
    for (int n = 0; n < forest.nodes(); n++) {
      double threshold = Math.nextDown((float) forest.threshold(n));
      builder.node(
          forest.feature(n),
          forest.falseBranch(n),
          threshold,
          forest.value(n),
          forest.missingTrue(n));
    }
    return builder.build();
  }

  private static double mostDifferent(
      ImportedModelFixture fixture, ImportedModel model, boolean opposite) {
    CalibratedScorer scorer = model.calibratedScorer();
    double most = 0;
    for (int i = 0; i < ImportedModelFixture.ROWS; i++) {
      double expected = opposite ? 1 - fixture.predicted(i) : fixture.predicted(i);
      most = Math.max(most, Math.abs(scorer.probability(fixture.row(i)) - expected));
    }
    return most;
  }

  private static double contributionsOff(ImportedModelFixture fixture, ImportedModel model) {
    double[] contributions = new double[model.featureCount()];
    double most = 0;
    for (int i = 0; i < 100; i++) {
      double[] row = fixture.row(i);
      model.scorer().contributions(row, contributions);
      double sum = model.scorer().base();
      for (double contribution : contributions) {
        sum += contribution;
      }
      double score = model.scorer().score(row);
      most = Math.max(most, Math.abs(sum - score) / Math.max(1, Math.abs(score)));
    }
    return most;
  }
}
