package io.foreguard.samples.routing;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

  /** The decision of that word, or null. */
  static @Nullable Decision named(@Nullable Object word) {
    for (Decision decision : values()) {
      if (decision.word().equals(word)) {
        return decision;
      }
    }
    return null;
  }
}
