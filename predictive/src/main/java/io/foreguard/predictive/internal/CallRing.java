package io.foreguard.predictive.internal;

import io.foreguard.evidence.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of calls that ended, from many threads to one, without locks and without
 * allocation. What does not fit is refused. {@link #offer} is thread-safe; only one thread at a
 * time may take.
 *
 * <p>After Dmitry Vyukov's bounded queue: a place is free for position p when its turn is p, and
 * full when its turn is p + 1. The turn is written with release and read with acquire, and so
 * orders the values of the place.
 *
 * @see <a href="https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue">the
 *     algorithm</a>
 */
public final class CallRing {
  private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle TAIL;

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(CallRing.class, "tail", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int mask;
  private final long[] turns;
  private final long[] endNanos;
  private final long[] durationNanos;
  private final Outcome[] outcomes;
  private final String[] keys;
  private final int[] notes;
  private volatile long tail;
  private volatile long head;

  /**
   * Creates an empty ring.
   *
   * @param places a power of two
   */
  public CallRing(int places) {
    mask = places - 1;
    turns = new long[places];
    endNanos = new long[places];
    durationNanos = new long[places];
    outcomes = new Outcome[places];
    keys = new String[places];
    notes = new int[places];
    for (int i = 0; i < places; i++) {
      turns[i] = i;
      outcomes[i] = Outcome.IGNORED;
      keys[i] = "";
    }
  }

  /** Adds a call, with a note of the caller's own; false when there is no room. */
  public boolean offer(String key, Outcome outcome, long duration, long end, int note) {
    for (; ; ) {
      long position = tail;
      int place = (int) position & mask;
      long turn = (long) TURN.getAcquire(turns, place);
      if (turn == position) {
        if (TAIL.compareAndSet(this, position, position + 1)) {
          endNanos[place] = end;
          durationNanos[place] = duration;
          outcomes[place] = outcome;
          keys[place] = key;
          notes[place] = note;
          TURN.setRelease(turns, place, position + 1);
          return true;
        }
      } else if (turn - position < 0) {
        return false;
      }
    }
  }

  /** Whether at least half of the places are taken. */
  public boolean isHalfFull() {
    return tail - head > mask >> 1;
  }

  /** Hands what is there to {@code reader}, in order; at most as many as there are places. */
  public void drainTo(Reader reader) {
    long position = head;
    for (int left = mask + 1; left > 0; left--) {
      int place = (int) position & mask;
      if ((long) TURN.getAcquire(turns, place) != position + 1) {
        break;
      }
      reader.ended(
          keys[place], outcomes[place], durationNanos[place], endNanos[place], notes[place]);
      TURN.setRelease(turns, place, position + mask + 1);
      position++;
    }
    head = position;
  }

  /** Takes calls out of a ring. */
  @FunctionalInterface
  public interface Reader {
    /** Takes one call, as it was offered. */
    void ended(String key, Outcome outcome, long durationNanos, long endNanos, int note);
  }
}
