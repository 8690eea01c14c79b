package io.foreguard.spring;

import org.jspecify.annotations.Nullable;

/**
 * A call failed in a way that must not be tried again: a {@code Flux} after elements had been
 * delivered, or a request that is not idempotent and may have been carried out. The parts of a
 * guard see this; its classification, and what the caller sees, is that of its cause.
 */
public final class NotRepeatableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure of {@code cause} that must not be tried again. */
  public NotRepeatableException(Throwable cause) {
    super("The call failed and must not be tried again: " + cause, cause);
  }

  /** What the call failed with if {@code thrown} says that it is not repeatable; else itself. */
  public static @Nullable Throwable unwrap(@Nullable Throwable thrown) {
    return thrown instanceof NotRepeatableException ? thrown.getCause() : thrown;
  }
}
