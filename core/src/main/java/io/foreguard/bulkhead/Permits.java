package io.foreguard.bulkhead;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who holds a permit and who waits for one.
 *
 * <p>Limit, calls in flight and calls waiting are one word: a call is admitted by one CAS of it and
 * leaves by one addition, and every reading of the three is of one moment. The queue behind the
 * third count is guarded by a lock that only those take who wait, those who find somebody waiting,
 * and those who change the limit; nothing blocks and no foreign code runs while it is held.
 *
 * <p>Invariants: the waiting count equals the queue's size whenever the lock is free. Nobody is
 * admitted past the queue: the CAS of a newcomer demands that nobody waits. Whoever frees room
 * while somebody waits hands it out afterwards, so the state "room and waiters" always has somebody
 * on the way who ends it.
 *
 * <p>Thread-safe.
 */
final class Permits {
  /** Most calls that can be in flight or wait: each count has at least 20 bits. */
  static final int MAX = 1_000_000;

  private static final int COUNT_BITS = 20;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final long ONE_IN_FLIGHT = 1L << COUNT_BITS;
  private static final long ONE_WAITING = 1L << (2 * COUNT_BITS);
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Permits.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final LinkedHashSet<Waiter> queue = new LinkedHashSet<>();

  private volatile long word;

  Permits(int limit) {
    word = limit;
  }

  static int limit(long word) {
    return (int) (word & COUNT_MASK);
  }

  static int inFlight(long word) {
    return (int) (word >>> COUNT_BITS & COUNT_MASK);
  }

  static int waiting(long word) {
    return (int) (word >>> (2 * COUNT_BITS));
  }

  /** The three counts at one moment, for the static readers of this class. */
  long word() {
    return word;
  }

  /** Takes a permit if there is one and nobody waits for it. */
  boolean tryAcquire() {
    for (long seen = word; hasRoom(seen); seen = word) {
      if (WORD.compareAndSet(this, seen, seen + ONE_IN_FLIGHT)) {
        return true;
      }
    }
    return false;
  }

  /** Gives back a permit, and hands it to whoever has waited longest. */
  void release() {
    long before = (long) WORD.getAndAdd(this, -ONE_IN_FLIGHT);
    if (waiting(before) != 0) {
      grantWaiting();
    }
  }

  /** Takes a permit if there is one, or else a place in the queue if there is one. */
  Entry enter(Waiter waiter, int maxQueue) {
    lock.lock();
    try {
      while (true) {
        long seen = word;
        if (hasRoom(seen)) {
          if (WORD.compareAndSet(this, seen, seen + ONE_IN_FLIGHT)) {
            waiter.holdsPermit = true;
            return Entry.ADMITTED;
          }
        } else if (waiting(seen) >= maxQueue) {
          return Entry.FULL;
        } else if (WORD.compareAndSet(this, seen, seen + ONE_WAITING)) {
          queue.add(waiter);
          return Entry.QUEUED;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Leaves the queue; returns false when {@code waiter} is not in it, having got its permit. */
  boolean leave(Waiter waiter) {
    lock.lock();
    try {
      if (!queue.remove(waiter)) {
        return false;
      }
      WORD.getAndAdd(this, -ONE_WAITING);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes the limit and returns the one before. Call {@link #grantWaiting} after it: apart,
   * because granting runs foreign code.
   */
  int changeLimit(int limit) {
    while (true) {
      long seen = word;
      if (WORD.compareAndSet(this, seen, (seen & ~COUNT_MASK) | limit)) {
        return limit(seen);
      }
    }
  }

  /** Hands free permits to those who wait, the longest first. */
  void grantWaiting() {
    for (Waiter waiter : takeGranted()) {
      waiter.admitted();
    }
  }

  private List<Waiter> takeGranted() {
    List<Waiter> granted = new ArrayList<>(1);
    lock.lock();
    try {
      Iterator<Waiter> longestFirst = queue.iterator();
      while (longestFirst.hasNext()) {
        long seen = word;
        if (inFlight(seen) >= limit(seen)) {
          break;
        }
        if (WORD.compareAndSet(this, seen, seen - ONE_WAITING + ONE_IN_FLIGHT)) {
          Waiter waiter = longestFirst.next();
          longestFirst.remove();
          waiter.holdsPermit = true;
          granted.add(waiter);
        }
      }
    } finally {
      lock.unlock();
    }
    return granted;
  }

  private static boolean hasRoom(long word) {
    return waiting(word) == 0 && inFlight(word) < limit(word);
  }

  /** How {@link #enter} ended. */
  enum Entry {
    ADMITTED,
    QUEUED,
    FULL
  }

  /** Somebody in the queue. Its identity is its place. */
  abstract static class Waiter {
    /** Set once: under the lock by whoever admits the waiter, or by itself when it found room. */
    volatile boolean holdsPermit;

    /** Says that the permit is there. Called once, outside the lock; must not throw. */
    abstract void admitted();
  }
}
