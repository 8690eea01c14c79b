package io.foreguard.internal;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A call under a retry in pieces, for a guard that makes the first attempt in its own frame.
 * Thread-safe.
 */
public interface RetrySteps {
  /** Settings under which one call is made. Immutable. */
  interface Terms {}

  /** Begins a call; null if it must be made as a whole, having a deadline. */
  @Nullable Terms begin();

  /** Whether the first attempt's result is accepted; then the call has ended. */
  boolean accepts(Terms terms, @Nullable Object result);

  /** Goes on after a first attempt that threw. */
  <T extends @Nullable Object> T afterFailure(Terms terms, Throwable failure, Callable<T> body)
      throws Exception;

  /** Goes on after a first attempt whose result was refused. */
  <T extends @Nullable Object> T afterRefused(Terms terms, T result, Callable<T> body)
      throws Exception;
}
