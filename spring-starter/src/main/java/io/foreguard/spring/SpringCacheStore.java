package io.foreguard.spring;

import io.foreguard.fallback.LastKnownGoodStore;
import io.foreguard.time.Clock;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;

/**
 * Keeps last known good answers in a Spring cache, which may outlive this process and be shared
 * with others. Answers are stamped with the wall clock; one from the future counts as new. How many
 * are kept, and how long at most, is the cache's own affair. Thread-safe as the cache is.
 *
 * @param <V> type of the answers
 */
final class SpringCacheStore<V> implements LastKnownGoodStore<V> {
  private final Cache cache;
  private final Clock clock;

  SpringCacheStore(Cache cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
  }

  @Override
  public void put(Object key, V value, long storedNanos) {
    Instant given = clock.wallTime().minusNanos(clock.nanoTime() - storedNanos);
    cache.put(key, new Kept(value, given));
  }

  @Override
  @SuppressWarnings("unchecked") // the cache has under our keys what we put there
  public @Nullable Stored<V> get(Object key) {
    Cache.ValueWrapper found = cache.get(key);
    if (found == null || !(found.get() instanceof Kept kept)) {
      return null;
    }
    Duration age = Duration.between(kept.given(), clock.wallTime());
    long now = clock.nanoTime();
    return new Stored<>((V) kept.value(), age.isNegative() ? now : now - age.toNanos());
  }

  @Override
  public void remove(Object key) {
    cache.evict(key);
  }

  @Override
  public void clear() {
    cache.clear();
  }

  /** An answer and when it was given. */
  private record Kept(Object value, Instant given) implements Serializable {}
}
