package io.foreguard.samples.pointsengine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, text, numbers and booleans as JSON. */
final class Json {
  private Json() {}

  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private static void append(StringBuilder out, @Nullable Object value) {
    if (value == null || value instanceof Boolean || value instanceof Integer) {
      out.append(value);
    } else if (value instanceof Number number) {
      appendNumber(out, number);
    } else if (value instanceof Map<?, ?> map) {
      appendObject(out, map);
    } else {
      appendText(out, value.toString());
    }
  }

  private static void appendNumber(StringBuilder out, Number number) {
    double rounded = Math.rint(number.doubleValue() * 1000) / 1000;
    if (number instanceof Long) {
      out.append(number);
    } else if (rounded == Math.rint(rounded)) {
      out.append((long) rounded);
    } else {
      out.append(rounded);
    }
  }

  private static void appendObject(StringBuilder out, Map<?, ?> map) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      appendText(out, String.valueOf(entry.getKey()));
      out.append(':');
      append(out, entry.getValue());
      separator = ",";
    }
    out.append('}');
  }

  private static void appendText(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
