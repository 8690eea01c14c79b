package io.foreguard.hedge;

import io.foreguard.internal.Interruption;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One attempt of a synchronous call, on an executor's thread. Thread-safe. */
final class ThreadAttempt<T extends @Nullable Object> implements Runnable {
  private final Callable<T> body;
  private final BiConsumer<@Nullable T, @Nullable Throwable> end;
  private volatile @Nullable Interruption running;
  private volatile boolean cancelled;

  ThreadAttempt(Callable<T> body, BiConsumer<@Nullable T, @Nullable Throwable> end) {
    this.body = body;
    this.end = end;
  }

  @Override
  public void run() {
    Interruption self = new Interruption();
    running = self; // before `cancelled` is read: one of the two sees the other
    T value = null;
    Throwable thrown = null;
    try {
      if (cancelled) {
        return;
      }
      value = body.call();
    } catch (Throwable t) {
      thrown = t;
    } finally {
      self.end();
    }
    end.accept(value, thrown);
  }

  /** Interrupts the attempt if it runs; keeps it from running if it has not begun. */
  void cancel() {
    cancelled = true;
    Interruption self = running;
    if (self != null) {
      self.interrupt();
    }
  }
}
