package io.foreguard.bulkhead;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Runs calls that got their permit from another call's end. A call that ends at once hands its
 * permit to the next one: done by recursion, a long queue of such calls would overflow the stack.
 * Used only when calls wait, so the thread-local is not on the way of a call that finds room.
 */
final class Trampoline {
  private static final ThreadLocal<@Nullable Deque<Runnable>> RUNNING = new ThreadLocal<>();

  private Trampoline() {}

  /** Runs {@code step}, after the steps under way on this thread if there are any. */
  static void run(Runnable step) {
    Deque<Runnable> running = RUNNING.get();
    if (running != null) {
      running.add(step);
      return;
    }
    Deque<Runnable> steps = new ArrayDeque<>();
    RUNNING.set(steps);
    try {
      for (Runnable next = step; next != null; next = steps.poll()) {
        next.run();
      }
    } finally {
      RUNNING.remove();
    }
  }
}
