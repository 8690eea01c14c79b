package io.foreguard.samples.incident.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under a heading, as plain text, Markdown or HTML. Not thread-safe. */
final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> heading) {
    rows.add(List.copyOf(heading));
  }

  void add(List<String> row) {
    if (row.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "a row must have " + rows.get(0).size() + " cells, but was " + row.size() + ": " + row);
    }
    rows.add(List.copyOf(row));
  }

  String toText() {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      appendPadded(out, rows.get(row), "", "  ", "");
      if (row == 0) {
        int width = 2 * (rows.get(0).size() - 1);
        for (int column = 0; column < rows.get(0).size(); column++) {
          width += width(column);
        }
        out.append("-".repeat(width)).append('\n');
      }
    }
    return out.toString();
  }

  String toMarkdown() {
    StringBuilder out = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      appendPadded(out, rows.get(row), "| ", " | ", " |");
      if (row == 0) {
        out.append("| --- |").append(" ---: |".repeat(rows.get(0).size() - 1)).append('\n');
      }
    }
    return out.toString();
  }

  String toHtml(String caption) {
    StringBuilder out = new StringBuilder("<div class=\"wide\"><table><caption>");
    out.append(Html.escape(caption)).append("</caption>\n<thead><tr>");
    for (String name : rows.get(0)) {
      out.append("<th scope=\"col\">").append(Html.escape(name)).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows.subList(1, rows.size())) {
      String label = row.get(0);
      out.append(label.startsWith(" ") ? "<tr class=\"part\">" : "<tr>");
      out.append("<th scope=\"row\">").append(Html.escape(label.strip())).append("</th>");
      for (String cell : row.subList(1, row.size())) {
        out.append("<td>").append(Html.escape(cell)).append("</td>");
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  private void appendPadded(
      StringBuilder out, List<String> row, String before, String between, String after) {
    StringBuilder line = new StringBuilder(before);
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      String gap = " ".repeat(width(column) - cell.length());
      line.append(column == 0 ? "" : between).append(column == 0 ? cell + gap : gap + cell);
    }
    out.append(line.append(after).toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
