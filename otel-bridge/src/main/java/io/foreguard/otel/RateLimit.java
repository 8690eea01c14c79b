package io.foreguard.otel;

import io.foreguard.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Lets one event through per interval and counts those it holds back. Thread-safe. */
final class RateLimit {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Clock clock;
  private final long intervalNanos;
  private final AtomicLong next;
  private final LongAdder suppressed = new LongAdder();

  /** A limit of {@code perSecond} events, evenly spaced; none pass when it is 0. */
  RateLimit(Clock clock, int perSecond) {
    this.clock = clock;
    intervalNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
    next = new AtomicLong(clock.nanoTime());
  }

  /** Whether an event may pass now; it is counted as held back when it may not. */
  boolean tryPass() {
    if (intervalNanos == 0) {
      return false;
    }
    long now = clock.nanoTime();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + intervalNanos)) {
      return true;
    }
    suppressed.increment();
    return false;
  }

  /** Takes the number of events held back since it was last taken. */
  long takeSuppressed() {
    return suppressed.sumThenReset();
  }
}
