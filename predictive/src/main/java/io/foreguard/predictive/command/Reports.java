package io.foreguard.predictive.command;

import io.foreguard.predictive.report.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes reports in the form that the name of the file asks for. */
final class Reports {
  private Reports() {}

  /** The files that an option names. */
  static List<Path> files(Options options) {
    List<Path> files = options.paths("--report");
    for (Path file : files) {
      String name = file.toString();
      if (!name.endsWith(".md") && !name.endsWith(".html")) {
        throw new IllegalArgumentException("--report must end with .md or .html, but was " + name);
      }
    }
    return files;
  }

  static void write(Report report, List<Path> files) throws IOException {
    for (Path file : files) {
      boolean html = file.toString().endsWith(".html");
      String page = html ? report.toHtml() : report.toMarkdown();
      Files.writeString(file, page, StandardCharsets.UTF_8);
    }
  }
}
