package io.foreguard.spring;

import org.jspecify.annotations.Nullable;

/** A property of a guard breaks a rule. */
final class InvalidGuardSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String property;
  private final String value;
  private final String rule;

  InvalidGuardSettingException(
      String property, String value, String rule, @Nullable Throwable cause) {
    super(property + " " + rule + ", but was " + value, cause);
    this.property = property;
    this.value = value;
    this.rule = rule;
  }

  String property() {
    return property;
  }

  String value() {
    return value;
  }

  /** What must hold, as {@code must be positive}. */
  String rule() {
    return rule;
  }
}
