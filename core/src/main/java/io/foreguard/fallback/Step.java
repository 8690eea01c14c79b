package io.foreguard.fallback;

import org.jspecify.annotations.Nullable;

/** One way to answer a failed call. */
interface Step<T extends @Nullable Object> {
  /** An answer in place of {@code failure}, or null when this step has none. */
  @Nullable Answer<T> answer(Object key, Throwable failure);

  /**
   * Learns of an answer that is good. Must not throw.
   *
   * @param from the clock on which it came at {@code nanos}; null when that is not known
   */
  default void remember(Object key, T value, @Nullable Object from, long nanos) {}
}
