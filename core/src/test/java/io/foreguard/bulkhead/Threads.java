package io.foreguard.bulkhead;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Meeting points for threads, each with a deadline. */
final class Threads {
  private Threads() {}

  /** Waits until {@code condition} holds; fails after some ten seconds. */
  static void eventually(BooleanSupplier condition) {
    for (int i = 0; i < 100_000; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(100_000);
    }
    throw new AssertionError("it did not happen in time");
  }

  /** Waits for {@code latch}; fails after 30 seconds. */
  static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the latch was not opened in time");
    }
  }
}
