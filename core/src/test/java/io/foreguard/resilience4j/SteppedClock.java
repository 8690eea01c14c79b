package io.foreguard.resilience4j;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock that moves only when told to, back as well. */
final class SteppedClock extends Clock {
  private Instant now = Instant.parse("2026-01-01T00:00:00.25Z");

  void advance(Duration step) {
    now = now.plus(step);
  }

  /** Nanoseconds of the Unix epoch, for timing calls. */
  long nanos() {
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
