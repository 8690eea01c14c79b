package io.foreguard.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.foreguard.time.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers in a Caffeine cache bounded by size and age. The only class that names Caffeine, so
 * that it is loaded only when used. Thread-safe.
 *
 * <p>Nearly every call that succeeds puts an answer, most of them for a key that is there. So an
 * answer is replaced in its entry, and the cache learns of it at most once in {@link #quietNanos}:
 * it needs a write now and then to know which keys are in use.
 */
final class CaffeineStore<V> implements LastKnownGoodStore<V> {
  private static final Duration LONGEST_QUIET = Duration.ofSeconds(1);
  private static final long TICK_NANOS = 1_000_000;

  private final Cache<Object, Entry<V>> cache;
  private final Policy<Object, Entry<V>> policy;
  private final Clock clock;
  private final long quietNanos;

  /** The cache's time: the clock's, as of the last put or get, give or take a millisecond. */
  private volatile long cacheTime;

  private CaffeineStore(LastKnownGoodConfig config, Clock clock) {
    this.clock = clock;
    cacheTime = clock.nanoTime();
    Duration quiet =
        config.maximumAge().compareTo(LONGEST_QUIET) < 0 ? config.maximumAge() : LONGEST_QUIET;
    quietNanos = quiet.toNanos();
    // Only frees memory, the reader checks the age: Caffeine may count from a write up to a second
    // before the last one, and hears of an answer up to a second late.
    Duration beyondUse = config.maximumAge().plusSeconds(4);
    cache =
        Caffeine.newBuilder()
            .maximumSize(config.maximumSize())
            .expireAfterWrite(beyondUse)
            .ticker(() -> cacheTime)
            .executor(Runnable::run)
            .build();
    policy = cache.policy();
  }

  static <V> CaffeineStore<V> create(LastKnownGoodConfig config, Clock clock) {
    return new CaffeineStore<>(config, clock);
  }

  @Override
  public void put(Object key, V value, long storedNanos) {
    noteTime(storedNanos);
    Entry<V> entry = policy.getIfPresentQuietly(key);
    if (entry == null || storedNanos - entry.heardOf > quietNanos) {
      cache.put(key, new Entry<>(new Kept<>(value, storedNanos), storedNanos));
    } else {
      entry.keep(value, storedNanos);
    }
  }

  @Override
  public @Nullable Stored<V> get(Object key) {
    noteTime(clock.nanoTime());
    Entry<V> entry = cache.getIfPresent(key);
    return entry == null ? null : entry.stored();
  }

  @Override
  public void remove(Object key) {
    cache.invalidate(key);
  }

  @Override
  public void clear() {
    cache.invalidateAll();
  }

  private void noteTime(long now) {
    if (now - cacheTime > TICK_NANOS) {
      cacheTime = now;
    }
  }

  private static VarHandle handle(Class<?> owner, String field, Class<?> type) {
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findVarHandle(owner, field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What is kept for one key. Thread-safe. */
  private static final class Entry<V> {
    private static final VarHandle KEPT = handle(Entry.class, "kept", Kept.class);

    final long heardOf;
    private volatile Kept<V> kept;

    Entry(Kept<V> kept, long heardOf) {
      this.kept = kept;
      this.heardOf = heardOf;
    }

    void keep(V value, long nanos) {
      Kept<V> present = kept;
      if (present.value == value) {
        Kept.NANOS.setOpaque(present, nanos);
      } else {
        KEPT.setRelease(this, new Kept<>(value, nanos));
      }
    }

    Stored<V> stored() {
      Kept<V> present = kept;
      return new Stored<>(present.value, present.nanos);
    }
  }

  /** An answer and when it was given last: one that comes again is as good as new. */
  private static final class Kept<V> {
    static final VarHandle NANOS = handle(Kept.class, "nanos", long.class);

    final V value;
    volatile long nanos;

    Kept(V value, long nanos) {
      this.value = value;
      this.nanos = nanos;
    }
  }
}
