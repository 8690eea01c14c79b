package io.foreguard.predictive.imports;

import io.foreguard.internal.Require;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.imports.ImportException.Reason;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.scoring.Calibration;
import io.foreguard.predictive.scoring.Scorer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A binary classifier made by another tool, as a scorer of ours that speaks of failure. Immutable,
 * thread-safe.
 *
 * <p>As it is read, the tool's positive class (the second one, 1) stands for failure; {@link
 * #withPositiveClass} says otherwise. {@link #mappedTo} puts its features where a schema has them.
 */
public final class ImportedModel {
  /** Names that tools make up where the user gave none. */
  private static final Pattern MADE_UP = Pattern.compile("(?:f|x|Column_)\\d{1,5}");

  private final String source;
  private final Format format;
  private final ImportedScorer content;
  private final PositiveClass positive;

  ImportedModel(String source, Format format, ImportedScorer content, PositiveClass positive) {
    this.source = source;
    this.format = format;
    this.content = content;
    this.positive = positive;
  }

  /** The format of the file. */
  public Format format() {
    return format;
  }

  /** Tool, version and kind of model, such as {@code XGBoost 1.7.4, gbtree, binary:logistic}. */
  public String origin() {
    return content.origin();
  }

  /** Number of features that a score needs. */
  public int featureCount() {
    return content.scorer().featureCount();
  }

  /** Names of the features in the model's order; empty where the file has none. Unmodifiable. */
  public List<String> featureNames() {
    return content.features();
  }

  /** The tool's negative and positive class; empty where the file names none. Unmodifiable. */
  public List<String> classNames() {
    return content.classes();
  }

  /** What the positive class stands for. */
  public PositiveClass positiveClass() {
    return positive;
  }

  /** What a user should know about this import, one sentence each; unmodifiable. */
  public List<String> notes() {
    return List.copyOf(content.notes());
  }

  /** The raw score, which grows with how likely failure is. */
  public Scorer scorer() {
    return content.scorer();
  }

  /** The probability of failure by score. */
  public Calibration calibration() {
    return content.calibration();
  }

  /** Score and calibration in one. */
  public CalibratedScorer calibratedScorer() {
    return new CalibratedScorer(scorer(), calibration());
  }

  /** The same model, in which the tool's positive class stands for {@code positive}. */
  public ImportedModel withPositiveClass(PositiveClass positive) {
    Require.nonNull(positive, "positive");
    if (positive == this.positive) {
      return this;
    }
    Scorer scorer = Rewriting.opposite(content.scorer(), content.calibration());
    Calibration calibration = Rewriting.opposite(content.calibration());
    return with(scorer, calibration, content.features(), positive);
  }

  /**
   * The same model with features called {@code names}, for files that have no names or others.
   *
   * @throws IllegalArgumentException if there is not one name for each feature, or one comes twice
   */
  public ImportedModel withFeatureNames(List<String> names) {
    List<String> copy = List.copyOf(names);
    String rule = "of length " + featureCount();
    Require.that(copy.size() == featureCount(), "names", rule, copy.size());
    Require.that(new HashSet<>(copy).size() == copy.size(), "names", "different", copy);
    return with(content.scorer(), content.calibration(), copy, positive);
  }

  /**
   * The same model over the features of {@code schema}. Features are found by name, and those of
   * the schema that the model does not know have no influence. Where the file has no names, or only
   * such as tools make up ({@code f0}, {@code x0}, {@code Column_0}), all go by their order.
   *
   * @throws ImportException if the schema lacks some of the names, which the message lists, or has
   *     another number of features than a model without names
   */
  public ImportedModel mappedTo(FeatureSchema schema) throws ImportException {
    List<String> names = content.features();
    int[] to = new int[featureCount()];
    if (!names.isEmpty() && !names.stream().allMatch(n -> MADE_UP.matcher(n).matches())) {
      byName(names, schema, to);
    } else if (schema.size() == to.length) {
      for (int i = 0; i < to.length; i++) {
        to[i] = i;
      }
    } else {
      String problem = "a model without names of features must have the " + schema.size();
      throw otherFeatures(problem + " of " + schema + ", but has " + to.length);
    }
    Scorer scorer = Rewriting.mapped(content.scorer(), to, schema.size());
    return with(scorer, content.calibration(), schema.names(), positive);
  }

  @Override
  public String toString() {
    return "ImportedModel{" + origin() + ", features=" + featureCount() + "}";
  }

  private void byName(List<String> names, FeatureSchema schema, int[] to) throws ImportException {
    Set<String> unknown = new TreeSet<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < to.length; i++) {
      to[i] = schema.names().indexOf(names.get(i));
      if (to[i] < 0) {
        unknown.add(ImportFault.shown(names.get(i)));
      }
      if (!seen.add(names.get(i))) {
        throw otherFeatures("has the feature " + ImportFault.shown(names.get(i)) + " twice");
      }
    }
    if (!unknown.isEmpty()) {
      String problem = schema + " lacks " + String.join(", ", unknown);
      throw otherFeatures(problem + "; it has " + String.join(", ", schema.names()));
    }
  }

  private ImportException otherFeatures(String problem) {
    return new ImportException(source, Reason.OTHER_FEATURES, "features", problem, null);
  }

  private ImportedModel with(
      Scorer scorer, Calibration calibration, List<String> features, PositiveClass positive) {
    ImportedScorer changed =
        new ImportedScorer(
            content.origin(), scorer, calibration, features, content.classes(), content.notes());
    return new ImportedModel(source, format, changed, positive);
  }

  /** Formats that can be imported. */
  public enum Format {
    /** XGBoost's {@code save_model} to a name that ends in {@code .json}. */
    XGBOOST_JSON,
    /** XGBoost's {@code save_model} to a name that ends in {@code .ubj}. */
    XGBOOST_UBJSON,
    /** What our exporter for Python writes of a scikit-learn model. */
    SKLEARN_JSON,
    /** Open Neural Network Exchange. */
    ONNX
  }

  /** What a tool's positive class stands for. */
  public enum PositiveClass {
    /** The call failed. */
    FAILURE,
    /** The call succeeded. */
    SUCCESS
  }
}
