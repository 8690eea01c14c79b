package io.foreguard.predictive.imports;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON as RFC 8259 has it, in UTF-8, and beyond it {@code NaN}, {@code Infinity} and {@code
 * -Infinity}, which XGBoost and Python write. No key may come twice in an object. The result is
 * what {@link Node} describes. Not thread-safe.
 */
final class JsonReader {
  private static final int LONGEST_NUMBER = 64;

  private final byte[] bytes;
  private final DocumentLimits limits = new DocumentLimits();
  private int at;

  private JsonReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads a whole document. */
  static Node read(byte[] bytes) throws ImportFault {
    JsonReader reader = new JsonReader(bytes);
    Object document = reader.value(0);
    reader.skipSpace();
    if (reader.at < bytes.length) {
      throw reader.expected("the end of the document");
    }
    return Node.root(document);
  }

  private Object value(int depth) throws ImportFault {
    skipSpace();
    int first = peek();
    if (first == '-' || (first >= '0' && first <= '9') || first == 'N' || first == 'I') {
      return number();
    }
    limits.value(at);
    return switch (first) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", Node.NULL);
      default -> throw expected("a value");
    };
  }

  private Object object(int depth) throws ImportFault {
    DocumentLimits.depth(depth, at);
    DocumentLimits.Members members = new DocumentLimits.Members();
    at++;
    skipSpace();
    if (peek() == '}') {
      at++;
      return members.map();
    }
    while (true) {
      skipSpace();
      int keyAt = at;
      if (peek() != '"') {
        throw expected("a key in quotes");
      }
      String key = string();
      skipSpace();
      take(':');
      members.add(key, value(depth), keyAt);
      skipSpace();
      if (peek() == '}') {
        at++;
        return members.map();
      }
      take(',');
    }
  }

  private Object array(int depth) throws ImportFault {
    DocumentLimits.depth(depth, at);
    DocumentLimits.Elements elements = new DocumentLimits.Elements();
    at++;
    skipSpace();
    if (peek() == ']') {
      at++;
      return elements.array();
    }
    while (true) {
      Object element = value(depth);
      if (!elements.isFlat() && element instanceof Double) {
        limits.value(at);
      }
      elements.add(element);
      skipSpace();
      if (peek() == ']') {
        at++;
        return elements.array();
      }
      take(',');
    }
  }

  private Double number() throws ImportFault {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == 'N' && at == start) {
      return word("NaN", Double.NaN);
    }
    if (peek() == 'I') {
      boolean negative = bytes[start] == '-';
      return word("Infinity", negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    if (at - start > LONGEST_NUMBER) {
      throw ImportFault.oversized(start, "number must have at most " + LONGEST_NUMBER + " digits");
    }
    return Double.valueOf(new String(bytes, start, at - start, StandardCharsets.US_ASCII));
  }

  private void digits() throws ImportFault {
    if (peek() < '0' || peek() > '9') {
      throw expected("a digit");
    }
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
  }

  private String string() throws ImportFault {
    int start = ++at;
    boolean plain = true;
    while (peek() != '"') {
      if (peek() < ' ') {
        throw expected("a character of a string");
      }
      if (peek() == '\\') {
        plain = false;
        at++;
        if (peek() < ' ') {
          throw expected("an escape");
        }
      }
      at++;
      if (at - start > DocumentLimits.LONGEST_STRING) {
        String problem = "string must have at most " + DocumentLimits.LONGEST_STRING + " bytes";
        throw ImportFault.oversized(start, problem);
      }
    }
    String text = decoded(bytes, start, at - start);
    at++;
    return plain ? text : unescaped(text, start);
  }

  /** The UTF-8 text in a part of {@code bytes}, which may hold nothing else. */
  static String decoded(byte[] bytes, int start, int length) throws ImportFault {
    try {
      ByteBuffer part = ByteBuffer.wrap(bytes, start, length);
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw ImportFault.malformed(start, "string must be UTF-8");
    }
  }

  private static String unescaped(String text, int start) throws ImportFault {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escape = text.charAt(++i);
      int known = "\"\\/bfnrt".indexOf(escape);
      if (known >= 0) {
        plain.append("\"\\/\b\f\n\r\t".charAt(known));
      } else if (escape == 'u' && text.length() - i > 4) {
        plain.append(unit(text.substring(i + 1, i + 5), start));
        i += 4;
      } else {
        throw ImportFault.malformed(start, "string must have known escapes, but has \\" + escape);
      }
    }
    return plain.toString();
  }

  private static char unit(String digits, int start) throws ImportFault {
    if (!digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      throw ImportFault.malformed(start, "string must have four hexadecimal digits after \\u");
    }
    return (char) Integer.parseInt(digits, 16);
  }

  /** Takes {@code word}, which stands for {@code value}. */
  private <T> T word(String word, T value) throws ImportFault {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw expected(word);
      }
      at++;
    }
    return value;
  }

  private void take(char c) throws ImportFault {
    if (peek() != c) {
      throw expected("'" + c + "'");
    }
    at++;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  /** The next byte, or -1 at the end. */
  private int peek() {
    return at < bytes.length ? bytes[at] & 0xFF : -1;
  }

  private ImportFault expected(String what) {
    int found = peek();
    String but = found < 0 ? "the document ended" : String.format("was 0x%02x", found);
    return ImportFault.malformed(at, "expected " + what + ", but " + but);
  }
}
