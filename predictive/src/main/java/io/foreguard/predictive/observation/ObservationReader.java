package io.foreguard.predictive.observation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ObservationWriter} writes. Strict: the first thing that is wrong ends the
 * reading with an {@link ObservationFormatException}; nothing is skipped or repaired. The line with
 * the schema may be missing, so that a log made by other means needs only the column names.
 */
public final class ObservationReader {
  private static final int LONGEST_LINE = 1_000;

  private final BufferedReader in;
  private final String source;
  private final List<Observation> samples = new ArrayList<>();
  private long lineNumber;

  private ObservationReader(BufferedReader in, String source) {
    this.in = in;
    this.source = source;
  }

  /**
   * Reads the whole of {@code file}, which is UTF-8.
   *
   * @throws ObservationFormatException if the content breaks a rule
   * @throws IOException if the file cannot be read
   */
  public static List<Observation> read(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(in, file.toString());
    }
  }

  /**
   * Reads all that {@code in} holds and leaves it open.
   *
   * @param source what to call the input in messages
   * @throws ObservationFormatException if the content breaks a rule
   * @throws IOException if reading fails
   */
  public static List<Observation> read(Reader in, String source) throws IOException {
    BufferedReader buffered =
        in instanceof BufferedReader already ? already : new BufferedReader(in);
    return new ObservationReader(buffered, source).readAll();
  }

  private List<Observation> readAll() throws IOException {
    readHeader();
    for (String line = next(); line != null; line = next()) {
      samples.add(parse(line));
    }
    return List.copyOf(samples);
  }

  private void readHeader() throws IOException {
    String line = next();
    if (line != null && line.startsWith("#")) {
      if (!line.equals(ObservationFormat.SCHEMA_LINE)) {
        throw fault(
            "schema must be \"" + ObservationFormat.SCHEMA_LINE + "\", but was " + quote(line));
      }
      line = next();
    }
    if (line == null || !line.equals(ObservationFormat.HEADER_LINE)) {
      throw fault(
          "header must be \""
              + ObservationFormat.HEADER_LINE
              + "\", but was "
              + (line == null ? "missing" : quote(line)));
    }
  }

  private Observation parse(String line) throws ObservationFormatException {
    if (line.length() > LONGEST_LINE) {
      throw fault("line must be at most " + LONGEST_LINE + " characters, but was " + line.length());
    }
    String[] fields = line.split(",", -1);
    int columns = ObservationFormat.COLUMNS.size();
    if (fields.length != columns) {
      throw fault("must have " + columns + " columns, but had " + fields.length);
    }
    long time = integer(fields, 0);
    if (!samples.isEmpty()) {
      long previous = samples.get(samples.size() - 1).timeMillis();
      if (time <= previous) {
        throw columnFault(0, "later than the line before (" + previous + ")", fields[0]);
      }
    }
    double active = number(fields, 1, Double.MAX_VALUE);
    double p95 = number(fields, 2, Double.MAX_VALUE);
    double rate = number(fields, 3, Double.MAX_VALUE);
    double failureShare = number(fields, 4, 1);
    long requests = integer(fields, 5);
    if (requests < 0) {
      throw columnFault(5, "zero or more", fields[5]);
    }
    return new Observation(time, active, p95, rate, failureShare, requests);
  }

  private long integer(String[] fields, int column) throws ObservationFormatException {
    try {
      return Long.parseLong(fields[column].strip());
    } catch (NumberFormatException e) {
      throw columnFault(column, "a whole number", fields[column]);
    }
  }

  private double number(String[] fields, int column, double most)
      throws ObservationFormatException {
    double value;
    try {
      value = Double.parseDouble(fields[column].strip());
    } catch (NumberFormatException e) {
      throw columnFault(column, "a number", fields[column]);
    }
    if (!(value >= 0 && value <= most)) {
      String rule = most == 1 ? "in [0, 1]" : "zero or more, and finite";
      throw columnFault(column, rule, fields[column]);
    }
    return value;
  }

  private @Nullable String next() throws IOException {
    lineNumber++;
    try {
      return in.readLine();
    } catch (CharacterCodingException e) {
      throw fault("must be UTF-8 text near this line, but holds other bytes");
    }
  }

  private ObservationFormatException columnFault(int column, String rule, String value) {
    return fault(
        "column "
            + ObservationFormat.COLUMNS.get(column)
            + " must be "
            + rule
            + ", but was "
            + quote(value));
  }

  private ObservationFormatException fault(String problem) {
    return new ObservationFormatException(source, lineNumber, problem);
  }

  private static String quote(String text) {
    return '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
  }
}
