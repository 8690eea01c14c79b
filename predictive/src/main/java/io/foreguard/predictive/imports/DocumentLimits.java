package io.foreguard.predictive.imports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a document may be at most, and the parts that its two readers share. Not thread-safe. */
final class DocumentLimits {
  /** Most arrays and objects within each other. */
  static final int MOST_DEPTH = 64;

  /** Most values, not counting numbers that stand in arrays of numbers. */
  static final int MOST_VALUES = 1_000_000;

  /** Most bytes of a string or of a key. */
  static final int LONGEST_STRING = 1 << 20;

  private int values;

  /** Counts a value that begins at {@code offset}. */
  void value(long offset) throws ImportFault {
    if (++values > MOST_VALUES) {
      throw ImportFault.oversized(offset, "must have at most " + MOST_VALUES + " values");
    }
  }

  static void depth(int depth, long offset) throws ImportFault {
    if (depth > MOST_DEPTH) {
      throw ImportFault.oversized(offset, "must be at most " + MOST_DEPTH + " levels deep");
    }
  }

  /** The members of an object, of which no two have the same key. */
  static final class Members {
    private final Map<String, Object> map = new HashMap<>(4);

    void add(String key, Object value, long offset) throws ImportFault {
      if (map.putIfAbsent(key, value) != null) {
        throw ImportFault.malformed(
            offset, "key must be unique, but was " + ImportFault.shown(key));
      }
    }

    Map<String, Object> map() {
      return map;
    }
  }

  /** The elements of an array: numbers and booleans alone as long as possible. */
  static final class Elements {
    private double[] numbers = new double[4];
    private int size;
    private @Nullable List<Object> mixed;

    void add(Object element) {
      if (mixed != null) {
        mixed.add(element);
      } else if (element instanceof Double number) {
        addNumber(number);
      } else if (element instanceof Boolean flag) {
        addNumber(flag ? 1 : 0);
      } else {
        List<Object> list = new ArrayList<>(size + 1);
        for (int i = 0; i < size; i++) {
          list.add(numbers[i]);
        }
        list.add(element);
        mixed = list;
        numbers = new double[0];
      }
    }

    /** Whether the next number takes 8 bytes and no object. */
    boolean isFlat() {
      return mixed == null;
    }

    void addNumber(double number) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, size * 2);
      }
      numbers[size++] = number;
    }

    Object array() {
      return mixed != null ? mixed : Arrays.copyOf(numbers, size);
    }
  }
}
