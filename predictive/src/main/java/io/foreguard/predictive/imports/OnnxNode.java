package io.foreguard.predictive.imports;

import io.foreguard.predictive.imports.ImportException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One operation of an ONNX graph with its attributes. Not thread-safe. */
final class OnnxNode {
  private static final int MOST_NAMES = 10_000;

  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Map<String, Attribute> attributes = new HashMap<>();
  private String name = "";
  private String type = "";
  private String domain = "";

  static OnnxNode read(ProtoReader in) throws ImportFault {
    OnnxNode node = new OnnxNode();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> add(node.inputs, in);
        case 2 -> add(node.outputs, in);
        case 3 -> node.name = in.text();
        case 4 -> node.type = in.text();
        case 5 -> node.addAttribute(in);
        case 7 -> node.domain = in.text();
        default -> {
          // A comment, or what later versions add.
        }
      }
    }
    return node;
  }

  /** Type of the operation, with its domain unless that is ONNX's own. */
  String type() {
    boolean own = domain.isEmpty() || domain.equals("ai.onnx") || domain.equals("ai.onnx.ml");
    return own ? type : domain + "." + type;
  }

  /** What to call this node in messages. */
  String place() {
    return "node " + type() + (name.isEmpty() ? "" : " " + ImportFault.shown(name));
  }

  List<String> inputs() {
    return inputs;
  }

  List<String> outputs() {
    return outputs;
  }

  /** The only input. */
  String input() throws ImportFault {
    if (inputs.size() != 1) {
      throw ImportFault.invalid(place(), "an operation of 1 input", inputs.size());
    }
    return inputs.get(0);
  }

  /** Output {@code index}. */
  String output(int index) throws ImportFault {
    if (outputs.size() <= index) {
      String rule = "an operation of at least " + (index + 1) + " outputs";
      throw ImportFault.invalid(place(), rule, outputs.size());
    }
    return outputs.get(index);
  }

  /** Whether there is such an attribute. */
  boolean has(String key) {
    return attributes.containsKey(key);
  }

  /** The text of an attribute, or {@code otherwise} where there is none. */
  String text(String key, String otherwise) throws ImportFault {
    Attribute found = attributes.get(key);
    if (found == null) {
      return otherwise;
    }
    if (found.text == null) {
      throw ImportFault.invalid(place(key), "a string", "of another type");
    }
    return found.text;
  }

  /** The whole number of an attribute, or {@code otherwise} where there is none. */
  long whole(String key, long otherwise) {
    Attribute found = attributes.get(key);
    return found == null ? otherwise : found.whole;
  }

  /** The number of an attribute, or {@code otherwise} where there is none. */
  double number(String key, double otherwise) {
    Attribute found = attributes.get(key);
    return found == null ? otherwise : found.number;
  }

  /** The numbers of an attribute, as a list or in a tensor {@code key_as_tensor}; perhaps none. */
  double[] numbers(String key) throws ImportFault {
    Attribute found = attributes.get(key);
    Attribute tensor = attributes.get(key + "_as_tensor");
    if (found != null && tensor != null && found.numbers.size() > 0) {
      throw ImportFault.invalid(place(key), "given once", "also given as a tensor");
    }
    if (tensor != null) {
      return tensor.tensor == null ? new double[0] : tensor.tensor.toArray();
    }
    return found == null ? new double[0] : found.numbers.toArray();
  }

  /** The whole numbers of an attribute, all from {@code least} to {@code most}; perhaps none. */
  int[] wholes(String key, int least, int most) throws ImportFault {
    Attribute found = attributes.get(key);
    if (found == null) {
      return new int[0];
    }
    double[] numbers = found.wholes.toArray();
    int[] wholes = new int[numbers.length];
    for (int i = 0; i < wholes.length; i++) {
      if (!(numbers[i] >= least && numbers[i] <= most)) {
        String rule = "in [" + least + ", " + most + "]";
        throw ImportFault.invalid(place(key) + "[" + i + "]", rule, (long) numbers[i]);
      }
      wholes[i] = (int) numbers[i];
    }
    return wholes;
  }

  /** The same, of {@code length} numbers. */
  int[] wholes(String key, int length, int least, int most) throws ImportFault {
    int[] wholes = wholes(key, least, most);
    checkLength(key, wholes.length, length);
    return wholes;
  }

  /** The numbers of an attribute, which must be {@code length}. */
  double[] numbers(String key, int length) throws ImportFault {
    double[] numbers = numbers(key);
    checkLength(key, numbers.length, length);
    return numbers;
  }

  /** Number of an attribute's strings. */
  int texts(String key) {
    Attribute found = attributes.get(key);
    return found == null ? 0 : found.texts;
  }

  /** String {@code index} of an attribute. */
  String text(String key, int index) throws ImportFault {
    Attribute found = attributes.get(key);
    if (found == null || found.pool == null) {
      throw ImportFault.invalid(place(key), "given", "missing");
    }
    int start = found.starts[index];
    return JsonReader.decoded(found.pool, start, found.lengths[index]);
  }

  void checkLength(String key, int length, int expected) throws ImportFault {
    if (length != expected) {
      throw ImportFault.invalid(place(key), "of length " + expected, length);
    }
  }

  String place(String key) {
    return place() + ", " + key;
  }

  private static void add(List<String> names, ProtoReader in) throws ImportFault {
    if (names.size() == MOST_NAMES) {
      throw ImportFault.oversized(in.fieldAt(), "must have at most " + MOST_NAMES + " names");
    }
    names.add(in.text());
  }

  private void addAttribute(ProtoReader in) throws ImportFault {
    int at = in.fieldAt();
    Attribute attribute = new Attribute();
    ProtoReader fields = in.message();
    while (fields.next()) {
      attribute.read(fields);
    }
    if (attributes.size() == MOST_NAMES) {
      throw ImportFault.oversized(at, "must have at most " + MOST_NAMES + " attributes");
    }
    if (attributes.putIfAbsent(attribute.name, attribute) != null) {
      String shown = ImportFault.shown(attribute.name);
      throw ImportFault.malformed(at, "attribute must be unique, but was " + shown);
    }
  }

  /** A tensor's numbers of {@code float} or {@code double}. */
  private static Numbers tensor(ProtoReader in) throws ImportFault {
    Numbers numbers = new Numbers();
    ByteBuffer raw = null;
    long type = 0;
    int at = in.fieldAt();
    ProtoReader fields = in.message();
    while (fields.next()) {
      switch (fields.field()) {
        case 2 -> type = fields.varint();
        case 4 -> fields.addSingles(numbers);
        case 9 -> raw = fields.slice();
        case 10 -> fields.addDoubles(numbers);
        case 14 -> throw ImportFault.unsupported("byte " + at, "numbers in another file are not");
        default -> {
          // Dimensions, which say no more than the number of numbers, and comments.
        }
      }
    }
    if (type != OnnxReader.FLOAT && type != OnnxReader.DOUBLE) {
      throw ImportFault.unsupported("byte " + at, "must be of type float or double: " + type);
    }
    int width = type == OnnxReader.FLOAT ? 4 : 8;
    while (raw != null && raw.remaining() >= width) {
      numbers.add(width == 4 ? raw.getFloat() : raw.getDouble());
    }
    return numbers;
  }

  private static final class Attribute {
    private final Numbers numbers = new Numbers();
    private final Numbers wholes = new Numbers();
    private String name = "";
    private @Nullable String text;
    private long whole;
    private double number;
    private @Nullable Numbers tensor;
    private byte @Nullable [] pool;
    private int[] starts = new int[0];
    private int[] lengths = new int[0];
    private int texts;

    void read(ProtoReader in) throws ImportFault {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> number = in.single();
        case 3 -> whole = in.varint();
        case 4 -> text = in.text();
        case 5 -> tensor = tensor(in);
        case 6, 11 ->
            throw new ImportFault(
                Reason.UNSUPPORTED, "byte " + in.fieldAt(), "graphs within graphs are not");
        case 7 -> in.addSingles(numbers);
        case 8 -> in.addVarints(wholes);
        case 9 -> addText(in.file(), in.slice());
        default -> {
          // The attribute's type, which its content shows, and comments.
        }
      }
    }

    /** Only remembers where it is: a large model has millions of them. */
    private void addText(byte[] file, ByteBuffer slice) {
      if (texts == starts.length) {
        int capacity = Math.max(8, texts * 2);
        starts = Arrays.copyOf(starts, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
      }
      pool = file;
      starts[texts] = slice.position();
      lengths[texts++] = slice.remaining();
    }
  }
}
