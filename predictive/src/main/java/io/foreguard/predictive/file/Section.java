package io.foreguard.predictive.file;

import io.foreguard.internal.Require;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** How a scorer and a calibration look in a file, after its header. */
final class Section {
  static final String FOREST = "forest";
  static final String LINEAR = "linear";
  static final List<String> SCORERS = List.of(FOREST, LINEAR);

  static final String NONE = "none";
  static final String SIGMOID = "sigmoid";
  static final String ISOTONIC = "isotonic";
  static final List<String> CALIBRATIONS = List.of(NONE, SIGMOID, ISOTONIC);

  static final int FOREST_BYTES = 24;
  static final int TREE_BYTES = 12;
  static final int NODE_BYTES = 24;
  static final int INTERCEPT_BYTES = 8;
  static final int FEATURE_BYTES = 24;
  static final int SIGMOID_BYTES = 16;
  static final int KNOTS_BYTES = 4;
  static final int KNOT_BYTES = 16;

  private Section() {}

  static String kind(Scorer scorer) {
    boolean known = scorer instanceof Forest || scorer instanceof LinearScorer;
    Require.that(known, "scorer", "a Forest or a LinearScorer", scorer.getClass());
    return scorer instanceof Forest ? FOREST : LINEAR;
  }

  static String kind(Calibration calibration) {
    return calibration.kind().name().toLowerCase(Locale.ROOT);
  }

  static long bytes(CalibratedScorer model) {
    return bytes(model.scorer()) + bytes(model.calibration());
  }

  static void write(CalibratedScorer model, ByteBuffer out) {
    if (model.scorer() instanceof Forest forest) {
      write(forest, out);
    } else if (model.scorer() instanceof LinearScorer linear) {
      write(linear, out);
    }
    write(model.calibration(), out);
  }

  private static long bytes(Scorer scorer) {
    return scorer instanceof Forest forest
        ? FOREST_BYTES + (long) TREE_BYTES * forest.trees() + (long) NODE_BYTES * forest.nodes()
        : INTERCEPT_BYTES + (long) FEATURE_BYTES * scorer.featureCount();
  }

  private static long bytes(Calibration calibration) {
    return switch (calibration.kind()) {
      case NONE -> 0;
      case SIGMOID -> SIGMOID_BYTES;
      case ISOTONIC -> KNOTS_BYTES + (long) KNOT_BYTES * calibration.knots();
    };
  }

  private static void write(Forest forest, ByteBuffer out) {
    out.putInt(forest.aggregation() == Aggregation.SUM ? 1 : 0);
    out.putInt(forest.isSinglePrecision() ? 1 : 0);
    out.putDouble(forest.offset()).putInt(forest.trees()).putInt(forest.nodes());
    for (int t = 0; t < forest.trees(); t++) {
      out.putInt(forest.root(t)).putDouble(forest.weight(t));
    }
    for (int n = 0; n < forest.nodes(); n++) {
      out.putShort((short) forest.feature(n)).putShort((short) (forest.missingTrue(n) ? 1 : 0));
      out.putInt(forest.falseBranch(n)).putDouble(forest.threshold(n)).putDouble(forest.value(n));
    }
  }

  private static void write(LinearScorer linear, ByteBuffer out) {
    out.putDouble(linear.intercept());
    for (int i = 0; i < linear.featureCount(); i++) {
      out.putDouble(linear.weight(i)).putDouble(linear.missing(i)).putDouble(linear.reference(i));
    }
  }

  private static void write(Calibration calibration, ByteBuffer out) {
    switch (calibration.kind()) {
      case NONE -> {}
      case SIGMOID -> out.putDouble(calibration.slope()).putDouble(calibration.intercept());
      case ISOTONIC -> {
        out.putInt(calibration.knots());
        for (int k = 0; k < calibration.knots(); k++) {
          out.putDouble(calibration.knotScore(k)).putDouble(calibration.knotProbability(k));
        }
      }
    }
  }
}
