package io.foreguard.samples.loyalty;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a protection did with a call. */
enum Decision {
  /** Let it through. */
  SENT,
  /** Let it through to learn whether the dependency is well again. */
  PROBE,
  /** Did not send it. */
  REJECTED;

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
