package io.foreguard.evidence.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The slot that comes first, with the words of {@link Slots} as fields, and what else every call
 * reads: of very many breakers most need no more. Thread-safe.
 *
 * <p>It is a class above {@link CallSlots} and not a part of it because of memory: there is one
 * object less for each breaker, and fields of a superclass lie first, so that what a call needs is
 * on two cache lines and not on five.
 */
abstract class FirstSlot {
  static final long[] NO_HOMES = {};

  private static final VarHandle START = handle("start");
  private static final VarHandle SUM = handle("sum");
  private static final VarHandle SQUARES = handle("squares");

  @SuppressWarnings("UnusedVariable") // used by its handle alone
  private long start;

  private long sum;
  private long squares;
  private long claimant;
  private long lastClaim;
  private int streak;
  private boolean reserved;

  /** The low bits of the sum when it was drained last. Racy readers may see an older one. */
  int drainedFirst;

  /** Whether the next look must not wait: more than some successes may have to be seen. */
  volatile boolean due;

  /** The homes of threads that have met, by thread; empty while the first slot serves them. */
  volatile long[] homes = NO_HOMES;

  /** Latencies of the first calls, as long as they fit. */
  volatile int @Nullable [] few;

  final long firstStart() {
    return (long) START.getOpaque(this);
  }

  final boolean takeFirstOwn(long thread, long value) {
    if ((long) START.getAcquire(this) != Slots.RESERVED || claimant != thread) {
      return false;
    }
    START.setOpaque(this, value);
    return true;
  }

  final boolean claimFirst(long value) {
    return (long) START.getAcquire(this) == Slots.SHARED
        && START.compareAndSet(this, Slots.SHARED, value);
  }

  final long firstClaimant() {
    return claimant;
  }

  final void releaseFirst(long value) {
    if (firstStart() == value) {
      START.setRelease(this, free());
    }
  }

  final boolean releaseFirstLate(long value) {
    return START.compareAndSet(this, value, free());
  }

  final int succeedFirst(long value, int bucket) {
    if (firstStart() != value) {
      return -1;
    }
    long added = sum + SuccessSums.sumStep(bucket);
    SUM.setOpaque(this, added);
    SQUARES.setOpaque(this, squares + SuccessSums.squaresStep(bucket));
    START.setRelease(this, free());
    return SuccessSums.count(added);
  }

  final long firstSum() {
    return (long) SUM.getAcquire(this);
  }

  final long firstSquares() {
    return (long) SQUARES.getAcquire(this);
  }

  final int noteFirstClaim(long thread, long value, long soon) {
    long since = value - lastClaim;
    lastClaim = value;
    if (claimant == thread) {
      return ++streak;
    }
    claimant = thread;
    streak = 0;
    return since < soon && since > -soon ? -1 : 0;
  }

  final void reserveFirst() {
    reserved = true;
  }

  final boolean endFirstReservation() {
    if ((long) START.getAcquire(this) != Slots.RESERVED) {
      return false;
    }
    reserved = false;
    claimant = 0;
    START.setRelease(this, Slots.SHARED);
    return true;
  }

  private long free() {
    return reserved ? Slots.RESERVED : Slots.SHARED;
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(FirstSlot.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
