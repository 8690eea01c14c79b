package io.foreguard.internal;

import org.jspecify.annotations.Nullable;

/**
 * A call through a circuit breaker in pieces, for a guard that has all its parts in one frame.
 * Every admitted call must be followed by exactly one of the last two. Thread-safe.
 */
public interface BreakerSteps {
  /** The breaker's time in nanoseconds. */
  long now();

  /**
   * Admits a call that starts now and returns its token.
   *
   * @throws io.foreguard.CallRejectedException if it is refused
   */
  long admit(long now);

  /** Settles a call that returned; returns when that was. */
  long returned(long token, long start, @Nullable Object result);

  /** Settles a call that threw. */
  void threw(long token, long start, Throwable thrown);
}
