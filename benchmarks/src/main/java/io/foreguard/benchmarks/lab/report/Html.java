package io.foreguard.benchmarks.lab.report;

import java.util.List;

/** Writes a document as one HTML page that needs nothing else, for light and dark screens. */
public final class Html {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --text: #1d2430; --back: #fff; --line: #d5dae2;
        --stripe: #f5f7fa; --offered: #9aa4b2; --succeeded: #1a7f4b; --failed: #c22f3d;
        --rejected: #b26a00; --latency: #4a5fd0; }
      @media (prefers-color-scheme: dark) { :root { --text: #dfe5ee; --back: #14181f;
        --line: #333b47; --stripe: #1b212a; --offered: #6c7788; --succeeded: #4cc38a;
        --failed: #ff6b77; --rejected: #f0a742; --latency: #8fa2ff; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
        margin: 2rem auto; max-width: 78rem; padding: 0 1rem; }
      .wide { overflow-x: auto; margin: 1rem 0; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
      th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right;
        white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; position: sticky; left: 0;
        background: var(--back); }
      td.words { text-align: left; white-space: normal; min-width: 20rem; }
      tr:nth-child(even) td { background: var(--stripe); }
      pre { background: var(--stripe); padding: .75rem 1rem; overflow-x: auto; font-size: 13px; }
      svg { width: 100%; max-width: 70rem; height: auto; }
      svg text { fill: var(--text); font: 11px system-ui, sans-serif; }
      svg .axis { stroke: var(--line); fill: none; }
      svg .offered { stroke: var(--offered); fill: none; stroke-dasharray: 3 3; }
      svg .succeeded { stroke: var(--succeeded); fill: none; stroke-width: 1.5; }
      svg .failed { stroke: var(--failed); fill: none; }
      svg .rejected { stroke: var(--rejected); fill: none; }
      svg .latency { stroke: var(--latency); fill: none; }
      """;

  private Html() {}

  /** The document as one page with this title. */
  public static String of(String title, Document document) {
    StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head>");
    out.append("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
    out.append("<title>").append(escape(title)).append("</title><style>\n").append(STYLE);
    out.append("</style></head><body>\n");
    for (Document.Block block : document.blocks()) {
      append(out, block);
    }
    return out.append("</body></html>\n").toString();
  }

  private static void append(StringBuilder out, Document.Block block) {
    if (block instanceof Document.Heading heading) {
      element(out, "h" + heading.level(), heading.text());
      out.append('\n');
    } else if (block instanceof Document.Paragraph paragraph) {
      element(out, "p", paragraph.text());
      out.append('\n');
    } else if (block instanceof Document.Table table) {
      out.append("<div class=\"wide\"><table><thead>");
      line(out, "th", table.head());
      out.append("</thead><tbody>\n");
      table.lines().forEach(cells -> line(out, "td", cells));
      out.append("</tbody></table></div>\n");
    } else if (block instanceof Document.Code code) {
      element(out, "pre", code.text().strip());
      out.append('\n');
    } else if (block instanceof Document.Plot plot) {
      out.append(plot.svg()).append('\n');
    }
  }

  private static void line(StringBuilder out, String tag, List<String> cells) {
    out.append("<tr>");
    for (String cell : cells) {
      if (tag.equals("td") && cell.length() > 30) {
        out.append("<td class=\"words\">").append(escape(cell)).append("</td>");
      } else {
        element(out, tag, cell);
      }
    }
    out.append("</tr>\n");
  }

  private static void element(StringBuilder out, String tag, String text) {
    out.append('<').append(tag).append('>').append(escape(text));
    out.append("</").append(tag).append('>');
  }

  /** The text with what HTML gives a meaning to made plain. */
  public static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
