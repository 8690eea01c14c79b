package io.foreguard.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Code on pages is code of the project, which is compiled and tested. A page says where a block is
 * from, on the line above it: {@code <!-- code: path/from/the/root.java#region -->}. The block is
 * the region between {@code // region: name} and {@code // endregion}, moved to the left margin;
 * without a name the whole file but for its package.
 */
class DocumentedCodeTest {
  private static final Path ROOT = root();
  private static final Pattern BLOCK =
      Pattern.compile(
          "<!-- code: ([^ #]+)(?:#([^ ]+))? -->\\R```[a-z]*\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern MARKER = Pattern.compile("<!-- code: ");

  @TestFactory
  List<DynamicTest> codeOnPagesIsThatOfTheProject() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      List<MatchResult> blocks = BLOCK.matcher(text).results().toList();
      assertThat(blocks)
          .as("blocks of code below the markers of %s", page)
          .hasSize((int) MARKER.matcher(text).results().count());
      for (MatchResult block : blocks) {
        String region = block.group(2) == null ? "" : block.group(2);
        String name = ROOT.relativize(page) + ": " + block.group(1) + ' ' + region;
        tests.add(
            DynamicTest.dynamicTest(
                name,
                () ->
                    assertThat(block.group(3).strip())
                        .isEqualTo(code(ROOT.resolve(block.group(1)), region))));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @Test
  void aRegionIsMovedToTheMargin() {
    String source = "a\n    // region: r\n    b {\n      c\n    }\n    // endregion\nd\n";

    assertThat(region(source, "r")).isEqualTo("b {\n  c\n}");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("spring-starter/README.md")), docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static String code(Path file, String region) throws IOException {
    String source = Files.readString(file);
    return region.isEmpty()
        ? source.replaceFirst("(?m)^package .*;\\R", "").strip()
        : region(source, region);
  }

  private static String region(String source, String name) {
    String start = "// region: " + name;
    List<String> lines =
        source
            .lines()
            .dropWhile(line -> !line.strip().equals(start))
            .skip(1)
            .takeWhile(line -> !line.strip().equals("// endregion"))
            .toList();
    assertThat(lines).as("lines of region " + name).isNotEmpty();
    return String.join("\n", lines).stripIndent().strip();
  }

  /** The folder of the whole project, above the module whose tests run. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/testing.md"))) {
      folder = folder.getParent();
      assertThat(folder).as("a folder above with docs/testing.md").isNotNull();
    }
    return folder;
  }
}
