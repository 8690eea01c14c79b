package io.foreguard.test.assertion;

import java.time.Duration;
import java.util.Locale;

/** What the assertions share. */
final class Checks {
  private Checks() {}

  static String words(Duration duration) {
    return String.format(Locale.ROOT, "%.3f s", duration.toNanos() / 1e9);
  }

  static boolean isBetween(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  static String between(Duration least, Duration most) {
    return "between " + words(least) + " and " + words(most);
  }

  /** A message in AssertJ's style, with what was known below it. */
  static String message(String subject, String expected, Object actual, String background) {
    return "\nExpecting "
        + subject
        + "\n  to "
        + expected
        + "\nbut was: "
        + actual
        + (background.isEmpty() ? "" : "\n\n" + background);
  }
}
