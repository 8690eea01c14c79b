package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Start times of the calls in flight, so that silence can be seen: a call that hangs is overdue
 * long before its time-out.
 *
 * <p>A call claims a free slot near the place that its thread prefers (one CAS), or, when one
 * thread has many calls in flight, a random one, and frees it by a plain release store. Slots live
 * in chunks that double in size and never move; beyond 8,192 calls in flight further ones are not
 * tracked. A slot holds the start time, never 0: an odd reading stands for itself and the even one
 * below it. Thread-safe; {@link #scan} must not run twice at the same time.
 */
public final class InFlightTable {
  /** Answer of {@link #enter} when every slot is taken. */
  public static final int UNTRACKED = -1;

  private static final int FIRST_CHUNK = 64;
  private static final int FIRST_CHUNK_BITS = 6;
  private static final int CHUNKS = 8;
  private static final int PROBES = 8;
  private static final int RANDOM_STRIDE = 0x9E3779B9; // odd, so it visits every place
  private static final int LONGS_PER_CACHE_LINE = 8;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(long[][].class);

  private final long[] @Nullable [] chunks = new long[CHUNKS] @Nullable [];
  private volatile int level;

  private int inFlight;
  private int overdue;
  private long lost;

  /** Age of a call in nanoseconds, as {@link #scan} sees it. */
  public static long age(long startNanos, long now) {
    return now - (startNanos | 1);
  }

  /** Notes the start of a call and returns its slot, or {@link #UNTRACKED}. */
  public int enter(long startNanos) {
    long value = startNanos | 1;
    int place = (int) Thread.currentThread().getId() * LONGS_PER_CACHE_LINE;
    int top = level;
    int slot = claim(top, place, 1, PROBES, value);
    return slot >= 0 ? slot : enterCrowded(top, value);
  }

  /** Notes the end of the call that holds {@code slot}; does nothing when its lease has run out. */
  public void exit(int slot, long startNanos) {
    if (slot < 0) {
      return;
    }
    int c = chunkOf(slot);
    long[] chunk = chunk(c);
    int place = slot - base(c);
    if ((long) LONGS.getOpaque(chunk, place) == (startNanos | 1)) {
      LONGS.setRelease(chunk, place, 0L);
    }
  }

  /**
   * Counts calls in flight and overdue, and writes off those that are older than their lease.
   *
   * @param overdueFrom start from which a call may count as overdue
   */
  void scan(long now, long overdueFrom, long overdueNanos, long leaseNanos) {
    inFlight = 0;
    overdue = 0;
    int top = level;
    for (int c = 0; c <= top; c++) {
      long[] chunk = (long[]) CHUNK.getAcquire(chunks, c);
      for (int i = 0; chunk != null && i < chunk.length; i++) {
        long start = (long) LONGS.getOpaque(chunk, i);
        if (start == 0) {
          continue;
        }
        long age = age(start, now);
        if (age > leaseNanos) {
          writeOff(chunk, i, start);
        } else {
          inFlight++;
          overdue += age > overdueNanos && start - overdueFrom >= 0 ? 1 : 0;
        }
      }
    }
  }

  /** Calls in flight at the last scan. */
  int inFlight() {
    return inFlight;
  }

  /** Overdue calls at the last scan. */
  int overdue() {
    return overdue;
  }

  /** Calls written off so far because their lease ran out. */
  long lost() {
    return lost;
  }

  private void writeOff(long[] chunk, int place, long start) {
    if (LONGS.compareAndSet(chunk, place, start, 0L)) {
      lost++;
    }
  }

  /** Tries some places at random, then in a larger chunk, and only then every place there is. */
  private int enterCrowded(int top, long value) {
    int random = ThreadLocalRandom.current().nextInt();
    for (int c = top; c >= 0; c--) {
      int slot = claim(c, random, RANDOM_STRIDE, c == 0 ? FIRST_CHUNK : PROBES, value);
      if (slot >= 0) {
        return slot;
      }
    }
    for (int c = top + 1; c < CHUNKS; c++) {
      raiseLevel(c);
      int slot = claim(c, random, RANDOM_STRIDE, PROBES, value);
      if (slot >= 0) {
        return slot;
      }
    }
    for (int c = CHUNKS - 1; c >= 0; c--) {
      int slot = claim(c, random, 1, size(c), value);
      if (slot >= 0) {
        return slot;
      }
    }
    return UNTRACKED;
  }

  /** Never lowers it: a scan would no longer see the chunks above. */
  private synchronized void raiseLevel(int c) {
    level = Math.max(level, c);
  }

  private int claim(int c, int from, int stride, int probes, long value) {
    long[] chunk = chunk(c);
    int mask = chunk.length - 1;
    int place = from & mask;
    for (int i = 0; i < probes; i++) {
      if ((long) LONGS.getOpaque(chunk, place) == 0
          && LONGS.compareAndSet(chunk, place, 0L, value)) {
        return base(c) + place;
      }
      place = (place + stride) & mask;
    }
    return UNTRACKED;
  }

  private long[] chunk(int c) {
    long[] chunk = (long[]) CHUNK.getAcquire(chunks, c);
    if (chunk == null) {
      chunk = new long[size(c)];
      if (!CHUNK.compareAndSet(chunks, c, null, chunk)) {
        chunk = (long[]) CHUNK.getAcquire(chunks, c);
      }
    }
    return chunk;
  }

  private static int chunkOf(int slot) {
    return slot < FIRST_CHUNK ? 0 : 32 - Integer.numberOfLeadingZeros(slot) - FIRST_CHUNK_BITS;
  }

  private static int size(int c) {
    return c == 0 ? FIRST_CHUNK : FIRST_CHUNK << (c - 1);
  }

  private static int base(int c) {
    return c == 0 ? 0 : FIRST_CHUNK << (c - 1);
  }
}
