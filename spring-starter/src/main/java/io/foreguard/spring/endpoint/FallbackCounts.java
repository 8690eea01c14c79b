package io.foreguard.spring.endpoint;

import io.foreguard.fallback.Answer.Source;
import io.foreguard.fallback.Fallback;
import io.foreguard.spring.FallbackObserver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the fallbacks that the starter made have answered, by guard. Thread-safe. */
final class FallbackCounts implements FallbackObserver {
  private final Map<String, Fallback<?>> fallbacks = new ConcurrentHashMap<>();

  @Override
  public void observe(Fallback<?> fallback) {
    fallbacks.put(fallback.name(), fallback);
  }

  /** Answers by where they came from, and the share that was stale; empty without a fallback. */
  Optional<Map<String, Object>> of(String guard) {
    return Optional.ofNullable(fallbacks.get(guard)).map(FallbackCounts::counts);
  }

  private static Map<String, Object> counts(Fallback<?> fallback) {
    long fresh = fallback.served(Source.FRESH);
    long stale = fallback.served(Source.STALE);
    long madeUp = fallback.served(Source.DEFAULT);
    return new Values()
        .put("fresh", fresh)
        .put("stale", stale)
        .put("default", madeUp)
        .putFinite("staleShare", (double) stale / (fresh + stale + madeUp))
        .map();
  }
}
