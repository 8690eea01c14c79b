package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Start times of the calls in flight, so that silence can be seen: a call that hangs is overdue
 * long before its time-out.
 *
 * <p>A call claims a free slot near the place that its thread prefers (one CAS) and frees it by a
 * plain release store. Slots live in chunks that double in size and never move; beyond 8,192 calls
 * in flight further ones are not tracked. A slot holds the start time, never 0: an odd reading
 * stands for itself and the even one below it. Thread-safe; {@link #scan} must not run twice at the
 * same time.
 */
public final class InFlightTable {
  /** Answer of {@link #enter} when every slot is taken. */
  public static final int UNTRACKED = -1;

  private static final int FIRST_CHUNK = 64;
  private static final int FIRST_CHUNK_BITS = 6;
  private static final int CHUNKS = 8;
  private static final int PROBES = 8;
  private static final int LONGS_PER_CACHE_LINE = 8;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(long[][].class);

  private final long[] @Nullable [] chunks = new long[CHUNKS] @Nullable [];
  private volatile int level;

  private int inFlight;
  private int overdue;
  private long lost;

  /** Notes the start of a call and returns its slot, or {@link #UNTRACKED}. */
  public int enter(long startNanos) {
    long value = startNanos | 1;
    int thread = (int) Thread.currentThread().getId();
    int top = level;
    for (int c = top; c >= 0; c--) {
      int slot = claim(c, thread, value);
      if (slot >= 0) {
        return slot;
      }
    }
    for (int c = top + 1; c < CHUNKS; c++) {
      level = c;
      int slot = claim(c, thread, value);
      if (slot >= 0) {
        return slot;
      }
    }
    return UNTRACKED;
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

  /** Counts calls in flight and overdue, and writes off those that are older than their lease. */
  void scan(long now, long overdueNanos, long leaseNanos) {
    inFlight = 0;
    overdue = 0;
    int top = level;
    for (int c = 0; c <= top; c++) {
      long[] chunk = (long[]) CHUNK.getAcquire(chunks, c);
      for (int i = 0; chunk != null && i < chunk.length; i++) {
        long start = (long) LONGS.getOpaque(chunk, i);
        if (start != 0) {
          count(chunk, i, start, now - start, overdueNanos, leaseNanos);
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

  private void count(
      long[] chunk, int place, long start, long age, long overdueNanos, long leaseNanos) {
    if (age > leaseNanos) {
      if (LONGS.compareAndSet(chunk, place, start, 0L)) {
        lost++;
      }
      return;
    }
    inFlight++;
    if (age > overdueNanos) {
      overdue++;
    }
  }

  private int claim(int c, int thread, long value) {
    long[] chunk = chunk(c);
    int mask = chunk.length - 1;
    int place = (thread * LONGS_PER_CACHE_LINE) & mask;
    int probes = c == 0 ? FIRST_CHUNK : PROBES;
    for (int i = 0; i < probes; i++) {
      if ((long) LONGS.getOpaque(chunk, place) == 0
          && LONGS.compareAndSet(chunk, place, 0L, value)) {
        return base(c) + place;
      }
      place = (place + (c == 0 ? 1 : LONGS_PER_CACHE_LINE + 1)) & mask;
    }
    return UNTRACKED;
  }

  private long[] chunk(int c) {
    long[] chunk = (long[]) CHUNK.getAcquire(chunks, c);
    if (chunk == null) {
      chunk = new long[c == 0 ? FIRST_CHUNK : FIRST_CHUNK << (c - 1)];
      if (!CHUNK.compareAndSet(chunks, c, null, chunk)) {
        chunk = (long[]) CHUNK.getAcquire(chunks, c);
      }
    }
    return chunk;
  }

  private static int chunkOf(int slot) {
    return slot < FIRST_CHUNK ? 0 : 32 - Integer.numberOfLeadingZeros(slot) - FIRST_CHUNK_BITS;
  }

  private static int base(int c) {
    return c == 0 ? 0 : FIRST_CHUNK << (c - 1);
  }
}
