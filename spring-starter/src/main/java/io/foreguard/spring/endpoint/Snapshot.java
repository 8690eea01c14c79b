package io.foreguard.spring.endpoint;

import java.nio.charset.StandardCharsets;

/**
 * All guards at one moment, as messages of server-sent events. Immutable.
 *
 * <p>Specification: <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a>.
 */
final class Snapshot {
  private final long version;
  private final byte[] full;
  private final byte[] change;

  Snapshot(long version, String full, String change) {
    this.version = version;
    this.full = message("full", full);
    this.change = message("change", change);
  }

  long version() {
    return version;
  }

  /** What brings a client up to date that has seen {@code seen}, or nothing at all if that is 0. */
  byte[] after(long seen) {
    return seen == version - 1 && seen > 0 ? change : full;
  }

  private static byte[] message(String event, String json) {
    return ("event: " + event + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
