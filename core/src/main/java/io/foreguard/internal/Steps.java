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
    return known(breakers).apply(breaker);
  }

  /** The pieces of a call under {@code retry}. */
  public static RetrySteps ofRetry(Object retry) {
    return known(retries).apply(retry);
  }

  /** The memory of {@code fallback}, whose answers are of type {@code T}. */
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // a fallback's memory is of its own type
  public static <T extends @Nullable Object> Memory<T> ofFallback(Object fallback) {
    return (Memory<T>) known(memories).apply(fallback);
  }

  private static <F> F known(@Nullable F function) {
    if (function == null) {
      throw new IllegalStateException("the class of the instance is not initialized");
    }
    return function;
  }
}
