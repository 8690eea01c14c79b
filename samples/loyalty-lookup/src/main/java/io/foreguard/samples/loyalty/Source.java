package io.foreguard.samples.loyalty;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where an answer comes from. */
enum Source {
  /** From the points engine, now. */
  FRESH,
  /** The last known good answer of the points engine. */
  STALE;

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
