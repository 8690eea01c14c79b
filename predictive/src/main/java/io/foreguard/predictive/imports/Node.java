package io.foreguard.predictive.imports;

import io.foreguard.predictive.imports.ImportException.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value of a document, with the path that leads to it for messages. A document is made of maps,
 * lists, {@code double[]} (an array of numbers or booleans alone, and the empty array), strings,
 * numbers, booleans and {@link #NULL}. Not thread-safe.
 */
final class Node {
  /** Stands for null. */
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  private final Object value;
  private final String path;

  private Node(Object value, String path) {
    this.value = value;
    this.path = path;
  }

  static Node root(Object document) {
    return new Node(document, "");
  }

  String path() {
    return path.isEmpty() ? "document" : path;
  }

  /** The member called {@code key}, which must be there. */
  Node get(String key) throws ImportFault {
    Node found = find(key);
    if (found == null) {
      throw new ImportFault(Reason.INVALID, path(), "must have a member \"" + key + "\"");
    }
    return found;
  }

  /** The member called {@code key}; null where there is none, or where it is null. */
  @Nullable Node find(String key) throws ImportFault {
    if (!(value instanceof Map<?, ?> map)) {
      throw ImportFault.invalid(path(), "an object", kind());
    }
    Object found = map.get(key);
    return found == null || found == NULL ? null : new Node(found, member(key));
  }

  /** Number of elements of an array. */
  int size() throws ImportFault {
    if (value instanceof List<?> list) {
      return list.size();
    }
    return numbers().length;
  }

  /** Element {@code index} of an array, from 0 to less than its size. */
  Node at(int index) throws ImportFault {
    Object element = value instanceof List<?> list ? list.get(index) : numbers()[index];
    return new Node(element, path + "[" + index + "]");
  }

  boolean isText() {
    return value instanceof String;
  }

  String text() throws ImportFault {
    if (value instanceof String text) {
      return text;
    }
    throw ImportFault.invalid(path(), "a string", kind());
  }

  double number() throws ImportFault {
    if (value instanceof Double number) {
      return number;
    }
    throw ImportFault.invalid(path(), "a number", kind());
  }

  /** A number that is finite. */
  double finite() throws ImportFault {
    double number = number();
    if (!Double.isFinite(number)) {
      throw ImportFault.invalid(path(), "finite", number);
    }
    return number;
  }

  boolean flag() throws ImportFault {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw ImportFault.invalid(path(), "true or false", kind());
  }

  /** A whole number, written as a number or, as XGBoost writes its settings, as a string. */
  int whole(int least, int most) throws ImportFault {
    double number;
    if (value instanceof String text) {
      try {
        number = Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw ImportFault.invalid(path(), wholeRule(least, most), text);
      }
    } else {
      number = number();
    }
    return whole(number, least, most, path());
  }

  /** The elements of an array of numbers; not a copy. */
  double[] numbers() throws ImportFault {
    if (value instanceof double[] numbers) {
      return numbers;
    }
    throw ImportFault.invalid(path(), "an array of numbers", kind());
  }

  /** The elements of an array of {@code length} numbers; not a copy. */
  double[] numbers(int length) throws ImportFault {
    double[] numbers = numbers();
    if (numbers.length != length) {
      throw ImportFault.invalid(path(), "of length " + length, numbers.length);
    }
    return numbers;
  }

  /** The elements of an array of {@code length} finite numbers; not a copy. */
  double[] finite(int length) throws ImportFault {
    double[] numbers = numbers(length);
    for (int i = 0; i < length; i++) {
      if (!Double.isFinite(numbers[i])) {
        throw ImportFault.invalid(path + "[" + i + "]", "finite", numbers[i]);
      }
    }
    return numbers;
  }

  /**
   * The elements of an array of {@code length} whole numbers from {@code least} to {@code most}.
   */
  int[] wholes(int length, int least, int most) throws ImportFault {
    double[] numbers = numbers(length);
    int[] wholes = new int[length];
    for (int i = 0; i < length; i++) {
      double number = numbers[i];
      if (number != (int) number || number < least || number > most) {
        throw ImportFault.invalid(path + "[" + i + "]", wholeRule(least, most), number);
      }
      wholes[i] = (int) number;
    }
    return wholes;
  }

  /** The elements of an array of strings. */
  List<String> texts() throws ImportFault {
    String[] texts = new String[size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = at(i).text();
    }
    return List.of(texts);
  }

  private static int whole(double number, int least, int most, String path) throws ImportFault {
    if (number != (int) number || number < least || number > most) {
      throw ImportFault.invalid(path, wholeRule(least, most), number);
    }
    return (int) number;
  }

  private static String wholeRule(int least, int most) {
    return "a whole number in [" + least + ", " + most + "]";
  }

  private String member(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String kind() {
    if (value instanceof Map) {
      return "an object";
    }
    if (value instanceof List || value instanceof double[]) {
      return "an array";
    }
    return value instanceof String text ? ImportFault.shown(text) : String.valueOf(value);
  }
}
