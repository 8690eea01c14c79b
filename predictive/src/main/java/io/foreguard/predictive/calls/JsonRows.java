package io.foreguard.predictive.calls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of JSON Lines: one object to a line. Texts, numbers and truth values are taken as text;
 * null, objects and arrays as if they were not there. Of a name that comes twice the last value
 * counts. The names are those of the first object; names that only later ones have are passed over.
 * Empty lines are passed over. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259</a>
 */
final class JsonRows implements LogRows {
  private static final int MOST_NAMES = 1_000;

  private final LogText text;
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final StringBuilder word = new StringBuilder();
  private @Nullable String[] values = new String[16];
  private char[] chars = new char[256];
  private int length;
  private int at;
  private boolean unfinished;
  private boolean cutOff;
  private boolean first = true;
  private boolean replay;
  private long line;

  /** Reads the first object. */
  JsonRows(LogText text) throws IOException {
    this.text = text;
    replay = next();
    first = false;
  }

  @Override
  public List<String> names() {
    return names;
  }

  /** Value of a name in the first object, if that has not been passed; null if there is none. */
  @Nullable String first(String name) {
    Integer place = places.get(name);
    return replay && place != null ? values[place] : null;
  }

  /** Takes the first object for a header: the one after it is the first now. */
  void passHeader() throws IOException {
    names.clear();
    places.clear();
    first = true;
    replay = false;
    replay = next();
    first = false;
  }

  @Override
  public boolean next() throws IOException {
    if (replay) {
      replay = false;
      return true;
    }
    do {
      read();
    } while (isBlank() && !unfinished);
    if (isBlank()) {
      return false;
    }
    try {
      parse();
      return true;
    } catch (CallLogException e) {
      if (unfinished) {
        cutOff = true;
        return false;
      }
      throw e;
    }
  }

  @Override
  public @Nullable String get(int column) {
    return values[column];
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public boolean isUnfinished() {
    return unfinished;
  }

  @Override
  public boolean isCutOff() {
    return cutOff;
  }

  private boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (chars[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private void read() throws IOException {
    line = text.line();
    length = 0;
    unfinished = false;
    for (int c = text.next(); c != '\n'; c = text.next()) {
      if (c < 0) {
        unfinished = true;
        return;
      }
      if (length == chars.length) {
        if (length >= LogText.LONGEST) {
          throw text.fault(line, "a line must be at most " + LogText.LONGEST + " characters");
        }
        chars = Arrays.copyOf(chars, 2 * length);
      }
      chars[length++] = (char) c;
    }
  }

  private void parse() throws CallLogException {
    Arrays.fill(values, null);
    at = 0;
    expect('{');
    if (peek() == '}') {
      at++;
    } else {
      pairs();
    }
    if (peek() != 0) {
      throw wrong("the end of the line");
    }
  }

  private void pairs() throws CallLogException {
    for (; ; ) {
      if (peek() != '"') {
        throw wrong("a name in quotes");
      }
      string();
      int place = place(word.toString());
      expect(':');
      String value = value();
      if (place >= 0) {
        values[place] = value;
      }
      if (peek() == '}') {
        at++;
        return;
      }
      expect(',');
    }
  }

  private int place(String name) throws CallLogException {
    Integer known = places.get(name);
    if (known != null) {
      return known;
    }
    if (!first) {
      return -1;
    }
    int place = names.size();
    if (place >= MOST_NAMES) {
      throw text.fault(line, "an object must have at most " + MOST_NAMES + " names");
    }
    if (place == values.length) {
      values = Arrays.copyOf(values, 2 * place);
    }
    names.add(name);
    places.put(name, place);
    return place;
  }

  private @Nullable String value() throws CallLogException {
    char c = peek();
    if (c == '"') {
      string();
      String value = word.toString().strip();
      return value.isEmpty() ? null : value;
    }
    if (c == '{' || c == '[') {
      nested();
      return null;
    }
    int from = at;
    while (at < length && ",}] \t".indexOf(chars[at]) < 0) {
      at++;
    }
    String value = new String(chars, from, at - from);
    if (value.isEmpty() || !(isNumber(value) || value.equals("true") || value.equals("false"))) {
      if (value.equals("null")) {
        return null;
      }
      throw wrong("a JSON value");
    }
    return value;
  }

  private static boolean isNumber(String value) {
    char c = value.charAt(0);
    return c == '-' || (c >= '0' && c <= '9');
  }

  /** Passes over an object or an array, whatever is in it. */
  private void nested() throws CallLogException {
    int depth = 0;
    do {
      char c = peek();
      if (c == '"') {
        string();
        continue;
      }
      if (c == 0) {
        throw wrong("the end of the object");
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      at++;
    } while (depth > 0);
  }

  private void string() throws CallLogException {
    word.setLength(0);
    for (at++; at < length && chars[at] != '"'; at++) {
      word.append(chars[at] == '\\' ? escaped() : chars[at]);
    }
    if (at >= length) {
      throw wrong("a closing quote");
    }
    at++;
  }

  private char escaped() throws CallLogException {
    at++;
    if (at < length) {
      int plain = "\"\\/bfnrt".indexOf(chars[at]);
      if (plain >= 0) {
        return "\"\\/\b\f\n\r\t".charAt(plain);
      }
      if (chars[at] == 'u' && at + 4 < length) {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(chars[++at], 16);
          if (digit < 0) {
            throw wrong("four hexadecimal digits");
          }
          code = 16 * code + digit;
        }
        return (char) code;
      }
    }
    throw wrong("an escape that JSON knows");
  }

  private void expect(char wanted) throws CallLogException {
    if (peek() != wanted) {
      throw wrong("'" + wanted + "'");
    }
    at++;
  }

  /** The next character that is no space; 0 at the end. */
  private char peek() {
    while (at < length && (chars[at] == ' ' || chars[at] == '\t')) {
      at++;
    }
    return at < length ? chars[at] : 0;
  }

  private CallLogException wrong(String wanted) {
    return text.fault(
        line, "must be a JSON object, but at character " + (at + 1) + " " + wanted + " is missing");
  }
}
