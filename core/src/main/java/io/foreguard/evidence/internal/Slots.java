package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Slots in an array: the words of each and what is done with them. A slot's first word is the start
 * of the call that holds it, made odd, or one of two even values: {@link #SHARED}, free for whoever
 * moves it by CAS, and {@link #RESERVED}, free for one thread alone, which then needs no atomic
 * operation at all. Functions; thread-safe.
 */
final class Slots {
  static final long SHARED = 0;
  static final long RESERVED = 2;

  // Words after the first; those in the crowd end with FREE.
  private static final int SUM = 1;
  private static final int SQUARES = 2;
  private static final int FREE = 3; // what the first word is when the slot is free
  private static final int CLAIMANT = 4;
  private static final int STREAK = 5;
  private static final int LAST_CLAIM = 6;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private Slots() {}

  static long start(long[] words, int place) {
    return (long) LONGS.getOpaque(words, place);
  }

  static boolean isFree(long start) {
    return start == SHARED || start == RESERVED;
  }

  /** Takes a slot that is reserved for {@code thread}. */
  static boolean takeOwn(long[] words, int place, long thread, long value) {
    if ((long) LONGS.getAcquire(words, place) != RESERVED || words[place + CLAIMANT] != thread) {
      return false;
    }
    LONGS.setOpaque(words, place, value);
    return true;
  }

  static boolean claim(long[] words, int place, long value) {
    return (long) LONGS.getAcquire(words, place) == SHARED
        && LONGS.compareAndSet(words, place, SHARED, value);
  }

  static long claimant(long[] words, int place) {
    return words[place + CLAIMANT];
  }

  static void release(long[] words, int place, long value) {
    if (start(words, place) == value) {
      LONGS.setRelease(words, place, words[place + FREE]);
    }
  }

  /** Frees a slot whose call may be written off at the same time; false when it was. */
  static boolean releaseLate(long[] words, int place, long value) {
    return LONGS.compareAndSet(words, place, value, words[place + FREE]);
  }

  /** Adds a success and frees its slot; how many it has seen, or -1 if the call was written off. */
  static int succeed(long[] words, int place, long value, int bucket) {
    if (start(words, place) != value) {
      return -1;
    }
    long sum = words[place + SUM] + SuccessSums.sumStep(bucket);
    LONGS.setOpaque(words, place + SUM, sum);
    LONGS.setOpaque(
        words, place + SQUARES, words[place + SQUARES] + SuccessSums.squaresStep(bucket));
    LONGS.setRelease(words, place, words[place + FREE]);
    return SuccessSums.count(sum);
  }

  static long sum(long[] words, int place) {
    return (long) LONGS.getAcquire(words, place + SUM);
  }

  static long squares(long[] words, int place) {
    return (long) LONGS.getAcquire(words, place + SQUARES);
  }

  /**
   * Counts a claim; the slot is held, so its words are the caller's own.
   *
   * @return claims by this thread in a row; 0 for the first, -1 if that came soon after another's
   */
  static int noteClaim(long[] words, int place, long thread, long value, long soon) {
    long since = value - words[place + LAST_CLAIM];
    words[place + LAST_CLAIM] = value;
    if (words[place + CLAIMANT] == thread) {
      return (int) ++words[place + STREAK];
    }
    words[place + CLAIMANT] = thread;
    words[place + STREAK] = 0;
    return since < soon && since > -soon ? -1 : 0;
  }

  static void reserve(long[] words, int place) {
    words[place + FREE] = RESERVED;
  }

  /** Ends a reservation whose owner is dead; false while the owner's last call holds the slot. */
  static boolean endReservation(long[] words, int place) {
    if ((long) LONGS.getAcquire(words, place) != RESERVED) {
      return false;
    }
    words[place + FREE] = SHARED;
    words[place + CLAIMANT] = 0;
    LONGS.setRelease(words, place, SHARED);
    return true;
  }
}
