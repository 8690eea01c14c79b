package io.foreguard.samples.loyalty;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/** The last good value of each key, up to an age. Thread-safe. */
final class LastKnownGood<V> {
  private static final int MAX_KEYS = 10_000;

  private final Cache<String, Entry<V>> entries;
  private final Ticker ticker;

  LastKnownGood(Duration maxAge, Ticker ticker) {
    this.ticker = ticker;
    this.entries =
        Caffeine.newBuilder().maximumSize(MAX_KEYS).expireAfterWrite(maxAge).ticker(ticker).build();
  }

  void put(String key, V value) {
    entries.put(key, new Entry<>(value, ticker.read()));
  }

  Optional<Known<V>> find(String key) {
    return Optional.ofNullable(entries.getIfPresent(key))
        .map(e -> new Known<>(e.value(), Duration.ofNanos(ticker.read() - e.storedNanos())));
  }

  /** A value with its age. */
  record Known<V>(V value, Duration age) {}

  private record Entry<V>(V value, long storedNanos) {}
}
