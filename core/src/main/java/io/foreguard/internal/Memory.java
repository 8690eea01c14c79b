package io.foreguard.internal;

import org.jspecify.annotations.Nullable;

/**
 * What a fallback does with an answer that is good, for a guard that has it. Thread-safe.
 *
 * @param <T> type of the answers
 */
public interface Memory<T extends @Nullable Object> {
  /**
   * Notes an answer.
   *
   * @param clock the clock on which it came at {@code nanos}; null when that is not known
   */
  void fresh(@Nullable Object key, T value, @Nullable Object clock, long nanos);
}
