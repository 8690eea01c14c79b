package io.foreguard.resilience4j;

import io.foreguard.circuitbreaker.Permit;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Permits of calls in flight, for an interface that gives its callers none: a call that ends is
 * matched by when it began. Two that began at almost the same moment may be mistaken for each
 * other, which changes nothing. Lock-free.
 */
final class HeldPermits {
  private final long originNanos;
  private final long leaseNanos;
  private final ConcurrentSkipListMap<Key, Permit> permits = new ConcurrentSkipListMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private volatile long lastSweep;

  /** Drops permits after {@code leaseNanos}: the calls of those have been written off. */
  HeldPermits(long originNanos, long leaseNanos) {
    this.originNanos = originNanos;
    this.leaseNanos = leaseNanos;
  }

  /** Keeps the permit of a call that was admitted at {@code now}. */
  void add(Permit permit, long now) {
    long moment = now - originNanos;
    permits.put(new Key(moment, sequence.getAndIncrement()), permit);
    if (moment - lastSweep > leaseNanos) {
      lastSweep = moment;
      permits.headMap(new Key(moment - leaseNanos, 0)).clear();
    }
  }

  /**
   * Takes the permit of the call that began at about {@code start}: the latest one until then, or
   * the first one after.
   */
  @Nullable Permit take(long start) {
    Key latest = new Key(start - originNanos, Long.MAX_VALUE);
    while (true) {
      Map.Entry<Key, Permit> found = permits.floorEntry(latest);
      if (found == null) {
        return value(permits.pollFirstEntry());
      }
      Permit permit = permits.remove(found.getKey());
      if (permit != null) {
        return permit;
      }
    }
  }

  /** Takes the permit that was added last. */
  @Nullable Permit takeLast() {
    return value(permits.pollLastEntry());
  }

  private static @Nullable Permit value(Map.@Nullable Entry<Key, Permit> entry) {
    return entry == null ? null : entry.getValue();
  }

  /** Calls of the same moment in the order they came. */
  private record Key(long moment, long sequence) implements Comparable<Key> {
    @Override
    public int compareTo(Key that) {
      int byMoment = Long.compare(moment, that.moment);
      return byMoment != 0 ? byMoment : Long.compare(sequence, that.sequence);
    }
  }
}
