package io.foreguard.predictive.imports;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.predictive.imports.ImportException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Understands ONNX graphs of one binary classifier: a tree ensemble or a linear model, what
 * prepares its input (Cast, Scaler, Imputer, Identity) and what follows (Cast, ZipMap, Normalizer,
 * Sigmoid, Identity). What ONNX's specification leaves open is read as ONNX Runtime computes it,
 * and refused where the two disagree. Not thread-safe.
 */
final class OnnxReader {
  static final int FLOAT = 1;
  static final int DOUBLE = 11;

  private static final int MOST_NODES = 1_000;

  private final List<OnnxNode> nodes = new ArrayList<>();
  private final List<OnnxValueInfo> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Map<String, Object> values = new HashMap<>();
  private String producer = "";
  private boolean graphSeen;

  private OnnxReader() {}

  static ImportedScorer read(byte[] bytes) throws ImportFault {
    OnnxReader reader = new OnnxReader();
    reader.readModel(new ProtoReader(bytes));
    return reader.evaluate();
  }

  private void readModel(ProtoReader in) throws ImportFault {
    String name = "";
    String version = "";
    while (in.next()) {
      switch (in.field()) {
        case 2 -> name = in.text();
        case 3 -> version = in.text();
        case 7 -> readGraph(in);
        case 25 ->
            throw ImportFault.unsupported("byte " + in.fieldAt(), "functions in the model are not");
        default -> {
          // Versions of operators and metadata: what matters shows in the operators themselves.
        }
      }
    }
    if (!graphSeen) {
      throw new ImportFault(Reason.MALFORMED, "byte 0", "must have a graph");
    }
    producer = (name + " " + version).strip();
  }

  private void readGraph(ProtoReader in) throws ImportFault {
    if (graphSeen) {
      throw ImportFault.malformed(in.fieldAt(), "must have one graph");
    }
    graphSeen = true;
    ProtoReader graph = in.message();
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> {
          checkRoom(nodes, graph);
          nodes.add(OnnxNode.read(graph.message()));
        }
        case 11 -> {
          checkRoom(inputs, graph);
          inputs.add(OnnxValueInfo.read(graph.message()));
        }
        case 12 -> {
          checkRoom(outputs, graph);
          outputs.add(OnnxValueInfo.read(graph.message()).name());
        }
        default -> {
          // Constants and comments; an operation that takes a constant is refused by itself.
        }
      }
    }
  }

  private static void checkRoom(List<?> parts, ProtoReader at) throws ImportFault {
    if (parts.size() == MOST_NODES) {
      throw ImportFault.oversized(at.fieldAt(), "must have at most " + MOST_NODES + " of these");
    }
  }

  private ImportedScorer evaluate() throws ImportFault {
    if (inputs.size() != 1) {
      throw ImportFault.unsupported(
          "graph", "must have one input, a table with a column per feature: " + inputs.size());
    }
    OnnxValueInfo input = inputs.get(0);
    if (input.type() != FLOAT && input.type() != DOUBLE) {
      String place = "input " + ImportFault.shown(input.name());
      throw ImportFault.unsupported(place, "must be of type float or double: " + input.type());
    }
    values.put(input.name(), new OnnxInput(input));
    for (OnnxNode node : nodes) {
      evaluate(node);
    }
    OnnxScores scores = null;
    for (String output : outputs) {
      if (values.get(output) instanceof OnnxScores found) {
        scores = found;
      }
    }
    if (scores == null) {
      throw ImportFault.unsupported("graph", "no output holds the scores of a supported model");
    }
    return scores.finish(producer.isEmpty() ? "ONNX" : "ONNX by " + producer);
  }

  private void evaluate(OnnxNode node) throws ImportFault {
    List<Object> given = new ArrayList<>();
    for (String name : node.inputs()) {
      Object value = values.get(name);
      if (value != null) {
        given.add(value);
      }
    }
    boolean onlyLabels = !given.isEmpty() && given.stream().allMatch(Label.CLASS::equals);
    if (onlyLabels) {
      // Whatever happens to the predicted class does not matter: it is not asked for.
      put(node, 0, Label.CLASS);
      return;
    }
    Object value = values.get(node.input());
    if (value instanceof OnnxInput input) {
      evaluate(node, input);
    } else if (value instanceof OnnxScores scores) {
      put(node, 0, scores.after(node));
    } else {
      throw ImportFault.unsupported(node.place(), "an operation on constants is not");
    }
  }

  private void evaluate(OnnxNode node, OnnxInput input) throws ImportFault {
    switch (node.type()) {
      case "TreeEnsembleClassifier" -> {
        put(node, 0, Label.CLASS);
        put(node, 1, OnnxTrees.classifier(node, input));
      }
      case "TreeEnsembleRegressor" -> put(node, 0, OnnxTrees.regressor(node, input));
      case "LinearClassifier" -> {
        put(node, 0, Label.CLASS);
        put(node, 1, OnnxLinear.classifier(node, input));
      }
      case "LinearRegressor" -> put(node, 0, OnnxLinear.regressor(node, input));
      default -> put(node, 0, input.after(node));
    }
  }

  /** The type that a Cast makes of numbers, of which two are supported. */
  @CanIgnoreReturnValue
  static int checkCast(OnnxNode node) throws ImportFault {
    long to = node.whole("to", 0);
    if (to != FLOAT && to != DOUBLE) {
      throw ImportFault.unsupported(node.place("to"), "must be float or double: " + to);
    }
    return (int) to;
  }

  private void put(OnnxNode node, int output, Object value) throws ImportFault {
    if (values.putIfAbsent(node.output(output), value) != null) {
      throw ImportFault.invalid(node.place(), "the only one to set its output", "one of two");
    }
  }

  private enum Label {
    CLASS
  }

  /** What a graph says of an input or output. */
  record OnnxValueInfo(String name, int type, long columns) {
    static OnnxValueInfo read(ProtoReader in) throws ImportFault {
      String name = "";
      int type = 0;
      long columns = 0;
      while (in.next()) {
        if (in.field() == 1) {
          name = in.text();
        } else if (in.field() == 2) {
          ProtoReader tensor = nested(in.message(), 1);
          while (tensor != null && tensor.next()) {
            if (tensor.field() == 1) {
              type = (int) tensor.varint();
            } else if (tensor.field() == 2) {
              columns = lastDimension(tensor.message());
            }
          }
        }
      }
      return new OnnxValueInfo(name, type, columns);
    }

    private static long lastDimension(ProtoReader shape) throws ImportFault {
      long last = 0;
      while (shape.next()) {
        last = 0;
        ProtoReader dimension = shape.field() == 1 ? shape.message() : null;
        while (dimension != null && dimension.next()) {
          last = dimension.field() == 1 ? dimension.varint() : 0;
        }
      }
      return last;
    }

    private static @Nullable ProtoReader nested(ProtoReader in, int field) throws ImportFault {
      while (in.next()) {
        if (in.field() == field) {
          return in.message();
        }
      }
      return null;
    }
  }
}
