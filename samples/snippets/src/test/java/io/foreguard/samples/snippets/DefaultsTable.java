package io.foreguard.samples.snippets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of defaults on a page. Its header is {@code | `ClassOfSettings` | default | ... |}, and
 * the first two cells of a row are a setting and its default.
 */
record DefaultsTable(String page, String settings, Map<String, String> defaults) {
  private static final Pattern HEADER = Pattern.compile("\\| `(\\w+)` \\| default \\|.*");
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| ([^|]*) \\|.*");

  /** The tables of a page, in order. */
  static List<DefaultsTable> of(Path page) {
    List<DefaultsTable> tables = new ArrayList<>();
    Map<String, String> open = new LinkedHashMap<>();
    for (String line : Pages.lines(page)) {
      Matcher header = HEADER.matcher(line);
      Matcher row = ROW.matcher(line);
      if (header.matches()) {
        open = new LinkedHashMap<>();
        tables.add(new DefaultsTable(Pages.name(page), header.group(1), open));
      } else if (row.matches()) {
        open.put(row.group(1), row.group(2).replace("`", ""));
      } else if (!line.startsWith("| ---")) {
        open = new LinkedHashMap<>(); // rows of other tables are nobody's
      }
    }
    return tables;
  }

  @Override
  public String toString() {
    return settings + " in " + page;
  }
}
