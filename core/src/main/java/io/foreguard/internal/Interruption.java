package io.foreguard.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The right to interrupt one thread while, and only while, it runs one body.
 *
 * <p>The states are RUNNING, then either ENDED (the body was first: it is never interrupted) or
 * INTERRUPTING and INTERRUPTED (the interrupter was first: the body's thread waits for the
 * interrupt to arrive before it goes on, so that none arrives later), or EXPIRED (no interrupt
 * wanted). A flag set by somebody else before ours is kept. One set by somebody else between ours
 * and the end of the body cannot be told from ours and is cleared with it: the flag is one bit.
 *
 * <p>Thread-safe.
 */
public final class Interruption {
  private static final int RUNNING = 0;
  private static final int INTERRUPTING = 1;
  private static final int INTERRUPTED = 2;
  private static final int EXPIRED = 3;
  private static final int ENDED = 4;

  private final AtomicInteger state = new AtomicInteger(RUNNING);
  private final Thread thread;
  private boolean interruptedByOthers; // written before INTERRUPTED, read after it

  /** Creates the right to interrupt the calling thread. */
  public Interruption() {
    thread = Thread.currentThread();
  }

  /** Interrupts the body; returns false, and does nothing, when it has ended or expired. */
  public boolean interrupt() {
    if (!state.compareAndSet(RUNNING, INTERRUPTING)) {
      return false;
    }
    try {
      interruptedByOthers = thread.isInterrupted();
      thread.interrupt();
    } finally {
      state.set(INTERRUPTED);
    }
    return true;
  }

  /** As {@link #interrupt()}, but leaves the thread alone: the body runs to its end. */
  public boolean expire() {
    return state.compareAndSet(RUNNING, EXPIRED);
  }

  /**
   * Says that the body has ended. To be called exactly once, by the thread that ran it.
   *
   * @return whether it was interrupted or expired before; the thread's interrupt flag is then what
   *     it would be without the interrupt
   */
  @SuppressWarnings("ThreadPriorityCheck") // a spin could starve the very thread it waits for
  public boolean end() {
    if (state.compareAndSet(RUNNING, ENDED)) {
      return false;
    }
    if (state.get() == EXPIRED) {
      return true;
    }
    while (state.get() != INTERRUPTED) {
      Thread.yield(); // the interrupter is between two instructions
    }
    if (interruptedByOthers) {
      thread.interrupt();
    } else {
      Thread.interrupted();
    }
    return true;
  }
}
