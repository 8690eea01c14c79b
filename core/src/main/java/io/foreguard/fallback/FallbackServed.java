package io.foreguard.fallback;

import java.time.Duration;
import java.time.Instant;

/** A call failed and was answered all the same. Immutable. */
public sealed interface FallbackServed permits FallbackServedRecord {
  /** Name of the fallback. */
  String fallback();

  /** Wall-clock time of the event. */
  Instant time();

  /** Where the answer came from: {@link Answer.Source#STALE} or {@link Answer.Source#DEFAULT}. */
  Answer.Source source();

  /** Age of a stale answer; zero otherwise. */
  Duration age();

  /** What the call failed with. */
  Throwable cause();
}
