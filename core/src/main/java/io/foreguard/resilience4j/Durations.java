package io.foreguard.resilience4j;

import java.time.Duration;

/** Durations of any length as nanoseconds. */
final class Durations {
  /** The longest that a difference of two readings of a clock is compared with. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private Durations() {}

  /** Nanoseconds of {@code duration}, at most 73 years, and zero when it is negative. */
  static long nanos(Duration duration) {
    return capped(duration).toNanos();
  }

  /** {@code duration}, at most 73 years, and zero when it is negative. */
  static Duration capped(Duration duration) {
    if (duration.isNegative()) {
      return Duration.ZERO;
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
  }
}
