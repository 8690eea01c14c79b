package io.foreguard.predictive.calls;

/** How moments or lengths of time are written in a log. */
public enum TimeScale {
  /**
   * By the column's name ({@code _s}, {@code _ms}, {@code _us}, {@code _ns} at its end), and for
   * moments by the size of the first value, or by its form where that is a date.
   */
  AUTO(0),
  /** Seconds, fractions allowed. */
  SECONDS(9),
  /** Milliseconds, fractions allowed. */
  MILLISECONDS(6),
  /** Microseconds, fractions allowed. */
  MICROSECONDS(3),
  /** Nanoseconds. */
  NANOSECONDS(0),
  /**
   * Date and time by ISO 8601, for example {@code 2026-01-31T12:00:00.123Z}; UTC where no offset is
   * given, a space may stand for the T. Moments only.
   */
  ISO_8601(0);

  private final int digits;

  TimeScale(int digits) {
    this.digits = digits;
  }

  /** Decimal digits between this scale and nanoseconds. */
  int digits() {
    return digits;
  }

  /** The scale that a column's name ends with; {@link #AUTO} where it names none. */
  static TimeScale named(String column) {
    String name = column.toLowerCase(java.util.Locale.ROOT);
    if (name.endsWith("_ms") || name.endsWith("millis") || name.endsWith("milliseconds")) {
      return MILLISECONDS;
    } else if (name.endsWith("_us") || name.endsWith("micros") || name.endsWith("microseconds")) {
      return MICROSECONDS;
    } else if (name.endsWith("_ns") || name.endsWith("nanos") || name.endsWith("nanoseconds")) {
      return NANOSECONDS;
    } else if (name.endsWith("_s") || name.endsWith("_sec") || name.endsWith("seconds")) {
      return SECONDS;
    }
    return AUTO;
  }
}
