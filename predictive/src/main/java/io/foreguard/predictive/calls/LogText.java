package io.foreguard.predictive.calls;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The characters of a log with the number of the line they are on. One record may take at most
 * {@link #LONGEST} characters. Not thread-safe.
 */
final class LogText implements Closeable {
  /** Characters in one record, line ends within quotes included. */
  static final int LONGEST = 65_536;

  private static final int END = -1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  final String source;
  private final Reader in;
  private final char[] buffer = new char[1 << 15];
  private int position;
  private int limit;
  private boolean atBeginning = true;
  private long line = 1;

  LogText(Reader in, String source) {
    this.in = in;
    this.source = source;
  }

  /** Opens a file of UTF-8 text, compressed if its name ends with {@code .gz}. */
  static LogText open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      boolean gz = file.toString().endsWith(".gz");
      InputStream plain = gz ? new GZIPInputStream(raw, 1 << 16) : raw;
      Reader text =
          new InputStreamReader(
              plain,
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT));
      return new LogText(text, file.toString());
    } catch (ZipException | EOFException e) {
      raw.close();
      throw new CallLogException(file.toString(), 0, "must be gzip data: " + e.getMessage());
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Number of the line that the next character is on. */
  long line() {
    return line;
  }

  /** The next character without taking it; -1 at the end. */
  int peek() throws IOException {
    return position < limit || fill() ? buffer[position] : END;
  }

  /** Takes the next character; -1 at the end. A line ends with LF, CR LF or CR: all read as LF. */
  int next() throws IOException {
    if (position == limit && !fill()) {
      return END;
    }
    char c = buffer[position++];
    if (c == '\r') {
      if (peek() == '\n') {
        position++;
      }
      c = '\n';
    }
    if (c == '\n') {
      line++;
    }
    return c;
  }

  /** Takes the rest of the line, without its end. */
  String takeLine() throws IOException {
    long at = line;
    StringBuilder taken = new StringBuilder();
    for (int c = next(); c >= 0 && c != '\n'; c = next()) {
      if (taken.length() >= LONGEST) {
        throw fault(at, "a line must be at most " + LONGEST + " characters");
      }
      taken.append((char) c);
    }
    return taken.toString();
  }

  CallLogException fault(long atLine, String problem) {
    return new CallLogException(source, atLine, problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    try {
      position = 0;
      limit = Math.max(0, in.read(buffer, 0, buffer.length));
      if (atBeginning && limit > 0 && buffer[0] == BYTE_ORDER_MARK) {
        position = 1;
      }
      atBeginning = false;
      return position < limit || (position == 1 && fill());
    } catch (CharacterCodingException e) {
      throw fault(line, "must be UTF-8 text near this line, but holds other bytes");
    } catch (ZipException | EOFException e) {
      throw fault(line, "the compressed data end or break near this line: " + e.getMessage());
    }
  }

  /** Text for messages: short, and in quotes. */
  static String quote(String text) {
    return '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
  }
}
