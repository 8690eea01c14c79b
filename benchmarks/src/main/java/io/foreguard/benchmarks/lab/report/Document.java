package io.foreguard.benchmarks.lab.report;

import java.util.ArrayList;
import java.util.List;

/** A report as blocks, before it is Markdown or HTML. Not thread-safe. */
public final class Document {
  private final List<Block> blocks = new ArrayList<>();

  /** A heading of level 1 to 6. */
  public void heading(int level, String text) {
    blocks.add(new Heading(level, text));
  }

  /** A paragraph of plain text. */
  public void paragraph(String text) {
    blocks.add(new Paragraph(text));
  }

  /** A table; every line has as many cells as the head. */
  public void table(List<String> head, List<List<String>> lines) {
    blocks.add(new Table(head, lines));
  }

  /** Text that is shown as it is, such as code. */
  public void code(String text) {
    blocks.add(new Code(text));
  }

  /** A plot, which Markdown leaves out. */
  public void plot(String svg) {
    blocks.add(new Plot(svg));
  }

  List<Block> blocks() {
    return blocks;
  }

  /** A part of a document. */
  sealed interface Block {}

  record Heading(int level, String text) implements Block {}

  record Paragraph(String text) implements Block {}

  record Table(List<String> head, List<List<String>> lines) implements Block {}

  record Code(String text) implements Block {}

  record Plot(String svg) implements Block {}
}
