package io.foreguard.samples.snippets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The Java on the pages stands in sources that are compiled: it cannot rot unseen. */
class DocumentedCodeTest {
  @TestFactory
  List<DynamicTest> everyBlockOfJavaIsCompiled() throws Exception {
    List<String> sources = Pages.sources().stream().map(JavaBlock::tokens).toList();
    List<JavaBlock> blocks =
        Pages.all().stream().flatMap(page -> JavaBlock.of(page).stream()).toList();
    assertThat(blocks).hasSizeGreaterThan(20);
    return blocks.stream()
        .map(block -> DynamicTest.dynamicTest(block.toString(), () -> check(block, sources)))
        .toList();
  }

  @Test
  void theExampleThatTheReadmeBeginsWithIsAFileOfAtMost15Lines() throws Exception {
    JavaBlock example = JavaBlock.of(Pages.page("README.md")).get(0);

    assertThat(example.code().get(0)).startsWith("import ");
    assertThat(example.code()).filteredOn(line -> !line.isBlank()).hasSizeLessThanOrEqualTo(15);
    assertThat(Pages.sources())
        .map(JavaBlock::tokens)
        .contains("package io.foreguard.samples.snippets;" + tokens(example));
  }

  @Test
  void blocksAreFoundInListsToo() {
    List<String> page = List.of("1. So:", "   ```java", "   a();", "   ```", "```text", "b", "```");

    assertThat(JavaBlock.of("page", page)).extracting(JavaBlock::line).containsExactly(2);
  }

  @Test
  void lineBreaksIndentsAndCommentsDoNotMatter() {
    assertThat(isIn("a(b) .c( d ); // why", "  a(b)\n      .c(d);\n  return;")).isTrue();
    assertThat(isIn("a(\"http://b\");", "a(\"http://c\");")).isFalse();
  }

  @Test
  void codeThatIsNotCompiledIsNotFound() {
    assertThat(isIn("a();", "// a();")).isFalse();
    assertThat(isIn("b();", "ab();")).isFalse();
    assertThat(isIn("new A();", "newA();")).isFalse();
    assertThat(isIn("a();\nb();", "a();\nc();\nb();")).isFalse();
  }

  private static boolean isIn(String code, String source) {
    return new JavaBlock("page", 1, code.lines().toList()).isIn(List.of(JavaBlock.tokens(source)));
  }

  private static String tokens(JavaBlock block) {
    return JavaBlock.tokens(String.join("\n", block.code()));
  }

  private static void check(JavaBlock block, List<String> sources) {
    assertThat(block.isIn(sources))
        .as(
            "code of %s in the sources of samples, test kits or starter; they differ from: %s",
            block, block.firstStrayLine(sources))
        .isTrue();
  }
}
