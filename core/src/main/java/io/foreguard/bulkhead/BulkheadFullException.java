package io.foreguard.bulkhead;

import io.foreguard.CallRejectedException;
import java.time.Duration;

/**
 * Thrown when a bulkhead has no room for a call, has no place left to wait for room, or was closed.
 * The call did not run. {@link #retryAfter()} is zero: when room will be free is not known.
 */
public final class BulkheadFullException extends CallRejectedException {
  private static final long serialVersionUID = 1L;

  BulkheadFullException(String source, String message) {
    super(source, message, Duration.ZERO);
  }
}
