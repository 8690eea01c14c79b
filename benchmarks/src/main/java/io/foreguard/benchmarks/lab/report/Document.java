package io.foreguard.benchmarks.lab.report;

import java.util.ArrayList;
import java.util.List;

/** A report as blocks, before it is Markdown or HTML. Not thread-safe. */
final class Document {
  private final List<Block> blocks = new ArrayList<>();

  void heading(int level, String text) {
    blocks.add(new Heading(level, text));
  }

  void paragraph(String text) {
    blocks.add(new Paragraph(text));
  }

  void table(List<String> head, List<List<String>> lines) {
    blocks.add(new Table(head, lines));
  }

  /** A plot, which Markdown leaves out. */
  void plot(String svg) {
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

  record Plot(String svg) implements Block {}
}
