package io.foreguard.predictive.observation;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes observations as comma-separated values: a line with the schema's name and version, a line
 * with the column names, then a line per sample. Numbers are written so that reading them back
 * gives the same bits. Not thread-safe; owned by whoever opened it.
 */
public final class ObservationWriter implements Closeable, Flushable {
  private final Writer out;
  private final StringBuilder line = new StringBuilder(96);

  /**
   * Writes to {@code out}, beginning with the two header lines.
   *
   * @throws IOException if writing them fails
   */
  public ObservationWriter(Writer out) throws IOException {
    this.out = Objects.requireNonNull(out, "out");
    out.write(ObservationFormat.SCHEMA_LINE + '\n' + ObservationFormat.HEADER_LINE + '\n');
  }

  /**
   * Creates or replaces {@code file}.
   *
   * @throws IOException if the file cannot be written
   */
  public static ObservationWriter create(Path file) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    return new ObservationWriter(out);
  }

  /**
   * Appends one sample and returns this writer.
   *
   * @throws IOException if writing fails
   */
  @CanIgnoreReturnValue
  public ObservationWriter write(Observation sample) throws IOException {
    line.setLength(0);
    ObservationFormat.append(line, sample);
    out.append(line);
    return this;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
