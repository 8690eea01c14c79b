package io.foreguard.predictive.calls;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Moments and lengths of time as text, read exactly. */
final class Times {
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE / 2);
  private static final int LONGEST = 40;
  private static final int LONGEST_PLAIN = 17;
  private static final long[] TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000};

  private Times() {}

  /**
   * Nanoseconds of a number on {@code scale}, or of a date.
   *
   * @throws NumberFormatException if it is neither, or beyond 146 years
   */
  static long nanos(String text, TimeScale scale) {
    return scale == TimeScale.ISO_8601 ? dateNanos(text) : numberNanos(text, scale.digits());
  }

  /** Scale of a moment whose column does not say: a date, or by how large the number is. */
  static TimeScale guess(String text) {
    if (text.indexOf(':') > 0) {
      return TimeScale.ISO_8601;
    }
    double value = Math.abs(new BigDecimal(checked(text)).doubleValue());
    if (value < 1e11) {
      return TimeScale.SECONDS;
    }
    return value < 1e14
        ? TimeScale.MILLISECONDS
        : value < 1e17 ? TimeScale.MICROSECONDS : TimeScale.NANOSECONDS;
  }

  private static long numberNanos(String text, int digits) {
    int point = text.indexOf('.');
    int whole = point < 0 ? text.length() : point;
    int fraction = point < 0 ? 0 : text.length() - point - 1;
    int missing = digits - fraction;
    boolean plain = whole > 0 && text.length() <= LONGEST_PLAIN && missing >= 0;
    if (plain) {
      long value = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c >= '0' && c <= '9') {
          value = 10 * value + (c - '0');
        } else if (i != point) {
          return exactNanos(text, digits);
        }
      }
      long scaled = scale(value, missing);
      return scaled < 0 ? exactNanos(text, digits) : scaled;
    }
    return exactNanos(text, digits);
  }

  /** Times a power of ten; -1 where it might be too large. */
  private static long scale(long value, int digits) {
    long product = value;
    for (int left = digits; left > 0; left -= 6) {
      long factor = TEN[Math.min(6, left)];
      if (product > Long.MAX_VALUE / 2 / factor) {
        return -1;
      }
      product *= factor;
    }
    return product;
  }

  private static long exactNanos(String text, int digits) {
    BigDecimal value = new BigDecimal(checked(text));
    if (Math.abs((long) value.scale()) > LONGEST) {
      throw new NumberFormatException("too large or too small");
    }
    BigDecimal nanos = value.scaleByPowerOfTen(digits).setScale(0, RoundingMode.HALF_EVEN);
    if (nanos.abs().compareTo(MOST) > 0) {
      throw new NumberFormatException("beyond 146 years");
    }
    return nanos.longValueExact();
  }

  private static String checked(String text) {
    if (text.length() > LONGEST) {
      throw new NumberFormatException("longer than " + LONGEST + " characters");
    }
    return text;
  }

  private static long dateNanos(String text) {
    try {
      String date = checked(text).replace(' ', 'T');
      boolean zoned = date.endsWith("Z") || date.lastIndexOf('+') > 0 || date.lastIndexOf('-') > 9;
      Instant moment =
          zoned
              ? OffsetDateTime.parse(date).toInstant()
              : LocalDateTime.parse(date).toInstant(ZoneOffset.UTC);
      long nanos =
          Math.addExact(
              Math.multiplyExact(moment.getEpochSecond(), 1_000_000_000L), moment.getNano());
      if (Math.abs(nanos) > Long.MAX_VALUE / 2) {
        throw new NumberFormatException("beyond 146 years");
      }
      return nanos;
    } catch (DateTimeException | ArithmeticException e) {
      NumberFormatException wrong = new NumberFormatException("no date: " + e.getMessage());
      wrong.initCause(e);
      throw wrong;
    }
  }
}
