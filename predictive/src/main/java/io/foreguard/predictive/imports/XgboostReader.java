package io.foreguard.predictive.imports;

import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Understands what XGBoost's {@code save_model} writes: one booster (gbtree, dart or gblinear) of a
 * binary objective. Thresholds and leaves are single-precision numbers, a feature below the
 * threshold goes left, a missing one where {@code default_left} says. Not thread-safe.
 */
final class XgboostReader {
  private final Node learner;
  private final List<String> notes = new ArrayList<>();

  private XgboostReader(Node learner) {
    this.learner = learner;
  }

  static ImportedScorer read(Node document) throws ImportFault {
    return new XgboostReader(document.get("learner")).read(version(document));
  }

  private ImportedScorer read(String version) throws ImportFault {
    Node objective = learner.get("objective").get("name");
    String name = objective.text();
    if (!List.of("binary:logistic", "binary:logitraw", "reg:logistic").contains(name)) {
      String known = "must be binary:logistic, binary:logitraw or reg:logistic";
      throw ImportFault.unsupported(
          objective.path(), known + ", but was " + ImportFault.shown(name));
    }
    Node param = learner.get("learner_model_param");
    int features = param.get("num_feature").whole(0, Integer.MAX_VALUE);
    TreeAssembler.checkFeatures(features, param.get("num_feature").path());
    checkSingle(param, "num_class", "multi-class models are not");
    checkSingle(param, "num_target", "models of several targets are not");
    double margin = margin(param.get("base_score"), !name.equals("binary:logitraw"));
    Node booster = learner.get("gradient_booster");
    String kind = booster.get("name").text();
    Scorer scorer =
        switch (kind) {
          case "gbtree" -> trees(booster.get("model"), null, features, margin);
          case "dart" ->
              trees(
                  booster.get("gbtree").get("model"), booster.get("weight_drop"), features, margin);
          case "gblinear" -> linear(booster.get("model"), features, margin);
          default ->
              throw ImportFault.unsupported(
                  booster.get("name").path(),
                  "must be gbtree, dart or gblinear, but was " + ImportFault.shown(kind));
        };
    String origin = "XGBoost " + version + ", " + kind + ", " + name;
    Calibration logistic = Calibration.sigmoid(1, 0);
    return new ImportedScorer(origin, scorer, logistic, names(features), List.of(), notes);
  }

  private static String version(Node document) throws ImportFault {
    Node version = document.find("version");
    if (version == null) {
      return "of unknown version";
    }
    int[] parts = version.wholes(version.size(), 0, 1_000_000);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(3, parts.length); i++) {
      text.append(i == 0 ? "" : ".").append(parts[i]);
    }
    return text.toString();
  }

  private static void checkSingle(Node param, String key, String problem) throws ImportFault {
    Node found = param.find(key);
    if (found != null && found.whole(0, Integer.MAX_VALUE) > 1) {
      throw ImportFault.unsupported(found.path(), problem + ": " + key + " must be at most 1");
    }
  }

  /**
   * The base score stands in a string, since 3.1 as an array of one. It is a probability, but for
   * binary:logitraw it is added to the leaves as it is.
   */
  private static double margin(Node base, boolean probability) throws ImportFault {
    String text = base.isText() ? base.text() : String.valueOf(base.number());
    String inner =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    float score = Float.NaN;
    if (inner.length() <= 64 && !inner.isEmpty() && !inner.endsWith("f") && !inner.endsWith("d")) {
      try {
        score = Float.parseFloat(inner);
      } catch (NumberFormatException e) {
        throw ImportFault.invalid(base.path(), "one number", text);
      }
    }
    if (!probability) {
      if (!Float.isFinite(score)) {
        throw ImportFault.invalid(base.path(), "one finite number", text);
      }
      return score;
    }
    if (!(score > 0 && score < 1)) {
      throw ImportFault.invalid(base.path(), "one number in (0, 1)", text);
    }
    return (float) -Math.log(1f / score - 1f);
  }

  private List<String> names(int features) throws ImportFault {
    Node types = learner.find("feature_types");
    if (types != null) {
      int categorical = types.texts().indexOf("c");
      if (categorical >= 0) {
        String place = types.path() + "[" + categorical + "]";
        throw ImportFault.unsupported(place, "categorical features are not");
      }
    }
    Node names = learner.find("feature_names");
    if (names == null || names.size() == 0) {
      return List.of();
    }
    List<String> texts = names.texts();
    if (texts.size() != features) {
      throw ImportFault.invalid(names.path(), "of length " + features, texts.size());
    }
    return texts;
  }

  private Scorer linear(Node model, int features, double margin) throws ImportFault {
    double[] all = model.get("weights").finite(features + 1);
    double[] weights = Arrays.copyOf(all, features);
    notes.add("a missing feature counts as 0, as in the tool");
    try {
      return LinearScorer.of(weights, margin + all[features], new double[features]);
    } catch (IllegalArgumentException e) {
      throw new ImportFault(
          ImportException.Reason.INVALID,
          model.get("weights").path(),
          String.valueOf(e.getMessage()));
    }
  }

  private Scorer trees(Node model, @Nullable Node drop, int features, double margin)
      throws ImportFault {
    Node param = model.get("gbtree_model_param");
    checkSingle(param, "size_leaf_vector", "leaves of several values are not");
    Node trees = model.get("trees");
    int count = trees.size();
    Node info = model.get("tree_info");
    info.wholes(count, 0, 0);
    double[] weights = drop == null ? null : drop.finite(count);
    InputChain single = new InputChain(false, true);
    TreeAssembler forest = new TreeAssembler(features, single, Aggregation.SUM);
    forest.offset(margin, "learner.learner_model_param.base_score");
    for (int t = 0; t < count; t++) {
      double weight = weights == null ? 1 : (float) weights[t];
      forest.add(tree(trees.at(t)), 0, weight);
    }
    noteBestIteration(count);
    return forest.build(trees.path());
  }

  private void noteBestIteration(int trees) throws ImportFault {
    Node attributes = learner.find("attributes");
    Node best = attributes == null ? null : attributes.find("best_iteration");
    if (best != null && best.isText()) {
      notes.add(
          "best_iteration "
              + ImportFault.shown(best.text())
              + " is not applied: all "
              + trees
              + " trees count, as in Booster.predict; slice the booster before saving it to keep"
              + " fewer");
    }
  }

  private static TreeNodes tree(Node tree) throws ImportFault {
    int size = tree.get("left_children").size();
    if (size < 1) {
      throw ImportFault.invalid(tree.path(), "a tree of 1 node or more", size);
    }
    Node param = tree.get("tree_param");
    checkSingle(param, "size_leaf_vector", "leaves of several values are not");
    checkNumerical(tree, size);
    int[] left = tree.get("left_children").wholes(size, -1, size - 1);
    int[] right = tree.get("right_children").wholes(size, -1, size - 1);
    int[] feature = tree.get("split_indices").wholes(size, 0, Integer.MAX_VALUE);
    int[] defaultLeft = tree.get("default_left").wholes(size, 0, 1);
    double[] condition = tree.get("split_conditions").numbers(size).clone();
    BitSet strict = new BitSet(size);
    BitSet missingLeft = new BitSet(size);
    for (int i = 0; i < size; i++) {
      condition[i] = (float) condition[i];
      missingLeft.set(i, defaultLeft[i] == 1);
      strict.set(i);
      if (left[i] < 0) {
        feature[i] = -1;
      }
    }
    Node cover = tree.find("sum_hessian");
    String path = tree.path();
    return new TreeNodes(
        feature,
        condition,
        left,
        right,
        strict,
        missingLeft,
        condition,
        cover == null ? null : cover.numbers(size),
        node -> path + ", node " + node);
  }

  private static void checkNumerical(Node tree, int size) throws ImportFault {
    Node categories = tree.find("categories_nodes");
    if (categories != null && categories.size() > 0) {
      throw ImportFault.unsupported(categories.path(), "splits by category are not");
    }
    Node types = tree.find("split_type");
    if (types == null) {
      return;
    }
    int[] type = types.wholes(types.size() == 0 ? 0 : size, 0, 255);
    for (int i = 0; i < type.length; i++) {
      if (type[i] != 0) {
        throw ImportFault.unsupported(types.path() + "[" + i + "]", "splits by category are not");
      }
    }
  }
}
