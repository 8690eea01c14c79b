package io.foreguard.guard;

import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.internal.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The result of a stage that a pool's thread starts. Cancelling it takes the start out of the
 * queue, or interrupts it, or cancels the stage, whichever is under way.
 */
final class PooledStage<T extends @Nullable Object> extends SettlingFuture<T> {
  private volatile @Nullable CompletionStage<T> begun;

  PooledStage<T> begin(ThreadPoolBulkhead pool, Supplier<? extends CompletionStage<T>> body) {
    CompletionStage<CompletionStage<T>> started = pool.submit(() -> startHere(body));
    follow(started);
    Stages.whenDone(started, this::started);
    return this;
  }

  @Override
  protected void settled() {
    CompletionStage<T> stage = begun;
    if (stage != null) {
      Stages.cancel(stage); // which does nothing when it has ended
    }
  }

  /**
   * On the pool's thread: a call cancelled meanwhile sees the stage, or the stage the cancelling.
   */
  private CompletionStage<T> startHere(Supplier<? extends CompletionStage<T>> body) {
    CompletionStage<T> stage = Stages.start(body);
    begun = stage;
    if (isSettled()) {
      Stages.cancel(stage);
    }
    return stage;
  }

  private void started(@Nullable CompletionStage<T> stage, @Nullable Throwable refusal) {
    if (stage == null) {
      deliver(null, refusal);
    } else {
      Stages.whenDone(stage, this::deliver);
    }
  }
}
