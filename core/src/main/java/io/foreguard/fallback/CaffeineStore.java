package io.foreguard.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.foreguard.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers in a Caffeine cache bounded by size and age. The only class that names Caffeine, so
 * that it is loaded only when used.
 */
final class CaffeineStore<V> implements LastKnownGoodStore<V> {
  private final Cache<Object, Stored<V>> cache;

  private CaffeineStore(Cache<Object, Stored<V>> cache) {
    this.cache = cache;
  }

  static <V> CaffeineStore<V> create(LastKnownGoodConfig config, Clock clock) {
    // Only frees memory, the reader checks the age: Caffeine may count from a write up to a second
    // before the last one.
    Duration beyondUse = config.maximumAge().plusSeconds(2);
    return new CaffeineStore<>(
        Caffeine.newBuilder()
            .maximumSize(config.maximumSize())
            .expireAfterWrite(beyondUse)
            .ticker(clock::nanoTime)
            .executor(Runnable::run)
            .build());
  }

  @Override
  public void put(Object key, V value, long storedNanos) {
    cache.put(key, new Stored<>(value, storedNanos));
  }

  @Override
  public @Nullable Stored<V> get(Object key) {
    return cache.getIfPresent(key);
  }

  @Override
  public void remove(Object key) {
    cache.invalidate(key);
  }

  @Override
  public void clear() {
    cache.invalidateAll();
  }
}
