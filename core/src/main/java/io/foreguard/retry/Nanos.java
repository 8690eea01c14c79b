package io.foreguard.retry;

import java.time.Duration;

/** Durations of any length as nanoseconds. */
final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  private static final Duration SHORTEST = Duration.ofNanos(Long.MIN_VALUE);

  private Nanos() {}

  /** Nanoseconds of {@code duration}, or the nearest that a long can hold. */
  static long saturated(Duration duration) {
    if (duration.compareTo(LONGEST) >= 0) {
      return Long.MAX_VALUE;
    }
    return duration.compareTo(SHORTEST) <= 0 ? Long.MIN_VALUE : duration.toNanos();
  }
}
