package io.foreguard.predictive.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.Scorer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelKindsTest {
  private static final ModelHeader HEADER = ModelKinds.header();

  @ParameterizedTest
  @MethodSource("io.foreguard.predictive.file.ModelKinds#all")
  void everyKindComesBackAsItWas(CalibratedScorer model) throws Exception {
    byte[] bytes = ModelFile.toBytes(HEADER, model);

    ModelFile read = ModelFile.read(bytes, "model");

    assertThat(ModelFile.toBytes(read.header(), read.model())).isEqualTo(bytes);
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 1_000; i++) {
      double[] features = random.doubles(ModelKinds.FEATURES, -1, 2).toArray();
      features[i % 3] = i % 4 == 0 ? Double.NaN : features[i % 3];
      assertThat(read.model().probability(features)).isEqualTo(model.probability(features));
    }
  }

  @Test
  void aModelOfCallsHasNeitherIntervalNorHorizon() throws Exception {
    byte[] bytes = ModelFile.toBytes(HEADER, model(0));

    ModelHeader read = ModelFile.read(bytes, "model").header();

    assertThat(read.schemaId()).isEqualTo("foreguard.calls");
    assertThat(read.features()).containsExactly("log_odds", "p95", "f.2");
    assertThat(read.interval()).isZero();
    assertThat(read.horizon()).isZero();
    assertThat(read.failureShare()).isEqualTo(1);
    assertThat(read.origin()).isEmpty();
  }

  @Test
  void refusesAnIntervalWithoutAHorizon() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ModelHeader.builder("x", 1, List.of("a")).interval(Duration.ofMinutes(1)).build())
        .withMessage("horizon must be there exactly if interval is, but was PT0S");
  }

  @Test
  void refusesAnotherSchemaByName() throws Exception {
    ModelFile file = ModelFile.read(ModelFile.toBytes(HEADER, model(0)), "model");

    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> file.requireSchema(FeatureSchema.dependencyLoad(), "calls.fgm"))
        .withMessageContaining("calls.fgm: of another schema")
        .withMessageContaining("but was foreguard.calls version 1");
  }

  @Test
  void refusesAModelOfCallsWhereSamplesAreSeen() throws Exception {
    ModelFile file = ModelFile.read(ModelFile.toBytes(HEADER, model(0)), "model");

    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> file.requireInterval("calls.fgm"))
        .withMessageContaining("interval.ms must be there in a model of samples");
  }

  @Test
  void saysWhereALinearScorerIsHostile() {
    assertRefused(
        3,
        at -> at.putDouble(section() + 8 + 24 + 8, Double.NaN),
        Reason.INVALID,
        section() + 8 + 24 + 8,
        "missing 1 must be at most 1.0E100 from 0, but was NaN");
    assertRefused(
        3,
        at -> at.putDouble(section(), 1e101),
        Reason.INVALID,
        section(),
        "intercept must be at most 1.0E100 from 0, but was 1.0E101");
    assertRefused(
        3,
        at -> at.putDouble(section() + 8 + 72, -1),
        Reason.INVALID,
        section() + 8 + 72,
        "calibration: slope must be in (0, 1e100], but was -1.0");
  }

  @Test
  void saysWhereACalibrationIsHostile() {
    int knots = end(2) - 4 - 3 * Section.KNOT_BYTES;
    assertRefused(
        2,
        at -> at.putInt(knots, 10_001),
        Reason.OVERSIZED,
        knots,
        "at most 10000 knots, but claims 10001");
    assertRefused(
        2, at -> at.putInt(knots, 4), Reason.INVALID, knots + 4, "4 knots must end at byte");
    assertRefused(
        2,
        at -> at.putInt(knots, 2),
        Reason.INVALID,
        end(2) - Section.KNOT_BYTES,
        "must end at byte " + end(2) + ", but ends at " + (end(2) - Section.KNOT_BYTES));
    assertRefused(
        2,
        at -> at.putDouble(knots + 4 + Section.KNOT_BYTES, 0.1),
        Reason.INVALID,
        knots,
        "score of knot 1 must be finite and above the one before, but was 0.1");
  }

  @Test
  void refusesToWriteAScorerThatNoFileCanHold() {
    Scorer strange =
        new Scorer() {
          @Override
          public int featureCount() {
            return ModelKinds.FEATURES;
          }

          @Override
          public double score(double[] features) {
            return 0;
          }

          @Override
          public double base() {
            return 0;
          }

          @Override
          public long steps() {
            return 0;
          }

          @Override
          public void contributions(double[] features, double[] contributions) {}
        };

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ModelFile.toBytes(HEADER, new CalibratedScorer(strange, Calibration.none())))
        .withMessageStartingWith("scorer must be a Forest or a LinearScorer, but was class");
  }

  private static CalibratedScorer model(int kind) {
    return ModelKinds.all().toList().get(kind);
  }

  private static int section() {
    byte[] bytes = ModelFile.toBytes(HEADER, model(3));
    return ModelFile.HEADER_AT + ByteBuffer.wrap(bytes).getInt(ModelFile.HEADER_LENGTH_AT);
  }

  private static int end(int kind) {
    return ModelFile.toBytes(HEADER, model(kind)).length - ModelFile.CHECKSUM_BYTES;
  }

  private static void assertRefused(
      int kind, Consumer<ByteBuffer> patch, Reason reason, long offset, String problem) {
    byte[] bytes = ModelFile.toBytes(HEADER, model(kind));
    patch.accept(ByteBuffer.wrap(bytes));
    Mutations.sign(bytes);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.read(bytes, "model"))
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }
}
