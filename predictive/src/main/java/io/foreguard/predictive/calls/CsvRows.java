package io.foreguard.predictive.calls;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of separated values with a header, quoted as RFC 4180 says: a quoted field may hold
 * separators, line ends and doubled quotes; a quote elsewhere is a character like any other. Empty
 * lines are passed over, and so are lines that begin with {@code #}. Every row has as many fields
 * as the header; only a last one that its line end is missing of may have fewer, and is cut off.
 * Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvRows implements LogRows {
  private static final int MOST_COLUMNS = 1_000;
  private static final String SEPARATORS = ",;\t";

  private final LogText text;
  private final char separator;
  private final List<String> names;
  private char[] chars = new char[256];
  private int length;
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int fields;
  private boolean unfinished;
  private boolean cutOff;
  private long line;

  /**
   * Reads the header.
   *
   * @param separator 0 for whichever of comma, semicolon and tab the header has most of
   */
  CsvRows(LogText text, char separator) throws IOException {
    this.text = text;
    if (!read(separator)) {
      throw text.fault(line, "there must be a header with the names of the columns, but was none");
    }
    this.separator = separator == 0 ? likeliest() : separator;
    split();
    names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < fields; i++) {
      String name = field(i);
      if (!name.isEmpty() && !seen.add(name)) {
        throw text.fault(line, "two columns have the name " + LogText.quote(name));
      }
      names.add(name);
    }
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public boolean next() throws IOException {
    if (!read(separator)) {
      return false;
    }
    split();
    if (fields == names.size()) {
      return true;
    }
    if (unfinished && fields < names.size()) {
      cutOff = true;
      return false;
    }
    throw text.fault(line, "must have " + names.size() + " columns, but had " + fields);
  }

  @Override
  public @Nullable String get(int column) {
    String value = field(column);
    return value.isEmpty() ? null : value;
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

  private String field(int column) {
    return new String(chars, starts[column], ends[column] - starts[column]).strip();
  }

  /** Takes the text of one record, quotes and all. */
  private boolean read(char separatorIfKnown) throws IOException {
    do {
      line = text.line();
      length = 0;
      unfinished = false;
      boolean comment = text.peek() == '#';
      readRecord(separatorIfKnown, !comment);
      if (!comment && length > 0) {
        return true;
      }
    } while (!unfinished);
    return false;
  }

  private void readRecord(char separatorIfKnown, boolean mayQuote) throws IOException {
    boolean quoted = false;
    boolean atStart = mayQuote;
    for (int c = text.next(); c != '\n' || quoted; c = text.next()) {
      if (c < 0) {
        unfinished = true;
        return;
      }
      append((char) c);
      if (c == '"' && quoted && text.peek() == '"') {
        append((char) text.next());
      } else if (c == '"') {
        quoted = !quoted && atStart;
      }
      atStart =
          mayQuote && (separatorIfKnown == 0 ? SEPARATORS.indexOf(c) >= 0 : c == separatorIfKnown);
    }
  }

  private void append(char c) throws CallLogException {
    if (length == chars.length) {
      if (length >= LogText.LONGEST) {
        throw text.fault(line, "a row must be at most " + LogText.LONGEST + " characters");
      }
      chars = Arrays.copyOf(chars, 2 * length);
    }
    chars[length++] = c;
  }

  private char likeliest() {
    char best = ',';
    int most = 0;
    for (int s = 0; s < SEPARATORS.length(); s++) {
      int count = 0;
      for (int i = 0; i < length; i++) {
        count += chars[i] == SEPARATORS.charAt(s) ? 1 : 0;
      }
      if (count > most) {
        best = SEPARATORS.charAt(s);
        most = count;
      }
    }
    return best;
  }

  private void split() throws CallLogException {
    fields = 0;
    int from = 0;
    do {
      from = from < length && chars[from] == '"' ? quoted(from) : plain(from);
    } while (from <= length);
  }

  /** Enters the field that begins here and returns where the next one begins. */
  private int plain(int from) throws CallLogException {
    int end = from;
    while (end < length && chars[end] != separator) {
      end++;
    }
    enter(from, end);
    return end + 1;
  }

  private int quoted(int from) throws CallLogException {
    int to = from;
    int i = from + 1;
    while (i < length && (chars[i] != '"' || (i + 1 < length && chars[i + 1] == '"'))) {
      i += chars[i] == '"' ? 1 : 0;
      chars[to++] = chars[i++];
    }
    enter(from, to);
    if (i >= length && unfinished) {
      return length + 1;
    }
    i++;
    if (i < length && chars[i] != separator) {
      throw text.fault(line, "a quoted field must end with its quote, but went on after it");
    }
    return i + 1;
  }

  private void enter(int start, int end) throws CallLogException {
    if (fields == starts.length) {
      if (fields >= MOST_COLUMNS) {
        throw text.fault(line, "a row must have at most " + MOST_COLUMNS + " columns");
      }
      starts = Arrays.copyOf(starts, 2 * fields);
      ends = Arrays.copyOf(ends, 2 * fields);
    }
    starts[fields] = start;
    ends[fields++] = end;
  }
}
