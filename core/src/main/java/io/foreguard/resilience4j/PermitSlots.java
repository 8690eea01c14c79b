package io.foreguard.resilience4j;

import io.foreguard.circuitbreaker.Permit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Places for one permit each, one per thread as far as they go. Lock-free.
 *
 * <p>The moment is published with the permit: a place is claimed first, so that its moment has one
 * writer, and a permit that is still in its place after the moment was read is of that moment.
 */
final class PermitSlots {
  private static final int MOST = 64;

  /** Elements that share a cache line. */
  private static final int STRIDE = 16;

  private static final Object CLAIMED = new Object();

  private final int mask;
  private final AtomicReferenceArray<@Nullable Object> permits;
  private final AtomicLongArray moments;

  PermitSlots() {
    int threads = 2 * Runtime.getRuntime().availableProcessors();
    int size = Math.min(MOST, Integer.highestOneBit(Math.max(1, threads)));
    mask = size - 1;
    permits = new AtomicReferenceArray<>(size * STRIDE);
    moments = new AtomicLongArray(size * STRIDE);
  }

  /** Puts a permit into the thread's slot; false when there is one already. */
  boolean offer(Permit permit, long moment) {
    int slot = own();
    if (permits.getPlain(slot) != null || !permits.compareAndSet(slot, null, CLAIMED)) {
      return false;
    }
    moments.setPlain(slot, moment);
    permits.setRelease(slot, permit);
    return true;
  }

  /** Takes the permit in the thread's slot if it is of a moment in {@code [from, to]}. */
  @Nullable Permit takeOwn(long from, long to) {
    int slot = own();
    Permit permit = at(slot);
    long moment = moments.getPlain(slot);
    return permit != null && moment >= from && moment <= to && remove(slot, permit) ? permit : null;
  }

  /** The slot of the latest permit until {@code moment}; negative when there is none. */
  int latest(long moment) {
    int best = -1;
    for (int slot = 0; slot < permits.length(); slot += STRIDE) {
      if (at(slot) != null) {
        long found = moments.getPlain(slot);
        best = found <= moment && (best < 0 || found > moment(best)) ? slot : best;
      }
    }
    return best;
  }

  long moment(int slot) {
    return moments.getPlain(slot);
  }

  /** Takes what is in a slot, if anything still is. */
  @Nullable Permit take(int slot) {
    Permit permit = at(slot);
    return permit != null && remove(slot, permit) ? permit : null;
  }

  /** Takes a permit from any slot; null when there is none. */
  @Nullable Permit takeAny() {
    for (int slot = 0; slot < permits.length(); slot += STRIDE) {
      Permit permit = take(slot);
      if (permit != null) {
        return permit;
      }
    }
    return null;
  }

  /** Drops permits of moments before {@code moment}. */
  void dropBefore(long moment) {
    for (int slot = 0; slot < permits.length(); slot += STRIDE) {
      Permit permit = at(slot);
      if (permit != null && moments.getPlain(slot) < moment) {
        boolean unused = remove(slot, permit);
      }
    }
  }

  private @Nullable Permit at(int slot) {
    return permits.getAcquire(slot) instanceof Permit permit ? permit : null;
  }

  private boolean remove(int slot, Permit permit) {
    return permits.compareAndSet(slot, permit, null);
  }

  private int own() {
    long id = Thread.currentThread().getId();
    return ((int) (id ^ (id >>> 7)) & mask) * STRIDE;
  }
}
