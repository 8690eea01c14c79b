package io.foreguard.benchmarks.lab.report;

import java.util.List;

/** Writes a document as Markdown. */
public final class Markdown {
  private Markdown() {}

  /** The document as Markdown, without its plots. */
  public static String of(Document document) {
    StringBuilder out = new StringBuilder();
    for (Document.Block block : document.blocks()) {
      if (block instanceof Document.Heading heading) {
        out.append("#".repeat(heading.level())).append(' ').append(heading.text()).append("\n\n");
      } else if (block instanceof Document.Paragraph paragraph) {
        out.append(paragraph.text()).append("\n\n");
      } else if (block instanceof Document.Table table) {
        line(out, table.head());
        line(out, table.head().stream().map(title -> "---").toList());
        table.lines().forEach(cells -> line(out, cells));
        out.append('\n');
      } else if (block instanceof Document.Code code) {
        out.append("```\n").append(code.text().strip()).append("\n```\n\n");
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, List<String> cells) {
    out.append("| ");
    out.append(String.join(" | ", cells.stream().map(cell -> cell.replace("|", "\\|")).toList()));
    out.append(" |\n");
  }
}
