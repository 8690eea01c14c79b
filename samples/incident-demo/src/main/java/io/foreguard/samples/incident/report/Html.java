package io.foreguard.samples.incident.report;

/** Text made safe for HTML and SVG. */
final class Html {

  private Html() {}

  /**
   * Returns the text so that it reads the same as content and as an attribute value in double or
   * single quotes.
   */
  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
