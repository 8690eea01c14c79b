package io.foreguard.internal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;

/** Checks of settings. Every message names the setting, the rule and the refused value. */
public final class Require {
  /** Longest duration that fits a signed 64-bit count of nanoseconds with room for one addition. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private Require() {}

  /** Returns {@code value} when {@code ok}. @throws IllegalArgumentException otherwise */
  @CanIgnoreReturnValue
  public static <T> T that(boolean ok, String setting, String rule, T value) {
    if (!ok) {
      throw new IllegalArgumentException(setting + " must be " + rule + ", but was " + value);
    }
    return value;
  }

  /** Returns {@code value} when it is within {@code [min, max]}. */
  @CanIgnoreReturnValue
  public static int inRange(int value, int min, int max, String setting) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          setting + " must be in [" + min + ", " + max + "], but was " + value);
    }
    return value;
  }

  /** Returns {@code value} when it is within {@code (0, 1]}; NaN is refused. */
  @CanIgnoreReturnValue
  public static double ratio(double value, String setting) {
    that(value > 0 && value <= 1, setting, "in (0, 1]", value);
    return value;
  }

  /** Returns {@code value} when it is finite and greater than zero; NaN is refused. */
  @CanIgnoreReturnValue
  public static double positive(double value, String setting) {
    that(value > 0 && value < Double.POSITIVE_INFINITY, setting, "positive and finite", value);
    return value;
  }

  /** Returns {@code value} when it is finite and at least zero; NaN is refused. */
  @CanIgnoreReturnValue
  public static double notNegative(double value, String setting) {
    that(
        value >= 0 && value < Double.POSITIVE_INFINITY, setting, "zero or more, and finite", value);
    return value;
  }

  /** Returns {@code value} when it is longer than zero and shorter than 73 years. */
  @CanIgnoreReturnValue
  public static Duration positive(Duration value, String setting) {
    nonNull(value, setting);
    boolean ok = !value.isNegative() && !value.isZero() && value.compareTo(LONGEST) <= 0;
    return that(ok, setting, "longer than zero and at most 73 years", value);
  }

  /** Returns {@code value} when it is zero or longer and shorter than 73 years. */
  @CanIgnoreReturnValue
  public static Duration notNegative(Duration value, String setting) {
    nonNull(value, setting);
    boolean ok = !value.isNegative() && value.compareTo(LONGEST) <= 0;
    return that(ok, setting, "zero or longer, and at most 73 years", value);
  }

  /** Returns {@code value} when it is a name: not blank, at most 256 characters. */
  @CanIgnoreReturnValue
  public static String name(String value, String setting) {
    nonNull(value, setting);
    boolean ok = !value.isBlank() && value.length() <= 256;
    that(ok, setting, "1 to 256 characters and not blank", '"' + value + '"');
    return value;
  }

  /** Returns {@code value}. @throws NullPointerException naming the setting when it is null */
  @CanIgnoreReturnValue
  public static <T> T nonNull(T value, String setting) {
    if (value == null) {
      throw new NullPointerException(setting + " must not be null");
    }
    return value;
  }
}
