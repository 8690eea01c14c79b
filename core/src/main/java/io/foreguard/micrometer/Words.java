package io.foreguard.micrometer;

import java.util.Locale;

/** How values are written as tags. */
final class Words {
  private Words() {}

  /** The constant's name in lower case. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
