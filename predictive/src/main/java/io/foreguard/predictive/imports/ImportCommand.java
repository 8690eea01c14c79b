package io.foreguard.predictive.imports;

import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.file.ModelHeader;
import io.foreguard.predictive.imports.ImportedModel.PositiveClass;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command that turns another tool's model into a model file of ours. Its result is the status
 * of the process: 0 when the file is written, 1 when the model is refused, 2 when the arguments are
 * not understood.
 */
public final class ImportCommand {
  private static final String USAGE =
      """
      usage: import MODEL OUTPUT.fgm [option ...]
        MODEL                  XGBoost .json or .ubj, foreguard_export.py .json, or .onnx
        --positive CLASS       what the tool's positive class means: failure (default) or success
        --features A,B,...     names of the features in the model's order, instead of the file's
        --schema NAME          the features' schema (default: any that has all names):""";

  private final List<FeatureSchema> schemas;
  private final List<String> paths = new ArrayList<>();
  private PositiveClass positive = PositiveClass.FAILURE;
  private List<String> features = List.of();
  private @Nullable String schemaName;

  private ImportCommand(List<FeatureSchema> schemas) {
    this.schemas = schemas;
  }

  /** Runs with the schemas that this library computes. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    List<FeatureSchema> schemas =
        List.of(FeatureSchema.dependencyLoad(), FeatureSchema.calls(), FeatureSchema.intervals());
    return run(args, schemas, out, err);
  }

  static int run(String[] args, List<FeatureSchema> schemas, PrintStream out, PrintStream err) {
    ImportCommand command = new ImportCommand(schemas);
    try {
      command.parse(args);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(command.usage());
      return 2;
    }
    try {
      command.convert(out);
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private void parse(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("--")) {
        paths.add(args[i]);
        continue;
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " must have a value");
      }
      String value = args[++i];
      switch (args[i - 1]) {
        case "--positive" -> positive = positive(value);
        case "--features" -> features = List.of(value.split(",", -1));
        case "--schema" -> schemaName = schema(value).id();
        default -> throw new IllegalArgumentException("unknown option " + args[i - 1]);
      }
    }
    if (paths.size() != 2) {
      throw new IllegalArgumentException("files must be 2, but were " + paths.size());
    }
  }

  private static PositiveClass positive(String value) {
    return switch (value) {
      case "failure" -> PositiveClass.FAILURE;
      case "success" -> PositiveClass.SUCCESS;
      default ->
          throw new IllegalArgumentException(
              "--positive must be failure or success, but was " + value);
    };
  }

  private FeatureSchema schema(String name) {
    return schemas.stream()
        .filter(schema -> schema.id().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown schema " + name));
  }

  private void convert(PrintStream out) throws IOException {
    ImportedModel model = ModelImport.read(Path.of(paths.get(0))).withPositiveClass(positive);
    if (!features.isEmpty()) {
      model = model.withFeatureNames(features);
    }
    FeatureSchema schema = null;
    long mostCommon = 0;
    ImportedModel mapped = null;
    ImportException refused = null;
    for (FeatureSchema candidate : schemas) {
      if (mapped == null && (schemaName == null || schemaName.equals(candidate.id()))) {
        try {
          mapped = model.mappedTo(candidate);
          schema = candidate;
        } catch (ImportException e) {
          long common = candidate.names().stream().filter(model.featureNames()::contains).count();
          if (refused == null || common > mostCommon) { // the schema it was most likely meant for
            refused = e;
            mostCommon = common;
          }
        }
      }
    }
    if (mapped == null || schema == null) {
      throw refused != null ? refused : new IOException("no schema to map the features to");
    }
    ModelHeader header =
        ModelHeader.builder(schema).name("imported").origin(mapped.origin()).build();
    ModelFile.write(Path.of(paths.get(1)), header, mapped.calibratedScorer());
    tell(model, schema, out);
  }

  private void tell(ImportedModel model, FeatureSchema schema, PrintStream out) {
    out.println(model.origin() + ": " + model.featureCount() + " features of " + schema);
    String classes = model.classNames().isEmpty() ? "" : " (" + model.classNames().get(1) + ")";
    String meaning = positive == PositiveClass.FAILURE ? "failure" : "success";
    out.println("the positive class" + classes + " stands for " + meaning);
    for (String note : model.notes()) {
      out.println("note: " + note);
    }
    out.println("written to " + paths.get(1));
  }

  private String usage() {
    return USAGE + " " + String.join(", ", schemas.stream().map(FeatureSchema::id).toList());
  }
}
