package io.foreguard.benchmarks.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Comma-separated values, quoted where they have to be. */
public final class Csv {
  private Csv() {}

  /** Writes lines, the first of them the header. */
  public static void write(Path file, List<List<String>> lines) throws IOException {
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      out.append(String.join(",", line.stream().map(Csv::quote).toList())).append('\n');
    }
    Files.writeString(file, out);
  }

  /** Reads lines, the first of them the header. */
  public static List<List<String>> read(Path file) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(parse(line));
    }
    return lines;
  }

  private static String quote(String value) {
    boolean plain = value.indexOf(',') < 0 && value.indexOf('"') < 0;
    return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static List<String> parse(String line) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    return values;
  }
}
