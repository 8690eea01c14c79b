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
 *
 * <p>A call that ends on the thread it began on, with no other in between, finds its permit in the
 * thread's slot. All others are sorted by when they began. The permit of a call is taken when it
 * began no later than the call: the latest such one, so that what is left fits who is left.
 */
final class HeldPermits {
  private static final long SAME_MOMENT_NANOS = 5_000;

  private final long originNanos;
  private final long leaseNanos;
  private final long toleranceNanos;
  private final PermitSlots slots = new PermitSlots();
  private final ConcurrentSkipListMap<Key, Permit> sorted = new ConcurrentSkipListMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private volatile long lastSweep;

  /**
   * None yet. Drops permits after {@code leaseNanos}: their calls have been written off.
   *
   * @param slackNanos how much earlier than it did a call may seem to have begun
   */
  HeldPermits(long originNanos, long leaseNanos, long slackNanos) {
    this.originNanos = originNanos;
    this.leaseNanos = leaseNanos;
    toleranceNanos = Math.max(SAME_MOMENT_NANOS, slackNanos);
  }

  /** Keeps the permit of a call that has just been admitted. */
  void add(Permit permit) {
    long moment = permit.startNanos() - originNanos;
    if (!slots.offer(permit, moment)) {
      sorted.put(new Key(moment, sequence.getAndIncrement()), permit);
    }
    if (moment - lastSweep > leaseNanos) {
      lastSweep = moment;
      slots.dropBefore(moment - leaseNanos);
      sorted.headMap(new Key(moment - leaseNanos, 0)).clear();
    }
  }

  /** Takes the permit of the call that began at about {@code start}; null when there is none. */
  @Nullable Permit take(long start) {
    long moment = start - originNanos;
    Permit own = slots.takeOwn(moment - toleranceNanos, moment + toleranceNanos);
    return own == null ? search(moment + toleranceNanos) : own;
  }

  /** Takes the permit that was added last. */
  @Nullable Permit takeLast() {
    return search(Long.MAX_VALUE);
  }

  /** Takes the latest permit until {@code moment}, or else the first one after. */
  private @Nullable Permit search(long moment) {
    while (true) {
      int slot = slots.latest(moment);
      Map.Entry<Key, Permit> entry = sorted.floorEntry(new Key(moment, Long.MAX_VALUE));
      if (slot < 0 && entry == null) {
        return first();
      }
      boolean fromSlot = slot >= 0 && (entry == null || slots.moment(slot) > entry.getKey().moment);
      Permit taken = fromSlot ? slots.take(slot) : sorted.remove(entry.getKey());
      if (taken != null) {
        return taken;
      }
    }
  }

  private @Nullable Permit first() {
    Map.Entry<Key, Permit> entry = sorted.pollFirstEntry();
    return entry == null ? slots.takeAny() : entry.getValue();
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
