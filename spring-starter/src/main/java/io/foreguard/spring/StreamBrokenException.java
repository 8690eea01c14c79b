package io.foreguard.spring;

import org.jspecify.annotations.Nullable;

/**
 * A {@code Flux} of a guarded method failed after elements had been delivered. Parts of a guard see
 * this, so that a call which has answered in part is not tried again; its classification, and what
 * the subscriber sees, is that of its cause.
 */
public final class StreamBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StreamBrokenException(Throwable cause) {
    super("The stream failed after elements had been delivered: " + cause, cause);
  }

  /** What broke the stream if {@code thrown} says that one broke; else {@code thrown}. */
  static @Nullable Throwable unwrap(@Nullable Throwable thrown) {
    return thrown instanceof StreamBrokenException ? thrown.getCause() : thrown;
  }
}
