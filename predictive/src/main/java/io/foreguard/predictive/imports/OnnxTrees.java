package io.foreguard.predictive.imports;

import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.imports.OnnxScores.Form;
import java.util.ArrayList;
import java.util.List;

/** Understands ONNX's tree ensembles. */
final class OnnxTrees {
  /** How far a sum of single-precision numbers may be from what it stands for. */
  private static final double ROUNDING = 1e-4;

  private OnnxTrees() {}

  static OnnxScores classifier(OnnxNode node, OnnxInput input) throws ImportFault {
    List<String> classes = classes(node, "classlabels_int64s", "classlabels_strings");
    String post = node.text("post_transform", "NONE");
    OnnxTreeTable table = new OnnxTreeTable(node, input);
    double[][] leaves = table.leaves("class", 2);
    double[] base = base(node);
    boolean[] used = table.used();
    if (used[0] && used[1]) {
      return twoClasses(node, table, leaves, base, post, classes);
    }
    int one = used[1] ? 1 : 0;
    double[] scores = leaves[one];
    if (base.length > (one == 0 ? 1 : 0)) {
      String problem = "with scores of class " + one + " alone are not: " + base.length;
      throw ImportFault.unsupported(node.place("base_values"), problem);
    }
    boolean positive = table.lowestWeight() >= 0;
    TreeAssembler trees = table.assemble(scores, Aggregation.SUM);
    trees.offset(base.length == 0 ? 0 : base[0], node.place("base_values"));
    Forest forest = trees.build(node.place());
    boolean probability = isProbability(trees.lowest(), trees.highest());
    if (post.equals("NONE")) {
      Form form = positive && probability ? Form.PROBABILITY : Form.RAW;
      return new OnnxScores(node, forest, form, form == Form.PROBABILITY, classes);
    }
    if (!post.equals("LOGISTIC")) {
      throw unknownTransform(node, post + " of scores of one class");
    }
    if (positive && one == 0) {
      throw unknownTransform(
          node, post + " of weights that are all positive, which ONNX Runtime does not apply");
    }
    return new OnnxScores(node, forest, Form.LOGISTIC, true, classes);
  }

  private static OnnxScores twoClasses(
      OnnxNode node,
      OnnxTreeTable table,
      double[][] leaves,
      double[] base,
      String post,
      List<String> classes)
      throws ImportFault {
    for (double value : base) {
      if (value != 0) {
        throw ImportFault.unsupported(
            node.place("base_values"), "with scores of two classes are not: " + value);
      }
    }
    if (!table.alwaysScored(1)) {
      String problem = "must score the second class in every leaf of some tree";
      throw ImportFault.unsupported(node.place("class_ids"), problem);
    }
    double[] negative = leaves[0];
    double[] positive = leaves[1];
    double[] sums = new double[negative.length];
    double[] differences = new double[negative.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = negative[i] + positive[i];
      differences[i] = positive[i] - negative[i];
    }
    if (post.equals("SOFTMAX")) {
      Forest forest = table.assemble(differences, Aggregation.SUM).build(node.place());
      return new OnnxScores(node, forest, Form.LOGISTIC, true, classes);
    }
    TreeAssembler trees = table.assemble(positive, Aggregation.SUM);
    Forest forest = trees.build(node.place());
    if (post.equals("LOGISTIC")) {
      return new OnnxScores(node, forest, Form.LOGISTIC, false, classes);
    }
    if (!post.equals("NONE")) {
      throw unknownTransform(node, post);
    }
    TreeAssembler sum = table.assemble(sums, Aggregation.SUM);
    boolean toOne = isOne(sum.lowest()) && isOne(sum.highest());
    boolean probability = isProbability(trees.lowest(), trees.highest());
    Form form = probability ? Form.PROBABILITY : Form.RAW;
    return new OnnxScores(node, forest, form, probability && toOne, classes);
  }

  static OnnxScores regressor(OnnxNode node, OnnxInput input) throws ImportFault {
    checkRegressor(node, "n_targets");
    OnnxTreeTable table = new OnnxTreeTable(node, input);
    double[] leaves = table.leaves("target", 1)[0];
    double[] base = base(node);
    if (base.length > 1) {
      throw ImportFault.invalid(node.place("base_values"), "at most 1", base.length);
    }
    String aggregate = node.text("aggregate_function", "SUM");
    Aggregation aggregation =
        switch (aggregate) {
          case "SUM" -> Aggregation.SUM;
          case "AVERAGE" -> Aggregation.MEAN;
          default ->
              throw ImportFault.unsupported(
                  node.place("aggregate_function"), ImportFault.shown(aggregate) + " is not");
        };
    TreeAssembler trees = table.assemble(leaves, aggregation);
    trees.offset(base.length == 0 ? 0 : base[0], node.place("base_values"));
    Forest forest = trees.build(node.place());
    boolean probability = isProbability(trees.lowest(), trees.highest());
    Form form = probability ? Form.PROBABILITY : Form.RAW;
    return new OnnxScores(node, forest, form, false, List.of());
  }

  /** Names of exactly two classes. */
  static List<String> classes(OnnxNode node, String wholeKey, String textKey) throws ImportFault {
    List<String> names = new ArrayList<>();
    for (int label : node.wholes(wholeKey, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      names.add(String.valueOf(label));
    }
    for (int i = 0; i < Math.min(3, node.texts(textKey)); i++) {
      names.add(node.text(textKey, i));
    }
    if (names.size() != 2) {
      throw ImportFault.unsupported(node.place(), "must be of 2 classes, but were " + names.size());
    }
    return List.copyOf(names);
  }

  static void checkRegressor(OnnxNode node, String targetsKey) throws ImportFault {
    long targets = node.whole(targetsKey, 1);
    if (targets != 1) {
      throw ImportFault.unsupported(node.place(targetsKey), "must be 1, but was " + targets);
    }
    String post = node.text("post_transform", "NONE");
    if (!post.equals("NONE")) {
      throw unknownTransform(node, post + " of a regressor, which ONNX Runtime does not apply");
    }
  }

  static ImportFault unknownTransform(OnnxNode node, String post) {
    String place = node.place("post_transform");
    return ImportFault.unsupported(place, ImportFault.shown(post) + " is not");
  }

  private static double[] base(OnnxNode node) throws ImportFault {
    return node.numbers("base_values");
  }

  private static boolean isProbability(double lowest, double highest) {
    return lowest >= -ROUNDING && highest <= 1 + ROUNDING;
  }

  private static boolean isOne(double sum) {
    return Math.abs(sum - 1) <= ROUNDING;
  }
}
