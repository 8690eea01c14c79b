package io.foreguard.fallback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
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
 * it needs a write now and then to know which keys are in use. Entries used last are found without
 * the cache, each where its key's hash says.
 */
final class CaffeineStore<V> implements LastKnownGoodStore<V> {
  private static final Duration LONGEST_QUIET = Duration.ofSeconds(1);
  private static final long TICK_NANOS = 1_000_000;
  private static final int MOST_RECENT = 1_024;
  private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(Entry[].class);

  private final Cache<Object, Entry<V>> cache;
  private final Policy<Object, Entry<V>> policy;
  private final Clock clock;
  private final long quietNanos;
  private final @Nullable Entry<V>[] recent;

  /** The cache's time: the clock's, as of the last put or get, give or take a millisecond. */
  private volatile long cacheTime;

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
  private CaffeineStore(LastKnownGoodConfig config, Clock clock) {
    this.clock = clock;
    int keys = (int) Math.min(MOST_RECENT / 2, config.maximumSize());
    recent = new Entry[2 * Integer.highestOneBit(keys)];
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
            .removalListener(this::removed)
            .build();
    policy = cache.policy();
  }

  static <V> CaffeineStore<V> create(LastKnownGoodConfig config, Clock clock) {
    return new CaffeineStore<>(config, clock);
  }

  @Override
  public void put(Object key, V value, long storedNanos) {
    Entry<V> entry = recent(place(key));
    if (entry != null && entry.isFor(key) && storedNanos - entry.heardOf <= quietNanos) {
      entry.keep(value, storedNanos);
    } else {
      putThroughCache(key, value, storedNanos);
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

  private void putThroughCache(Object key, V value, long storedNanos) {
    noteTime(storedNanos);
    Entry<V> entry = policy.getIfPresentQuietly(key);
    if (entry == null || storedNanos - entry.heardOf > quietNanos) {
      entry = new Entry<>(key, new Kept<>(value, storedNanos), storedNanos);
      cache.put(key, entry);
    } else {
      entry.keep(value, storedNanos);
    }
    ENTRIES.setRelease(recent, place(key), entry);
  }

  /** Called by the cache, on the thread that removes, before that returns. */
  private void removed(@Nullable Object key, @Nullable Entry<V> entry, RemovalCause cause) {
    if (entry != null) {
      entry.gone = true;
      boolean unused = ENTRIES.compareAndSet(recent, place(entry.key), entry, null);
    }
  }

  @SuppressWarnings("unchecked") // only entries of this store are put there
  private @Nullable Entry<V> recent(int place) {
    return (Entry<V>) ENTRIES.getAcquire(recent, place);
  }

  private int place(Object key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (recent.length - 1);
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

    final Object key;
    final long heardOf;

    /** Whether the cache has it no more. */
    volatile boolean gone;

    private volatile Kept<V> kept;

    Entry(Object key, Kept<V> kept, long heardOf) {
      this.key = key;
      this.kept = kept;
      this.heardOf = heardOf;
    }

    boolean isFor(Object other) {
      return (key == other || key.equals(other)) && !gone;
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
