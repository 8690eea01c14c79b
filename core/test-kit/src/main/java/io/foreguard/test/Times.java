package io.foreguard.test;

import java.time.Duration;
import java.util.Locale;

/** Durations for people. */
final class Times {
  private Times() {}

  /** The duration in seconds, to the millisecond, for example {@code "0.820 s"}. */
  static String words(Duration duration) {
    return String.format(Locale.ROOT, "%.3f s", duration.toNanos() / 1e9);
  }
}
