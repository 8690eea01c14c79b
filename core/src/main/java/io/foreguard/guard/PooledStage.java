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
  PooledStage<T> begin(ThreadPoolBulkhead pool, Supplier<? extends CompletionStage<T>> body) {
    CompletionStage<CompletionStage<T>> started = pool.submit(() -> Stages.start(body));
    follow(started);
    Stages.whenDone(started, this::follow);
    return this;
  }

  @Override
  protected void settled() {}

  private void follow(@Nullable CompletionStage<T> stage, @Nullable Throwable refusal) {
    if (stage == null) {
      deliver(null, refusal);
      return;
    }
    follow(stage);
    Stages.whenDone(stage, this::deliver);
  }
}
