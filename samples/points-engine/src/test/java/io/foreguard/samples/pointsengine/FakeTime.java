package io.foreguard.samples.pointsengine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A time that stands still: sleeping is noted and ends at once, or when the test lets it. */
final class FakeTime implements Time {
  static final long EPOCH_MS = 1_800_000_000_000L;

  volatile double lastSleepMs;
  private final AtomicInteger sleepers = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  @Override
  public long nanos() {
    return Long.MAX_VALUE - 1_000;
  }

  @Override
  public long epochMillis() {
    return EPOCH_MS;
  }

  @Override
  public void sleep(double millis) throws InterruptedException {
    lastSleepMs = millis;
    sleepers.incrementAndGet();
    try {
      assertThat(gate.await(5, TimeUnit.SECONDS)).isTrue();
    } finally {
      sleepers.decrementAndGet();
    }
  }

  void hold() {
    gate = new CountDownLatch(1);
  }

  void letGo() {
    gate.countDown();
  }

  void awaitSleepers(int count) {
    Await.until(() -> sleepers.get() == count);
  }
}
