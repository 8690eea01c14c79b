package io.foreguard.samples.incident;

import java.time.Instant;

/**
 * The start of a lane on both clocks: elapsed time is measured on the monotonic one, and the wall
 * clock only ties it to the engine's log. Immutable.
 *
 * @param nanos reading of {@link System#nanoTime}
 * @param epochMs the same moment in milliseconds since 1970
 */
record Moment(long nanos, double epochMs) {

  /** Returns a moment in the future. */
  static Moment in(long nanosFromNow) {
    Instant now = Instant.now();
    double epochMs = now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
    return new Moment(System.nanoTime() + nanosFromNow, epochMs + nanosFromNow / 1e6);
  }

  double msSince() {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
