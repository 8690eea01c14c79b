package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.RunInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run showed, computed from its raw logs. Immutable. */
public final class Report {

  private final RunInfo run;
  private final List<LaneResult> lanes;

  private Report(RunInfo run, List<LaneResult> lanes) {
    this.run = run;
    this.lanes = List.copyOf(lanes);
  }

  /**
   * Computes the report.
   *
   * @throws IOException if a raw log is missing or broken
   */
  public static Report of(RawLogs logs) throws IOException {
    RunInfo run = logs.readRun();
    List<LaneResult> lanes = new ArrayList<>();
    for (String lane : run.lanes()) {
      lanes.add(LaneResult.of(logs.readLane(lane), run.deadlineMs()));
    }
    return new Report(run, lanes);
  }

  /** Returns the table and its definitions for a terminal. */
  public String text() {
    StringBuilder out = new StringBuilder(Summary.lanes(lanes).toText()).append('\n');
    for (Map.Entry<String, String> word : Summary.definitions(run).entrySet()) {
      out.append(wrapped(word.getKey() + ": " + word.getValue()));
    }
    return out.toString();
  }

  /** Writes {@code table.md} and {@code report.html} into the folder. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("table.md"), markdown());
    Files.writeString(folder.resolve("report.html"), HtmlReport.page(run, lanes));
  }

  private String markdown() {
    StringBuilder out = new StringBuilder(Summary.lanes(lanes).toMarkdown());
    for (LaneResult lane : lanes) {
      out.append("\n")
          .append(lane.log().lane())
          .append(" by phase:\n\n")
          .append(Summary.phases(lane).toMarkdown());
    }
    out.append('\n');
    for (Map.Entry<String, String> word : Summary.definitions(run).entrySet()) {
      out.append("- *").append(word.getKey()).append("*: ").append(word.getValue()).append('\n');
    }
    out.append('\n');
    for (Map.Entry<String, String> setting : Summary.settings(run).entrySet()) {
      out.append("- ")
          .append(setting.getKey())
          .append(": ")
          .append(setting.getValue())
          .append('\n');
    }
    return out.toString();
  }

  private static String wrapped(String text) {
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > 100) {
        out.append("\n ");
        column = 1;
      }
      out.append(column == 0 ? "" : " ").append(word);
      column += word.length() + 1;
    }
    return out.append('\n').toString();
  }
}
