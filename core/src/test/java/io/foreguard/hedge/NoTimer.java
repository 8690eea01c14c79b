package io.foreguard.hedge;

import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;

/** A clock whose timer has been shut down. */
record NoTimer(Clock time) implements Clock {
  @Override
  public long nanoTime() {
    return time.nanoTime();
  }

  @Override
  public Instant wallTime() {
    return time.wallTime();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    time.sleep(duration);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    throw new RejectedExecutionException("shut down");
  }
}
