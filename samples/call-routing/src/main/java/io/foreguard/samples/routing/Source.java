package io.foreguard.samples.routing;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where the tier of a caller comes from. */
enum Source {
  /** From loyalty-lookup, now, with points that are fresh as well. */
  FRESH,
  /** Known from before: here, or in loyalty-lookup. */
  STALE,
  /** Not known: the call goes to the general queue. */
  DEFAULT;

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
