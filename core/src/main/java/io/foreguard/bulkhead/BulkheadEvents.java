package io.foreguard.bulkhead;

import java.time.Duration;
import java.time.Instant;

/** The carriers of {@link BulkheadEvent}. */
final class BulkheadEvents {
  private BulkheadEvents() {}

  record RejectionRecord(
      String bulkhead,
      Instant time,
      int inFlight,
      int maxConcurrentCalls,
      int waiting,
      Duration waited)
      implements BulkheadEvent.Rejection {}

  record ResizeRecord(String bulkhead, Instant time, int from, int to)
      implements BulkheadEvent.Resize {}
}
