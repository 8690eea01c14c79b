package io.foreguard.predictive.imports;

import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.Scorer;
import java.util.List;

/**
 * The scores of the two classes on their way out of an ONNX graph.
 *
 * @param node the operation that made them
 * @param scorer the positive class's score
 * @param form how its score becomes its probability
 * @param sumToOne whether the scores of both classes, as they are here, sum to 1
 * @param classes names of the two classes; empty where the graph has none
 */
record OnnxScores(OnnxNode node, Scorer scorer, Form form, boolean sumToOne, List<String> classes) {

  /** What comes out of {@code after}. */
  OnnxScores after(OnnxNode after) throws ImportFault {
    return switch (after.type()) {
      case "Identity", "ZipMap" -> this;
      case "Cast" -> {
        OnnxReader.checkCast(after);
        yield this;
      }
      case "Normalizer" -> {
        if (!after.text("norm", "MAX").equals("L1") || !sumToOne) {
          String problem = "must be L1, of two scores that sum to 1 anyway";
          throw ImportFault.unsupported(after.place("norm"), problem);
        }
        yield this;
      }
      case "Sigmoid" -> {
        if (form != Form.RAW) {
          throw ImportFault.unsupported(after.place(), "on what is a probability is not");
        }
        yield new OnnxScores(node, scorer, Form.LOGISTIC, false, classes);
      }
      default -> throw ImportFault.unsupported(after.place(), "this operation on scores is not");
    };
  }

  /** What the whole graph says. */
  ImportedScorer finish(String origin) throws ImportFault {
    if (form == Form.RAW) {
      String problem =
          "scores that are no probabilities are not: LOGISTIC, SOFTMAX or Sigmoid must";
      throw ImportFault.unsupported(node.place(), problem + " make them such");
    }
    Calibration calibration =
        form == Form.LOGISTIC ? Calibration.sigmoid(1, 0) : Calibration.none();
    String whole = origin + ", " + node.type();
    return new ImportedScorer(whole, scorer, calibration, List.of(), classes, List.of());
  }

  /** How a score becomes a probability. */
  enum Form {
    /** It is one. */
    PROBABILITY,
    /** It is log odds. */
    LOGISTIC,
    /** Not at all yet. */
    RAW
  }
}
