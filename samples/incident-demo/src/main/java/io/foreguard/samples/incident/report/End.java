package io.foreguard.samples.incident.report;

import io.foreguard.samples.incident.raw.CallRow;
import java.util.Locale;

/** How an inbound call ended for the caller: each call has exactly one end. */
enum End {
  FRESH,
  STALE,
  DEFAULT,
  LATE,
  FAILED;

  /** Returns the end of a call; an answer in time that names no source counts as a default. */
  static End of(CallRow call, double deadlineMs) {
    if (call.httpStatus() != 200) {
      return FAILED;
    }
    if (!call.inTime(deadlineMs)) {
      return LATE;
    }
    return switch (call.source()) {
      case "fresh" -> FRESH;
      case "stale" -> STALE;
      default -> DEFAULT;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
