package io.foreguard.samples.incident.raw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON into maps, lists, strings, doubles, booleans and null, which is all that the
 * logs and the sample services need. It accepts RFC 8259 and nothing more. Not thread-safe: one
 * instance reads one text.
 */
public final class Json {

  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException if the text is not one JSON object
   */
  public static JsonObject object(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipBlanks();
    if (json.at != text.length()) {
      throw json.unexpected("the end");
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("JSON must be an object, but was " + text);
  }

  /** Returns the text as a JSON string, with its quotes. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
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
    return out.append('"').toString();
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("JSON must nest at most " + MAX_DEPTH + " deep");
    }
    skipBlanks();
    return switch (peek()) {
      case '{' -> members(depth);
      case '[' -> elements(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> number();
    };
  }

  private JsonObject members(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    expect('{');
    skipBlanks();
    if (!skip('}')) {
      do {
        skipBlanks();
        String name = string();
        skipBlanks();
        expect(':');
        members.put(name, value(depth + 1));
        skipBlanks();
      } while (skip(','));
      expect('}');
    }
    return new JsonObject(members);
  }

  private List<@Nullable Object> elements(int depth) {
    List<@Nullable Object> elements = new ArrayList<>();
    expect('[');
    skipBlanks();
    if (!skip(']')) {
      do {
        elements.add(value(depth + 1));
        skipBlanks();
      } while (skip(','));
      expect(']');
    }
    return elements;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ') {
        throw unexpected("a string without control characters");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    return out.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      case '"', '\\', '/' -> c;
      default -> throw unexpected("an escape");
    };
  }

  private char hex() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (!digits.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      throw unexpected("a value");
    }
    return Double.valueOf(digits);
  }

  private @Nullable Object literal(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw unexpected(word);
    }
    at += word.length();
    return value;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at == text.length()) {
      throw unexpected("a value");
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw unexpected("'" + c + "'");
    }
  }

  private IllegalArgumentException unexpected(String rule) {
    return new IllegalArgumentException(
        "JSON must have " + rule + " at " + at + ", but was " + text);
  }
}
