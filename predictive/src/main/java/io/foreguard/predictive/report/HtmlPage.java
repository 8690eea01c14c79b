package io.foreguard.predictive.report;

import java.util.List;

/** Writes a report as one page of HTML that loads nothing. Not thread-safe. */
final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #d0d7de; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edf3; --paper: #0d1117; --faint: #444c56; }
      }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; margin: 1rem 0; }
      th, td { border-bottom: 1px solid var(--faint); padding: .2rem .8rem; text-align: right; }
      th:first-child, td:first-child { text-align: left; }
      .warning { border-left: 4px solid #cf222e; padding: .5rem 1rem; font-weight: 600; }
      svg { max-width: 100%; height: auto; }
      svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
      """;

  private final StringBuilder page = new StringBuilder();

  String of(Report report) {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
        .append(escape(report.title()))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(escape(report.title()))
        .append("</h1>\n");
    for (Report.Section section : report.sections()) {
      page.append("<h2>").append(escape(section.title())).append("</h2>\n");
      section.blocks().forEach(this::block);
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private void block(Report.Block block) {
    if (block instanceof Report.Words words) {
      page.append(words.warning() ? "<p class=\"warning\">" : "<p>")
          .append(escape(words.text()))
          .append("</p>\n");
    } else if (block instanceof Report.Table table) {
      page.append("<table>\n<thead>");
      row(table.columns(), "th");
      page.append("</thead>\n<tbody>\n");
      table.rows().forEach(cells -> row(cells, "td"));
      page.append("</tbody>\n</table>\n");
    } else if (block instanceof Report.Drawing drawing) {
      page.append("<figure>\n");
      new SvgChart(page).draw(drawing.chart());
      page.append("</figure>\n");
    }
  }

  private void row(List<String> cells, String tag) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(escape(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
