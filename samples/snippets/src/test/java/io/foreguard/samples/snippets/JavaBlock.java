package io.foreguard.samples.snippets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of Java on a page. It is compared with sources token by token: how lines are broken and
 * indented does not matter, nor do comments behind {@code //}, which a page may have more of.
 */
record JavaBlock(String page, int line, List<String> code) {
  private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)//(\\s.*)?$");
  private static final Pattern SPACE_AROUND_PUNCTUATION = Pattern.compile(" ?([^\\w\\s]) ?");

  /** The blocks of a page, in order. */
  static List<JavaBlock> of(Path page) {
    return of(Pages.name(page), Pages.lines(page));
  }

  static List<JavaBlock> of(String page, List<String> lines) {
    List<JavaBlock> blocks = new ArrayList<>();
    int begun = -1;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (begun < 0 && line.startsWith("```java")) {
        begun = i + 1;
      } else if (begun >= 0 && line.equals("```")) {
        blocks.add(new JavaBlock(page, begun, lines.subList(begun, i)));
        begun = -1;
      }
    }
    return blocks;
  }

  /** A source in the form that blocks are looked for in. */
  static String tokens(String code) {
    String bare = COMMENT.matcher(code).replaceAll(" ").replaceAll("\\s+", " ");
    return SPACE_AROUND_PUNCTUATION.matcher(bare).replaceAll("$1").strip();
  }

  boolean isIn(List<String> tokensOfSources) {
    return isIn(tokensOfSources, code.size());
  }

  /** The first line that is in no source after those above it, for a message. */
  String firstStrayLine(List<String> tokensOfSources) {
    int known = 0;
    while (known < code.size() - 1 && isIn(tokensOfSources, known + 1)) {
      known++;
    }
    return code.get(known).strip();
  }

  private boolean isIn(List<String> tokensOfSources, int lines) {
    String wanted = tokens(String.join("\n", code.subList(0, lines)));
    Pattern whole = Pattern.compile("(?<!\\w(?=\\w))" + Pattern.quote(wanted) + "(?!(?<=\\w)\\w)");
    return tokensOfSources.stream().anyMatch(source -> whole.matcher(source).find());
  }

  @Override
  public String toString() {
    return page + ", line " + line;
  }
}
