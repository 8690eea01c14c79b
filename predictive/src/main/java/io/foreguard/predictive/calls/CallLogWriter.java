package io.foreguard.predictive.calls;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes calls as comma-separated values or as JSON Lines, with the schema and its version in the
 * first line. Numbers are written so that reading them back gives the same bits. Not thread-safe;
 * owned by whoever opened it.
 */
public final class CallLogWriter implements Closeable, Flushable {
  private final Writer out;
  private final boolean json;
  private final StringBuilder line = new StringBuilder(160);
  private long written;

  private CallLogWriter(Writer out, boolean json) throws IOException {
    this.out = Require.nonNull(out, "out");
    this.json = json;
    line.append(json ? CallSchema.OBJECT : CallSchema.LINE + '\n' + CallSchema.HEADER);
    endLine();
  }

  /**
   * Writes comma-separated values to {@code out}, beginning with the header.
   *
   * @throws IOException if writing it fails
   */
  public static CallLogWriter csv(Writer out) throws IOException {
    return new CallLogWriter(out, false);
  }

  /**
   * Writes JSON Lines to {@code out}, beginning with the header.
   *
   * @throws IOException if writing it fails
   */
  public static CallLogWriter jsonLines(Writer out) throws IOException {
    return new CallLogWriter(out, true);
  }

  /**
   * Creates or replaces {@code file}: JSON Lines if its name ends with {@code .jsonl}, otherwise
   * comma-separated values; compressed if {@code .gz} follows.
   *
   * @throws IOException if the file cannot be written
   */
  public static CallLogWriter create(Path file) throws IOException {
    String name = file.toString();
    boolean gz = name.endsWith(".gz");
    OutputStream raw = Files.newOutputStream(file);
    try {
      OutputStream bytes = gz ? new GZIPOutputStream(raw, 1 << 16) : raw;
      Writer out = new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));
      return new CallLogWriter(out, name.endsWith(gz ? ".jsonl.gz" : ".jsonl"));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Appends one call and returns this writer.
   *
   * @throws IOException if writing fails
   */
  @CanIgnoreReturnValue
  public CallLogWriter write(CallRecord call) throws IOException {
    line.setLength(0);
    if (json) {
      appendObject(call);
    } else {
      appendValues(call);
    }
    endLine();
    return this;
  }

  /** Characters written so far, the header included. */
  public long written() {
    return written;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void endLine() throws IOException {
    line.append('\n');
    out.append(line);
    written += line.length();
  }

  private void appendValues(CallRecord call) {
    line.append(call.startNanos()).append(',');
    line.append(call.durationNanos()).append(',');
    line.append(call.outcome()).append(',');
    appendQuoted(call.dependency());
    line.append(',');
    appendQuoted(call.key());
    line.append(',').append(call.admission()).append(',');
    line.append(call.propensity()).append(',');
    line.append(call.sampling()).append(',');
    if (!Double.isNaN(call.estimate())) {
      line.append(call.estimate());
    }
  }

  private void appendQuoted(String text) {
    boolean plain = text.equals(text.strip());
    for (int i = 0; plain && i < text.length(); i++) {
      plain = ",;\"\r\n\t#".indexOf(text.charAt(i)) < 0;
    }
    if (plain) {
      line.append(text);
    } else {
      line.append('"').append(text.replace("\"", "\"\"")).append('"');
    }
  }

  private void appendObject(CallRecord call) {
    line.append("{\"start_ns\":").append(call.startNanos());
    line.append(",\"duration_ns\":").append(call.durationNanos());
    line.append(",\"outcome\":\"").append(call.outcome());
    line.append("\",\"dependency\":");
    appendJson(call.dependency());
    line.append(",\"key\":");
    appendJson(call.key());
    line.append(",\"admission\":\"").append(call.admission());
    line.append("\",\"propensity\":").append(call.propensity());
    line.append(",\"sampling\":").append(call.sampling());
    line.append(",\"estimate\":");
    if (Double.isNaN(call.estimate())) {
      line.append("null");
    } else {
      line.append(call.estimate());
    }
    line.append('}');
  }

  private void appendJson(String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ') {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }
}
