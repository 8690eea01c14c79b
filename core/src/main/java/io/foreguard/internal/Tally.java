package io.foreguard.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A count that many threads add to and few read. A thread that comes often has a cell of its own
 * and adds to it plainly; the others share a {@link LongAdder}, whose atomic additions cost some
 * five nanoseconds. Thread-safe; a sum taken while others add may miss what they add.
 */
public final class Tally {
  /*
   * A cell is a few words: who owns it, what the owner has counted, and, while it has no owner, who
   * came last and how often in a row. Only the owner writes the count, and only its death ends the
   * ownership: so its check and its addition need not be one step. Cells share no cache line, and
   * none with the array's length, which all read. There are more when threads meet at one; earlier
   * ones stay where they are.
   */
  private static final int OWNER = 0;
  private static final int COUNT = 1;
  private static final int LAST = 2;
  private static final int STREAK = 3;
  private static final int CELL_BITS = 5;
  private static final int CELL_OFFSET = 1 << (CELL_BITS - 1);
  private static final int FIRST_CELLS = 2;
  private static final int MOST_CELLS = 64;
  private static final int STREAK_TO_OWN = 64;
  private static final int MEETINGS_TO_GROW = 64;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final long[] NONE = {};

  private final LongAdder shared = new LongAdder();
  private volatile long[] cells = NONE;
  private volatile @Nullable Owners owners;
  private int meetings;

  /** Adds one. */
  public void increment() {
    long[] words = cells;
    long thread = Thread.currentThread().getId();
    int place = ((int) thread << CELL_BITS | CELL_OFFSET) & (words.length - 1);
    if (words.length > 0 && (long) LONGS.getOpaque(words, place + OWNER) == thread) {
      LONGS.setOpaque(words, place + COUNT, words[place + COUNT] + 1);
    } else {
      shared.increment();
      apply(words, place, thread);
    }
  }

  /** What has been added so far. */
  public long sum() {
    long sum = shared.sum();
    for (Owners o = owners; o != null; o = o.earlier) {
      for (int place = CELL_OFFSET; place < o.words.length; place += 1 << CELL_BITS) {
        sum += (long) LONGS.getOpaque(o.words, place + COUNT);
      }
    }
    return sum;
  }

  /** Brings a thread nearer to a cell of its own. What races lose here is only time. */
  private void apply(long[] words, int place, long thread) {
    if (words.length == 0) {
      grow(words);
    } else if ((long) LONGS.getOpaque(words, place + OWNER) != 0) {
      if (++meetings >= MEETINGS_TO_GROW) {
        meetings = 0;
        makeRoom(words, place);
      }
    } else if (words[place + LAST] != thread) {
      words[place + LAST] = thread;
      words[place + STREAK] = 0;
    } else if (++words[place + STREAK] >= STREAK_TO_OWN) {
      own(words, place, thread);
    }
  }

  private synchronized void own(long[] words, int place, long thread) {
    Owners current = owners;
    if (current != null
        && current.words == words
        && (long) LONGS.getOpaque(words, place + OWNER) == 0) {
      current.threads[place >> CELL_BITS] = new WeakReference<>(Thread.currentThread());
      LONGS.setOpaque(words, place + OWNER, thread);
    }
  }

  private synchronized void makeRoom(long[] words, int place) {
    Owners current = owners;
    if (current == null || current.words != words) {
      return; // there is more room already
    }
    WeakReference<Thread> reference = current.threads[place >> CELL_BITS];
    Thread owner = reference == null ? null : reference.get();
    if (owner == null || !owner.isAlive()) {
      LONGS.setOpaque(words, place + OWNER, 0L);
    } else {
      grow(words);
    }
  }

  private synchronized void grow(long[] words) {
    int count = words.length >> CELL_BITS;
    if (cells == words && count < MOST_CELLS) {
      long[] more = new long[(count == 0 ? FIRST_CELLS : 2 * count) << CELL_BITS];
      owners = new Owners(more, owners);
      cells = more;
    }
  }

  /** Whose the cells are. Written under the tally's lock. */
  private static final class Owners {
    final long[] words;
    final @Nullable WeakReference<Thread>[] threads;
    final @Nullable Owners earlier;

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
    Owners(long[] words, @Nullable Owners earlier) {
      this.words = words;
      threads = new WeakReference[words.length >> CELL_BITS];
      this.earlier = earlier;
    }
  }
}
