package io.foreguard.circuitbreaker;

import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The breakers of all keys of one dimension. Thread-safe.
 *
 * <p>A key that has not been called for a while is dropped, after six times as long if its breaker
 * is open or recovering; a timer of the library's clock looks for such keys, a bounded number at a
 * time. When there are as many keys as are allowed, further ones have no breaker of their own until
 * some are dropped.
 */
final class Siblings {
  private static final int SWEPT_AT_ONCE = 10_000;
  private static final Duration BETWEEN_PARTS = Duration.ofMillis(20);

  private final CircuitBreaker parent;
  private final String dimension;
  private final Clock clock;
  private final ConcurrentHashMap<String, CircuitBreaker> byKey = new ConcurrentHashMap<>();
  private final AtomicInteger troubled = new AtomicInteger();
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean avoidable;
  private volatile @Nullable Derived derived;
  private @Nullable Iterator<CircuitBreaker> sweep; // belongs to the timer's thread

  Siblings(CircuitBreaker parent, String dimension, Clock clock) {
    this.parent = parent;
    this.dimension = dimension;
    this.clock = clock;
  }

  /** The breaker of a key, or null when there are too many. */
  @Nullable CircuitBreaker get(String key) {
    CircuitBreaker known = byKey.get(key);
    return known != null ? known : create(key);
  }

  @Nullable CircuitBreaker find(String key) {
    return byKey.get(key);
  }

  /** The parent's settings and its mode as they are now: one object for all that are made alike. */
  CircuitBreakerConfig config() {
    CircuitBreakerConfig wanted = parent.config();
    Mode mode = parent.mode();
    if (wanted.mode() == mode) {
      return wanted;
    }
    Derived known = derived;
    if (known == null || known.from != wanted || known.config.mode() != mode) {
      known = new Derived(wanted, wanted.toBuilder().mode(mode).build());
      derived = known;
    }
    return known.config;
  }

  Iterable<CircuitBreaker> all() {
    return byKey.values();
  }

  /** Callers choose among these keys, so the dependency is well while one of them is. */
  void avoidable() {
    if (!avoidable) {
      avoidable = true;
    }
  }

  /** Whether the trouble is plainly not that of single keys. */
  boolean mostAreTroubled() {
    int now = troubled.get();
    int all = byKey.size();
    return now > 1 && (avoidable ? now >= all : 2 * now > all);
  }

  /** A breaker of this dimension has moved between states. */
  void moved(State from, State to) {
    int change = (isTroubled(to) ? 1 : 0) - (isTroubled(from) ? 1 : 0);
    if (change != 0) {
      troubled.addAndGet(change);
    }
  }

  /** The dependency as a whole is well again: each key that is not may find out at once. */
  void probeAll() {
    if (troubled.get() > 0) {
      byKey.values().forEach(CircuitBreaker::probeNow);
    }
  }

  private static boolean isTroubled(State state) {
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  private @Nullable CircuitBreaker create(String key) {
    if (byKey.size() >= parent.config().maxKeys()) {
      return null;
    }
    CircuitBreaker made = byKey.computeIfAbsent(key, k -> parent.newChild(dimension, k, this));
    if (sweeping.compareAndSet(false, true)) {
      scheduleSweep(parent.config().keyIdleTime().dividedBy(4));
    }
    return made;
  }

  private void scheduleSweep(Duration delay) {
    clock.schedule(this::sweepPart, delay);
  }

  private void sweepPart() {
    Iterator<CircuitBreaker> left = sweep == null ? byKey.values().iterator() : sweep;
    long now = clock.nanoTime();
    long idle = parent.config().keyIdleTime().toNanos();
    for (int i = 0; i < SWEPT_AT_ONCE && left.hasNext(); i++) {
      CircuitBreaker child = left.next();
      if (child.isIdle(now, idle)) {
        left.remove();
        moved(child.state(), State.CLOSED); // it no longer counts
      }
    }
    sweep = left.hasNext() ? left : null;
    if (sweep != null) {
      scheduleSweep(BETWEEN_PARTS);
    } else if (!byKey.isEmpty()) {
      scheduleSweep(parent.config().keyIdleTime().dividedBy(4));
    } else {
      sweeping.set(false);
      if (!byKey.isEmpty() && sweeping.compareAndSet(false, true)) {
        scheduleSweep(parent.config().keyIdleTime().dividedBy(4)); // a key came in between
      }
    }
  }

  /** Settings of keys, and those of the dependency that they were made from. */
  private record Derived(CircuitBreakerConfig from, CircuitBreakerConfig config) {}
}
