package io.foreguard.timeout;

import io.foreguard.evidence.TimedOut;
import java.time.Duration;
import java.util.Objects;

/**
 * Thrown when a call was not answered within its {@link Timeout}. The call did run, perhaps to its
 * end: whether trying again is safe depends on the call. What a synchronous body threw after its
 * time was up is {@linkplain #getSuppressed() suppressed} in it.
 */
public final class TimeoutExceededException extends RuntimeException implements TimedOut {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final Duration limit;

  /**
   * Creates the exception.
   *
   * @param source name of the timeout
   * @param limit how long the call was allowed to take
   */
  public TimeoutExceededException(String source, Duration limit) {
    super("Timeout '" + source + "': no answer within " + limit);
    this.source = Objects.requireNonNull(source, "source");
    this.limit = Objects.requireNonNull(limit, "limit");
  }

  /** Name of the timeout. */
  public String source() {
    return source;
  }

  /** How long the call was allowed to take. */
  public Duration limit() {
    return limit;
  }
}
