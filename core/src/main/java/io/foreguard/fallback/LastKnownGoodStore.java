package io.foreguard.fallback;

import org.jspecify.annotations.Nullable;

/**
 * Where answers known to be good are kept, by key. Built in is one over Caffeine; implement this to
 * keep them elsewhere.
 *
 * <p>A store decides how much it keeps, not how old an answer may be: that is checked by whoever
 * reads. Times are nanoseconds of the fallback's {@link io.foreguard.time.Clock}, whose readings
 * mean nothing outside this process: a store that outlives it must convert them to ages. What a
 * store throws is logged and reaches no caller: a failed put is forgotten, a failed get finds
 * nothing.
 *
 * <p>Implementations must be thread-safe, and should be fast: they are called on the caller's path.
 *
 * @param <V> type of the answers
 */
public interface LastKnownGoodStore<V> {
  /**
   * Keeps {@code value} for {@code key} in place of an earlier one.
   *
   * @param storedNanos the clock's reading when the answer was given
   */
  void put(Object key, V value, long storedNanos);

  /** What is kept for {@code key}, of any age; null when there is nothing. */
  @Nullable Stored<V> get(Object key);

  /** Forgets what is kept for {@code key}, if anything. */
  void remove(Object key);

  /** Forgets everything. */
  void clear();

  /**
   * An answer and when it was given.
   *
   * @param value the answer
   * @param storedNanos the clock's reading when it was given
   * @param <V> type of the answer
   */
  record Stored<V>(V value, long storedNanos) {}
}
