package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * All slots but the first. Thread-safe.
 *
 * <p>They are in chunks that never move. The first chunks are of homes, which share no cache line,
 * and none with the array's length, which all threads read: 2 homes, 4, up to 64. The others are
 * the crowd's and double in size; together they hold 8,192 calls.
 */
final class OtherSlots {
  static final int UNTRACKED = -1;

  private static final int HOME_BITS = 5;
  private static final int HOME_OFFSET = 1 << (HOME_BITS - 1);
  private static final int CROWD_BITS = 2;
  private static final int HOME_LEVELS = 6;
  private static final int FIRST_HOMES_LOG = HOME_BITS + 1;
  private static final int CROWD_CHUNKS = 11;
  private static final int FIRST_CROWD = 8;
  private static final int CHUNKS = HOME_LEVELS + CROWD_CHUNKS;

  /** Slots of chunk c begin at (c + 1) times this; 0 is the first slot. */
  private static final int CHUNK_SHIFT = 24;

  private static final int PLACE_MASK = (1 << CHUNK_SHIFT) - 1;
  private static final int PROBES = 8;
  private static final int RANDOM_STRIDE = 0x9E3779B9; // odd, so it visits every place
  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(long[][].class);

  private final long @Nullable [] @Nullable [] chunks = new long[CHUNKS] @Nullable [];
  private volatile int crowd;

  /** The home of a thread among {@code homes}. */
  static int place(long[] homes, long thread) {
    return ((int) thread << HOME_BITS | HOME_OFFSET) & (homes.length - 1);
  }

  static int slotAtHome(long[] homes, int place) {
    return slot(levelOf(homes), place);
  }

  static boolean isIn(long[] homes, int slot) {
    return levelOf(homes) + 1 == slot >>> CHUNK_SHIFT;
  }

  static int place(int slot) {
    return slot & PLACE_MASK;
  }

  long[] chunkOf(int slot) {
    return chunk((slot >>> CHUNK_SHIFT) - 1);
  }

  /** More homes than {@code homes}, or those if there may be no more. */
  long[] moreThan(long[] homes) {
    int level = homes.length == 0 ? 0 : levelOf(homes) + 1;
    return level < HOME_LEVELS ? chunk(level) : homes;
  }

  /**
   * A slot in the crowd, or {@link #UNTRACKED}. Where a call goes depends on its start alone, so
   * runs in virtual time repeat.
   */
  int enterCrowd(long value) {
    int top = crowd;
    int slot = claim(top, mixed(value), 1, PROBES, value);
    return slot != UNTRACKED ? slot : enterAnywhere(top, value);
  }

  static int chunks() {
    return CHUNKS;
  }

  long @Nullable [] chunkOrNull(int c) {
    return (long[]) CHUNK.getAcquire(chunks, c);
  }

  static int firstPlace(int c) {
    return c < HOME_LEVELS ? HOME_OFFSET : 0;
  }

  static int step(int c) {
    return c < HOME_LEVELS ? 1 << HOME_BITS : 1 << CROWD_BITS;
  }

  /** Tries some places at random, then in a larger chunk, and only then every place there is. */
  private int enterAnywhere(int top, long value) {
    int random = mixed(~value);
    for (int c = top; c >= 0; c--) {
      int slot = claim(c, random, RANDOM_STRIDE, PROBES, value);
      if (slot != UNTRACKED) {
        return slot;
      }
    }
    for (int c = top + 1; c < CROWD_CHUNKS; c++) {
      raiseCrowd(c);
      int slot = claim(c, random, RANDOM_STRIDE, PROBES, value);
      if (slot != UNTRACKED) {
        return slot;
      }
    }
    for (int c = CROWD_CHUNKS - 1; c >= 0; c--) {
      int slot = claim(c, random, 1, crowdSize(c), value);
      if (slot != UNTRACKED) {
        return slot;
      }
    }
    return UNTRACKED;
  }

  private synchronized void raiseCrowd(int c) {
    crowd = Math.max(crowd, c);
  }

  private int claim(int c, int from, int stride, int probes, long value) {
    long[] chunk = chunk(HOME_LEVELS + c);
    int mask = crowdSize(c) - 1;
    int at = from;
    for (int i = 0; i < probes; i++) {
      int place = (at & mask) << CROWD_BITS;
      if (Slots.claim(chunk, place, value)) {
        return slot(HOME_LEVELS + c, place);
      }
      at += stride;
    }
    return UNTRACKED;
  }

  private long[] chunk(int c) {
    long[] chunk = chunkOrNull(c);
    return chunk == null ? newChunk(c) : chunk;
  }

  private synchronized long[] newChunk(int c) {
    long[] chunk = chunkOrNull(c);
    if (chunk == null) {
      chunk =
          new long
              [c < HOME_LEVELS
                  ? 1 << (FIRST_HOMES_LOG + c)
                  : crowdSize(c - HOME_LEVELS) << CROWD_BITS];
      CHUNK.setRelease(chunks, c, chunk);
    }
    return chunk;
  }

  private static int mixed(long value) {
    return (int) ((value * 0x9E3779B97F4A7C15L) >>> 32);
  }

  private static int levelOf(long[] homes) {
    return Integer.numberOfTrailingZeros(homes.length) - FIRST_HOMES_LOG;
  }

  private static int crowdSize(int c) {
    return c == 0 ? FIRST_CROWD : FIRST_CROWD << (c - 1);
  }

  private static int slot(int c, int place) {
    return ((c + 1) << CHUNK_SHIFT) | place;
  }
}
