package io.foreguard.predictive.imports;

import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.forest.Forests;
import io.foreguard.predictive.model.CallModel;
import io.foreguard.predictive.model.ModelLoader;
import io.foreguard.predictive.model.TrainedCallModel;
import io.foreguard.predictive.model.TrainedForest;
import io.foreguard.predictive.model.TrainedForests;
import io.foreguard.predictive.online.OnlineLogisticModel;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import io.foreguard.predictive.trust.ShadowComparison;
import io.foreguard.predictive.trust.SwappableModel;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.test.contract.LearningModelContract;
import io.foreguard.test.contract.SuccessModelContract;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The models of this module keep the contract of models. Here, where the imports' fixtures are. */
class ModelContractsTest {
  private static final int SIZE = FeatureSchema.calls().size();

  @Nested
  class AForest extends SuccessModelContract {
    @TempDir Path folder;

    @Override
    protected SuccessModel model() {
      try {
        Path file = folder.resolve("stump.fgm");
        TrainedForests.writeStump(file);
        return TrainedForest.load(file).forDependency();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Nested
  class AModelThatIsMissing extends SuccessModelContract {
    @Override
    protected SuccessModel model() {
      return ModelLoader.loadOrDefault(Path.of("no-such-file")).forDependency();
    }
  }

  @Nested
  class ALogisticRegressionOfCalls extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return logistic();
    }
  }

  @Nested
  class AForestOfCalls extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return ofCalls("forest", Forests.stump(SIZE, 0, 0, .05, .95), Calibration.none());
    }
  }

  @Nested
  class AnXgboostModelOfCalls extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return imported("xgboost.ubj");
    }
  }

  @Nested
  class AnOnnxModelOfCalls extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return imported("onnx-boosted.onnx");
    }
  }

  @Nested
  class AnIsotonicModelOfCalls extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return imported("sklearn-isotonic.json");
    }
  }

  @Nested
  class AnOnlineModel extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return OnlineLogisticModel.create();
    }
  }

  @Nested
  class ATrustedModel extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return TrustedModel.of("points", logistic(), TrustConfig.defaults());
    }
  }

  @Nested
  class AModelThatMustProveItself extends LearningModelContract {
    @Override
    protected LearningModel model() {
      TrustConfig config = TrustConfig.builder().mustProve(true).build();
      return TrustedModel.of("points", OnlineLogisticModel.create(), config);
    }
  }

  @Nested
  class ASwappableModel extends LearningModelContract {
    @Override
    protected LearningModel model() {
      SwappableModel model = SwappableModel.of(StatisticalModel.instance());
      model.swap(logistic());
      return model;
    }
  }

  @Nested
  class AShadowComparison extends LearningModelContract {
    @Override
    protected LearningModel model() {
      return ShadowComparison.of(StatisticalModel.instance(), logistic(), TripPolicy.predictive());
    }
  }

  private static CallModel logistic() {
    double[] weights = new double[SIZE];
    Arrays.setAll(weights, i -> (i % 5 - 2) / 10.0);
    LinearScorer scorer = LinearScorer.of(weights, -1, new double[SIZE]);
    return ofCalls("logistic", scorer, Calibration.sigmoid(1, 0));
  }

  private static CallModel imported(String file) {
    try {
      ImportedModel model = ModelImport.read(ImportedModelFixture.of(file).model(), file);
      CalibratedScorer scorer =
          model
              .withFeatureNames(FeatureSchema.calls().names().subList(0, model.featureCount()))
              .mappedTo(FeatureSchema.calls())
              .calibratedScorer();
      return ofCalls("imported", scorer.scorer(), scorer.calibration());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static CallModel ofCalls(String name, Scorer scorer, Calibration calibration) {
    TrainedCallModel trained =
        new TrainedCallModel(name, "1", new CalibratedScorer(scorer, calibration));
    return new CallModel(() -> trained, CallFeatures.of(new ManualClock()));
  }
}
