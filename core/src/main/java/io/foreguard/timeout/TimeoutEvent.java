package io.foreguard.timeout;

import java.time.Duration;
import java.time.Instant;

/** A call ran out of time. Immutable. */
public sealed interface TimeoutEvent permits TimeoutEventRecord {
  /** Name of the timeout. */
  String timeout();

  /** Wall-clock time of the event. */
  Instant time();

  /** How long the call was allowed to take. */
  Duration limit();
}
