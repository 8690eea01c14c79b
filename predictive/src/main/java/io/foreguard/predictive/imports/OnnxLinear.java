package io.foreguard.predictive.imports;

import io.foreguard.predictive.imports.OnnxScores.Form;
import io.foreguard.predictive.scoring.Scorer;
import java.util.Arrays;
import java.util.List;

/** Understands ONNX's linear models. */
final class OnnxLinear {
  private OnnxLinear() {}

  static OnnxScores classifier(OnnxNode node, OnnxInput input) throws ImportFault {
    List<String> classes = OnnxTrees.classes(node, "classlabels_ints", "classlabels_strings");
    String post = node.text("post_transform", "NONE");
    int rows = node.numbers("intercepts").length;
    if (rows != 1 && rows != 2) {
      throw ImportFault.unsupported(
          node.place("intercepts"), "must be of one or two classes: " + rows);
    }
    double[] coefficients = node.numbers("coefficients");
    double[] intercepts = node.numbers("intercepts");
    if (coefficients.length == 0 || coefficients.length % rows != 0) {
      String rule = "of a length that " + rows + " divides";
      throw ImportFault.invalid(node.place("coefficients"), rule, coefficients.length);
    }
    int features = coefficients.length / rows;
    double[] weights = Arrays.copyOfRange(coefficients, (rows - 1) * features, rows * features);
    double intercept = intercepts[rows - 1];
    if (rows == 1) {
      if (!post.equals("NONE")) {
        String problem = "must be NONE for one row of coefficients, but was ";
        throw ImportFault.unsupported(
            node.place("post_transform"), problem + ImportFault.shown(post));
      }
      return new OnnxScores(
          node, scorer(node, input, weights, intercept), Form.RAW, false, classes);
    }
    boolean opposite = intercept == -intercepts[0];
    for (int i = 0; i < features; i++) {
      opposite &= weights[i] == -coefficients[i];
      weights[i] -= post.equals("SOFTMAX") ? coefficients[i] : 0;
    }
    intercept -= post.equals("SOFTMAX") ? intercepts[0] : 0;
    Scorer scorer = scorer(node, input, weights, intercept);
    return switch (post) {
      case "NONE" -> new OnnxScores(node, scorer, Form.RAW, false, classes);
      case "LOGISTIC" -> new OnnxScores(node, scorer, Form.LOGISTIC, opposite, classes);
      case "SOFTMAX" -> new OnnxScores(node, scorer, Form.LOGISTIC, true, classes);
      default -> throw OnnxTrees.unknownTransform(node, post);
    };
  }

  static OnnxScores regressor(OnnxNode node, OnnxInput input) throws ImportFault {
    OnnxTrees.checkRegressor(node, "targets");
    double[] weights = node.numbers("coefficients");
    double[] intercepts = node.numbers("intercepts");
    if (intercepts.length > 1) {
      throw ImportFault.invalid(node.place("intercepts"), "at most 1", intercepts.length);
    }
    double intercept = intercepts.length == 0 ? 0 : intercepts[0];
    return new OnnxScores(
        node, scorer(node, input, weights, intercept), Form.RAW, false, List.of());
  }

  private static Scorer scorer(OnnxNode node, OnnxInput input, double[] weights, double intercept)
      throws ImportFault {
    String place = node.place("coefficients");
    for (int i = 0; i < weights.length; i++) {
      if (!Double.isFinite(weights[i])) {
        throw ImportFault.invalid(place + "[" + i + "]", "finite", weights[i]);
      }
    }
    int features = input.features(weights.length, place);
    node.checkLength("coefficients", weights.length, features);
    return SklearnReader.scorer(input.chain(features).unfold(weights, intercept), place);
  }
}
