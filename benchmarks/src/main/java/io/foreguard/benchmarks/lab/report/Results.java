package io.foreguard.benchmarks.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Raw results: {@code results.csv} with a line for each world and policy, {@code policies.csv},
 * {@code timelines.csv} for the plots, and tables of the studies as they are. Immutable.
 *
 * @param contestants in the order of the report
 * @param rows for each world and contestant, and for the oracle
 * @param timelines of the first draws
 * @param studies tables by name; the first line of each is its header
 */
public record Results(
    List<Contestant> contestants,
    List<Row> rows,
    List<TimelineStep> timelines,
    Map<String, List<List<String>>> studies) {
  /** Family of the random worlds. */
  public static final String RANDOM = "random";

  /** Name of the oracle among the policies. */
  public static final String ORACLE = "oracle";

  private static final List<String> STUDIES = List.of("detection", "probing");

  /** Copies its arguments. */
  public Results {
    contestants = List.copyOf(contestants);
    rows = List.copyOf(rows);
    timelines = List.copyOf(timelines);
    studies = Map.copyOf(studies);
  }

  /** Writes the files; those of studies that were not made stay as they are. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!rows.isEmpty()) {
      List<List<String>> lines = new ArrayList<>();
      lines.add(header());
      rows.forEach(row -> lines.add(line(row)));
      Csv.write(folder.resolve("results.csv"), lines);
      Csv.write(folder.resolve("policies.csv"), contestantLines());
      Csv.write(folder.resolve("timelines.csv"), timelineLines());
    }
    for (Map.Entry<String, List<List<String>>> study : studies.entrySet()) {
      Csv.write(folder.resolve(study.getKey() + ".csv"), study.getValue());
    }
  }

  /** Reads what is there. */
  public static Results read(Path folder) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Contestant> contestants = new ArrayList<>();
    List<TimelineStep> timelines = new ArrayList<>();
    if (Files.exists(folder.resolve("results.csv"))) {
      List<List<String>> lines = Csv.read(folder.resolve("results.csv"));
      if (!lines.get(0).equals(header())) {
        throw new IOException("results.csv must have the columns " + header());
      }
      lines.stream().skip(1).map(Results::row).forEach(rows::add);
      for (List<String> line : withoutHeader(folder.resolve("policies.csv"))) {
        Contestant.Kind kind = Contestant.Kind.valueOf(line.get(1));
        contestants.add(new Contestant(line.get(0), kind, line.get(2)));
      }
      for (List<String> line : withoutHeader(folder.resolve("timelines.csv"))) {
        timelines.add(step(line));
      }
    }
    Map<String, List<List<String>>> studies = new java.util.HashMap<>();
    for (String study : STUDIES) {
      if (Files.exists(folder.resolve(study + ".csv"))) {
        studies.put(study, Csv.read(folder.resolve(study + ".csv")));
      }
    }
    return new Results(contestants, rows, timelines, studies);
  }

  private static List<List<String>> withoutHeader(Path file) throws IOException {
    List<List<String>> lines = Csv.read(file);
    return lines.subList(1, lines.size());
  }

  private static List<String> header() {
    List<String> header = new ArrayList<>(List.of("family", "draw", "policy"));
    Arrays.stream(Figure.values())
        .map(figure -> figure.name().toLowerCase(Locale.ROOT))
        .forEach(header::add);
    return header;
  }

  private static List<String> line(Row row) {
    List<String> line =
        new ArrayList<>(List.of(row.family(), String.valueOf(row.draw()), row.policy()));
    for (Figure figure : Figure.values()) {
      line.add(number(row.get(figure)));
    }
    return line;
  }

  private static Row row(List<String> line) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      figures.put(figure, Double.valueOf(line.get(3 + figure.ordinal())));
    }
    return new Row(line.get(0), Integer.parseInt(line.get(1)), line.get(2), figures);
  }

  private List<List<String>> contestantLines() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("policy", "kind", "description"));
    contestants.forEach(c -> lines.add(List.of(c.name(), c.kind().name(), c.description())));
    return lines;
  }

  private List<List<String>> timelineLines() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("family", "policy", "second", "offered", "succeeded", "failed", "rejected"));
    for (TimelineStep t : timelines) {
      lines.add(
          List.of(
              t.family(),
              t.policy(),
              number(t.second()),
              number(t.offered()),
              number(t.succeeded()),
              number(t.failed()),
              number(t.rejected())));
    }
    return lines;
  }

  private static TimelineStep step(List<String> line) {
    double[] v = line.stream().skip(2).mapToDouble(Double::parseDouble).toArray();
    return new TimelineStep(line.get(0), line.get(1), v[0], v[1], v[2], v[3], v[4]);
  }

  /** The shortest text that gives the same number; whole numbers as such. */
  private static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? String.valueOf((long) value) : String.valueOf(value);
  }
}
