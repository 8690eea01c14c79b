package io.foreguard.predictive.report;

import java.util.ArrayList;
import java.util.List;

/** Writes a report as Markdown. Not thread-safe. */
final class MarkdownPage {
  private final StringBuilder page = new StringBuilder();

  String of(Report report) {
    page.append("# ").append(report.title()).append('\n');
    for (Report.Section section : report.sections()) {
      page.append("\n## ").append(section.title()).append('\n');
      section.blocks().forEach(this::block);
    }
    return page.toString();
  }

  private void block(Report.Block block) {
    page.append('\n');
    if (block instanceof Report.Words words) {
      page.append(words.warning() ? "**" + words.text() + "**" : words.text()).append('\n');
    } else if (block instanceof Report.Table table) {
      table(table.columns(), table.rows());
    } else if (block instanceof Report.Drawing drawing) {
      chart(drawing.chart());
    }
  }

  private void table(List<String> columns, List<List<String>> rows) {
    row(columns);
    page.append("| ---").append(" | ---:".repeat(columns.size() - 1)).append(" |\n");
    rows.forEach(this::row);
  }

  private void row(List<String> cells) {
    for (String cell : cells) {
      page.append("| ").append(cell.replace("|", "\\|")).append(' ');
    }
    page.append("|\n");
  }

  private void chart(Chart chart) {
    page.append(chart.title()).append(":\n\n");
    List<List<String>> rows = new ArrayList<>();
    for (Chart.Line line : chart.lines()) {
      if (!line.reference()) {
        for (int i = 0; i < line.x().length; i++) {
          rows.add(List.of(line.name(), Report.text(line.x()[i]), Report.text(line.y()[i])));
        }
      }
    }
    table(List.of("line", chart.horizontal(), chart.vertical()), rows);
  }
}
