package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A monotonic clock as a wall clock, for Resilience4j's time windows: it says the time that it was
 * at its creation and what has passed since, whatever steps the wall clock makes. Thread-safe.
 */
final class EpochClock extends java.time.Clock implements io.github.resilience4j.core.Clock {
  private final Clock clock;
  private final Instant origin;
  private final long originNanos;

  EpochClock(Clock clock) {
    this.clock = clock;
    originNanos = clock.nanoTime();
    origin = clock.wallTime();
  }

  @Override
  public Instant instant() {
    return origin.plusNanos(clock.nanoTime() - originNanos);
  }

  @Override
  public long wallTime() {
    return millis();
  }

  @Override
  public long monotonicTime() {
    return clock.nanoTime();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public java.time.Clock withZone(ZoneId zone) {
    return this;
  }
}
