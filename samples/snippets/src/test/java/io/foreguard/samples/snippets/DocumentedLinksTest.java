package io.foreguard.samples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Links from page to page lead somewhere, and from the README to every page of docs. */
class DocumentedLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");

  @TestFactory
  List<DynamicTest> linksLeadToFilesThatAreThere() throws Exception {
    return Pages.all().stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    Pages.name(page), () -> assertThat(targets(page)).allMatch(Files::exists)))
        .toList();
  }

  @Test
  void everyPageOfDocsIsReachedFromTheReadme() throws Exception {
    Set<String> reached = new TreeSet<>();
    Deque<Path> open = new ArrayDeque<>(List.of(Pages.page("README.md")));
    while (!open.isEmpty()) {
      Path page = open.pop();
      if (page.toString().endsWith(".md") && reached.add(Pages.name(page))) {
        open.addAll(targets(page));
      }
    }

    assertThat(reached)
        .containsAll(
            Pages.all().stream()
                .map(Pages::name)
                .filter(name -> name.startsWith("docs/"))
                .toList());
  }

  private static List<Path> targets(Path page) {
    return LINK.matcher(String.join("\n", Pages.lines(page)))
        .results()
        .map(link -> page.resolveSibling(link.group(1)).normalize())
        .toList();
  }
}
