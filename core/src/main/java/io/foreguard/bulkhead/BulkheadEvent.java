package io.foreguard.bulkhead;

import java.time.Duration;
import java.time.Instant;

/** What a bulkhead tells. Immutable. */
public sealed interface BulkheadEvent permits BulkheadEvent.Rejection, BulkheadEvent.Resize {
  /** Name of the bulkhead. */
  String bulkhead();

  /** Wall-clock time of the event. */
  Instant time();

  /** A call was refused. The counts are those of the moment of refusal. */
  sealed interface Rejection extends BulkheadEvent permits BulkheadEvents.RejectionRecord {
    /** Calls that were running. */
    int inFlight();

    /** Calls that were allowed to run. */
    int maxConcurrentCalls();

    /** Calls that were waiting. */
    int waiting();

    /** How long the refused call had waited; zero when it was refused at once. */
    Duration waited();
  }

  /** The number of calls allowed to run was changed. */
  sealed interface Resize extends BulkheadEvent permits BulkheadEvents.ResizeRecord {
    /** Calls allowed to run before. */
    int from();

    /** Calls allowed to run now. */
    int to();
  }
}
