package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A classic breaker while it is half open: so many calls are admitted and judged.
 *
 * <p>Calls come without a permit. Who has been admitted before this phase and has not ended is a
 * <em>stranger</em>; while there are any, a call that took longer than the phase has lasted is one
 * of them, and says nothing here. Strangers, ignored calls and releases hand back no more places
 * than there are, and a place whose call never ends is taken back when its lease is over.
 */
final class HalfOpenPhase extends Phase {
  private final Clock clock;
  private final LongSupplier age;
  private final long leaseNanos;
  private final AtomicLong strangers;
  private final ReentrantLock lock = new ReentrantLock();

  /** Places that calls may take; written under the lock. */
  private volatile int free;

  /** When a place was last taken; written under the lock. */
  private volatile long lastTaken;

  private int taken;

  /** How many more calls may hand their place back that perhaps never had one. */
  private int handBacks;

  /**
   * Begins the phase.
   *
   * @param places how many calls are admitted
   * @param strangers calls in flight that were admitted before
   * @param age how long the phase has lasted, in nanoseconds of the clock that calls are timed by
   */
  HalfOpenPhase(
      CallWindow window,
      int attempts,
      int places,
      long strangers,
      LongSupplier age,
      long leaseNanos,
      Clock clock) {
    super(State.HALF_OPEN, window, true, attempts);
    this.clock = clock;
    this.age = age;
    this.leaseNanos = leaseNanos;
    this.strangers = new AtomicLong(strangers);
    free = places;
    handBacks = places;
  }

  @Override
  boolean admit() {
    long now = clock.nanoTime();
    if (free == 0 && now - lastTaken < leaseNanos) {
      return false;
    }
    lock.lock();
    try {
      int left = free;
      if (left == 0 && now - lastTaken >= leaseNanos) {
        left = taken; // none has been given for a lease's time, so all are that old
        taken = 0;
      }
      if (left == 0) {
        return false;
      }
      free = left - 1;
      taken++;
      lastTaken = now;
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  void release() {
    handBack(strangers.get() > 0);
  }

  @Override
  void ignored(long durationNanos) {
    if (!isStranger(durationNanos)) {
      handBack(true);
    }
  }

  @Override
  boolean accepts(long durationNanos) {
    if (isStranger(durationNanos)) {
      return false;
    }
    lock.lock();
    try {
      taken -= taken > 0 ? 1 : 0;
    } finally {
      lock.unlock();
    }
    return true;
  }

  private boolean isStranger(long durationNanos) {
    return strangers.get() > 0
        && durationNanos > age.getAsLong()
        && strangers.getAndUpdate(n -> n > 0 ? n - 1 : 0) > 0;
  }

  private void handBack(boolean sparingly) {
    lock.lock();
    try {
      int left = free;
      if (taken > 0 && !(sparingly && handBacks == 0)) {
        handBacks -= sparingly ? 1 : 0;
        taken--;
        free = left + 1;
      }
    } finally {
      lock.unlock();
    }
  }
}
