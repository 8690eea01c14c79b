package io.foreguard.predictive.imports;

import io.foreguard.predictive.forest.Forest.Aggregation;
import io.foreguard.predictive.imports.ImportException.Reason;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.LinearScorer;
import io.foreguard.predictive.scoring.Scorer;
import java.util.BitSet;
import java.util.List;

/**
 * Understands what {@code foreguard_export.py} writes of scikit-learn's models; the format is
 * described there. Not thread-safe.
 */
final class SklearnReader {
  /** The value of the member {@code format}. */
  static final String FORMAT = "foreguard-sklearn";

  private static final int NEWEST_VERSION = 1;

  private final Node document;
  private final int features;

  private SklearnReader(Node document) throws ImportFault {
    this.document = document;
    Node version = document.get("version");
    if (version.whole(1, Integer.MAX_VALUE) > NEWEST_VERSION) {
      throw ImportFault.unsupported(version.path(), "must be at most " + NEWEST_VERSION);
    }
    Node count = document.get("feature_count");
    features = count.whole(0, Integer.MAX_VALUE);
    TreeAssembler.checkFeatures(features, count.path());
  }

  static ImportedScorer read(Node document) throws ImportFault {
    return new SklearnReader(document).read();
  }

  private ImportedScorer read() throws ImportFault {
    Node model = document.get("model");
    Node kind = model.get("kind");
    Scorer scorer =
        switch (kind.text()) {
          case "linear" -> linear(model);
          case "trees" -> trees(model);
          default -> throw unknown(kind, "linear or trees");
        };
    Node names = document.find("features");
    List<String> texts = names == null ? List.of() : names.texts();
    if (names != null && texts.size() != features) {
      throw ImportFault.invalid(names.path(), "of length " + features, texts.size());
    }
    Node classes = document.get("classes");
    if (classes.size() != 2) {
      throw ImportFault.unsupported(classes.path(), "must be 2, but were " + classes.size());
    }
    String origin = document.get("library").text() + ", " + document.get("estimator").text();
    return new ImportedScorer(
        origin, scorer, link(document.get("link")), texts, classes.texts(), List.of());
  }

  private Scorer linear(Node model) throws ImportFault {
    InputChain chain = chain(false);
    double[] weights = model.get("weights").finite(features).clone();
    InputChain.Linear linear = chain.unfold(weights, model.get("intercept").finite());
    return scorer(linear, model.path());
  }

  /** A scorer of {@code linear}, if no number is too large. */
  static Scorer scorer(InputChain.Linear linear, String place) throws ImportFault {
    try {
      return LinearScorer.of(
          linear.weights(), linear.intercept(), linear.missing(), linear.reference());
    } catch (IllegalArgumentException e) {
      throw new ImportFault(Reason.INVALID, place, String.valueOf(e.getMessage()));
    }
  }

  private Scorer trees(Node model) throws ImportFault {
    InputChain chain = chain(model.get("single_precision").flag());
    Node aggregation = model.get("aggregation");
    TreeAssembler forest =
        new TreeAssembler(
            features,
            chain,
            switch (aggregation.text()) {
              case "mean" -> Aggregation.MEAN;
              case "sum" -> Aggregation.SUM;
              default -> throw unknown(aggregation, "mean or sum");
            });
    Node offset = model.get("offset");
    forest.offset(offset.number(), offset.path());
    Node trees = model.get("trees");
    for (int t = 0; t < trees.size(); t++) {
      Node tree = trees.at(t);
      Node weight = tree.get("weight");
      if (!(weight.number() >= 0 && weight.number() <= 1e9)) {
        throw ImportFault.invalid(weight.path(), "in [0, 1e9]", weight.number());
      }
      forest.add(tree(tree), 0, weight.number());
    }
    return forest.build(trees.path());
  }

  private static TreeNodes tree(Node tree) throws ImportFault {
    int size = tree.get("feature").size();
    if (size < 1) {
      throw ImportFault.invalid(tree.path(), "a tree of 1 node or more", size);
    }
    int[] missing = tree.get("missing_left").wholes(size, 0, 1);
    BitSet missingLeft = new BitSet(size);
    for (int i = 0; i < size; i++) {
      missingLeft.set(i, missing[i] == 1);
    }
    String path = tree.path();
    return new TreeNodes(
        tree.get("feature").wholes(size, -1, Integer.MAX_VALUE),
        tree.get("threshold").numbers(size),
        tree.get("left").wholes(size, -1, size - 1),
        tree.get("right").wholes(size, -1, size - 1),
        new BitSet(),
        missingLeft,
        tree.get("value").numbers(size),
        tree.get("cover").numbers(size),
        node -> path + ", node " + node);
  }

  private InputChain chain(boolean singleLast) throws ImportFault {
    InputChain chain = new InputChain(false, singleLast);
    Node steps = document.get("steps");
    for (int i = 0; i < steps.size(); i++) {
      Node step = steps.at(i);
      Node kind = step.get("kind");
      switch (kind.text()) {
        case "standardize" ->
            chain.standardize(numbers(step, "center"), numbers(step, "scale"), step.path());
        case "multiply" ->
            chain.multiplyAndShift(numbers(step, "factor"), numbers(step, "shift"), step.path());
        case "impute" -> chain.impute(numbers(step, "values"));
        default -> throw unknown(kind, "standardize, multiply or impute");
      }
    }
    return chain;
  }

  private double[] numbers(Node step, String key) throws ImportFault {
    return step.get(key).finite(features);
  }

  private static Calibration link(Node link) throws ImportFault {
    Node kind = link.get("kind");
    try {
      return switch (kind.text()) {
        case "identity" -> Calibration.none();
        case "logistic" ->
            Calibration.sigmoid(link.get("slope").number(), link.get("intercept").number());
        case "isotonic" ->
            Calibration.isotonic(link.get("scores").numbers(), link.get("probabilities").numbers());
        default -> throw unknown(kind, "identity, logistic or isotonic");
      };
    } catch (IllegalArgumentException e) {
      throw new ImportFault(Reason.INVALID, link.path(), String.valueOf(e.getMessage()));
    }
  }

  private static ImportFault unknown(Node kind, String known) throws ImportFault {
    String problem = "must be " + known + ", but was " + ImportFault.shown(kind.text());
    return ImportFault.unsupported(kind.path(), problem);
  }
}
