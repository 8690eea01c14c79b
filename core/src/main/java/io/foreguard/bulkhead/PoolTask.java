package io.foreguard.bulkhead;

import io.foreguard.internal.Interruption;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task of a {@link WorkerPool} and the future of its result. Ending the future from outside takes
 * the task out of the queue; cancelling it with an interrupt stops the task while it runs. Its
 * thread counts as taken until the body has really ended.
 */
final class PoolTask<T extends @Nullable Object> extends CompletableFuture<T> {
  private final WorkerPool pool;
  private final Callable<T> body;
  private volatile @Nullable Interruption running;

  PoolTask(WorkerPool pool, Callable<T> body) {
    this.pool = pool;
    this.body = body;
  }

  /**
   * Runs the body on this thread, tells the pool that it has ended, and only then completes the
   * future: who learns of the result finds the place free.
   */
  void runOnce() {
    Interruption interruption = new Interruption();
    running = interruption;
    T value = null;
    Throwable thrown = null;
    try {
      if (!isDone()) {
        value = body.call();
      }
    } catch (Throwable t) {
      thrown = t;
    } finally {
      interruption.end();
      Thread.interrupted(); // whoever interrupted the task did not mean the next one
      pool.ended(this);
    }
    if (thrown != null) {
      super.completeExceptionally(thrown);
    } else {
      completeWith(value);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    pool.remove(this);
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    Interruption interruption = running;
    if (cancelled && mayInterruptIfRunning && interruption != null) {
      interruption.interrupt();
    }
    return cancelled;
  }

  @Override
  public boolean complete(T value) {
    pool.remove(this);
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    pool.remove(this);
    return super.completeExceptionally(thrown);
  }

  @SuppressWarnings("NullAway") // null is a value of T when T is nullable, and only then gets here
  private void completeWith(@Nullable T value) {
    super.complete(value);
  }
}
