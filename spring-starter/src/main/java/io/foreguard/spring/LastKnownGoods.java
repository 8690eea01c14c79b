package io.foreguard.spring;

import io.foreguard.evidence.Outcome;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/** What gives last known good answers, one for each guard that keeps them. Thread-safe. */
final class LastKnownGoods {
  private final Supplier<@Nullable CacheManager> caches;
  private final Supplier<Stream<FallbackObserver>> observers;
  private final Map<String, Fallback<Object>> byGuard = new ConcurrentHashMap<>();

  LastKnownGoods(
      Supplier<@Nullable CacheManager> caches, Supplier<Stream<FallbackObserver>> observers) {
    this.caches = caches;
    this.observers = observers;
  }

  /** The one of {@code guard}, made if {@code settings} ask for one. */
  Optional<Fallback<Object>> get(String guard, GuardSettings settings, ForeguardRegistry registry) {
    Optional<LastKnownGoodConfig> config = settings.lastKnownGood();
    if (config.isEmpty()) {
      return Optional.empty();
    }
    Fallback<Object> existing = byGuard.get(guard);
    if (existing != null) {
      return Optional.of(existing);
    }
    Fallback<Object> created =
        create(config.get(), settings, registry.clock())
            .onlyFor(failure -> !isCallersFault(failure, guard, registry))
            .named(guard);
    existing = byGuard.putIfAbsent(guard, created);
    if (existing != null) {
      return Optional.of(existing);
    }
    observers.get().forEach(observer -> observer.observe(created));
    return Optional.of(created);
  }

  /** As the circuit breaker judges it now: what is asked wrongly has no good answer. */
  private static boolean isCallersFault(
      Throwable failure, String guard, ForeguardRegistry registry) {
    return registry
        .circuitBreakers()
        .find(guard)
        .map(breaker -> breaker.config().classifier().classify(null, failure))
        .filter(outcome -> outcome == Outcome.CALLER_FAULT)
        .isPresent();
  }

  private Fallback<Object> create(LastKnownGoodConfig config, GuardSettings settings, Clock clock) {
    Optional<String> cache = settings.lastKnownGoodCache();
    return cache.isEmpty()
        ? Fallback.lastKnownGood(config, clock)
        : Fallback.lastKnownGood(
            config, new SpringCacheStore<>(cache(cache.get(), settings), clock), clock);
  }

  private Cache cache(String name, GuardSettings settings) {
    CacheManager manager = caches.get();
    if (manager == null) {
      throw settings.unknownCache(
          name, "must be absent without a single CacheManager bean, which @EnableCaching makes");
    }
    Cache cache = manager.getCache(name);
    if (cache == null) {
      throw settings.unknownCache(
          name,
          "must be a cache of the CacheManager, which has "
              + new TreeSet<>(manager.getCacheNames()));
    }
    return cache;
  }
}
