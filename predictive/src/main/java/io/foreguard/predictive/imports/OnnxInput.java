package io.foreguard.predictive.imports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The features on their way through an ONNX graph. Immutable. */
final class OnnxInput {
  private final OnnxReader.OnnxValueInfo info;
  private final int type;
  private final boolean single;
  private final List<OnnxNode> steps;

  OnnxInput(OnnxReader.OnnxValueInfo info) {
    this(info, info.type(), info.type() == OnnxReader.FLOAT, List.of());
  }

  private OnnxInput(OnnxReader.OnnxValueInfo info, int type, boolean single, List<OnnxNode> steps) {
    this.info = info;
    this.type = type;
    this.single = single;
    this.steps = steps;
  }

  /** What comes out of {@code node}. */
  OnnxInput after(OnnxNode node) throws ImportFault {
    return switch (node.type()) {
      case "Identity" -> this;
      case "Cast" -> cast(node);
      case "Scaler", "Imputer" -> {
        if (type != OnnxReader.FLOAT) {
          throw ImportFault.unsupported(node.place(), "must have an input of type float");
        }
        List<OnnxNode> more = new ArrayList<>(steps);
        more.add(node);
        yield new OnnxInput(info, type, single, more);
      }
      default -> throw ImportFault.unsupported(node.place(), "this operation on features is not");
    };
  }

  /** Whether features are of double precision here. */
  boolean isDouble() {
    return type == OnnxReader.DOUBLE;
  }

  /** Number of features; {@code atLeast} where the graph does not say. */
  int features(int atLeast, String place) throws ImportFault {
    long columns = info.columns() > 0 ? info.columns() : atLeast;
    int features = (int) Math.min(Integer.MAX_VALUE, columns);
    TreeAssembler.checkFeatures(features, place);
    if (features < atLeast) {
      throw ImportFault.invalid(place, "of at most the input's " + features + " columns", atLeast);
    }
    return features;
  }

  /** What happens to {@code features} features on the way here. */
  InputChain chain(int features) throws ImportFault {
    InputChain chain = new InputChain(single, false);
    for (OnnxNode step : steps) {
      if (step.type().equals("Scaler")) {
        double[] offset = perFeature(step, "offset", features);
        double[] scale = perFeature(step, "scale", features);
        chain.centerAndMultiply(offset, scale, step.place("scale"));
      } else {
        if (!Double.isNaN(step.number("replaced_value_float", Double.NaN))) {
          String place = step.place("replaced_value_float");
          throw ImportFault.unsupported(place, "a value other than NaN is not");
        }
        chain.impute(perFeature(step, "imputed_value_floats", features));
      }
    }
    return chain;
  }

  private OnnxInput cast(OnnxNode node) throws ImportFault {
    int to = OnnxReader.checkCast(node);
    return new OnnxInput(info, to, single || to == OnnxReader.FLOAT, steps);
  }

  /** One number per feature, or one for all. */
  private static double[] perFeature(OnnxNode node, String key, int features) throws ImportFault {
    double[] numbers = node.numbers(key);
    if (numbers.length == 1) {
      double all = numbers[0];
      numbers = new double[features];
      Arrays.fill(numbers, all);
    }
    node.checkLength(key, numbers.length, features);
    for (int i = 0; i < features; i++) {
      if (!Double.isFinite(numbers[i])) {
        throw ImportFault.invalid(node.place(key) + "[" + i + "]", "finite", numbers[i]);
      }
    }
    return numbers;
  }
}
