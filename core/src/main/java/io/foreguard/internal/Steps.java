package io.foreguard.internal;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands the pieces of a call from the packages of its parts to that of the guard, without their
 * being part of the API. Each part leaves here, when its class is initialized, a function from an
 * instance to its pieces. Thread-safe.
 */
public final class Steps {
  private static volatile @Nullable Function<Object, BreakerSteps> breakers;
  private static volatile @Nullable Function<Object, RetrySteps> retries;
  private static volatile @Nullable Function<Object, Memory<?>> memories;

  private Steps() {}

  /** Leaves the function for circuit breakers. */
  public static void ofBreakers(Function<Object, BreakerSteps> function) {
    breakers = function;
  }

  /** Leaves the function for retries. */
  public static void ofRetries(Function<Object, RetrySteps> function) {
    retries = function;
  }

  /** Leaves the function for fallbacks. */
  public static void ofMemories(Function<Object, Memory<?>> function) {
    memories = function;
  }

  /** The pieces of a call through {@code breaker}. */
  public static BreakerSteps ofBreaker(Object breaker) {
    return Require.nonNull(breakers, "breakers").apply(breaker);
  }

  /** The pieces of a call under {@code retry}. */
  public static RetrySteps ofRetry(Object retry) {
    return Require.nonNull(retries, "retries").apply(retry);
  }

  /** The memory of {@code fallback}, whose answers are of type {@code T}. */
  @SuppressWarnings("unchecked") // a fallback's memory is of its own type
  public static <T extends @Nullable Object> Memory<T> ofFallback(Object fallback) {
    return (Memory<T>) Require.nonNull(memories, "memories").apply(fallback);
  }
}
