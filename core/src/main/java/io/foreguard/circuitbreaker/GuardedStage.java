package io.foreguard.circuitbreaker;

import io.foreguard.internal.SettlingFuture;
import io.foreguard.internal.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The result of one asynchronous call, which settles its permit before anybody learns of it. */
final class GuardedStage<T extends @Nullable Object> extends SettlingFuture<T> {
  private final Permit permit;

  GuardedStage(Permit permit) {
    this.permit = permit;
  }

  void begin(Supplier<? extends CompletionStage<T>> body) {
    CompletionStage<T> stage = Stages.start(body);
    follow(stage);
    Stages.whenDone(stage, this::end);
  }

  @Override
  protected void settled() {
    permit.giveUp();
  }

  private void end(@Nullable T value, @Nullable Throwable thrown) {
    if (!isSettled()) {
      if (thrown == null) {
        permit.result(value);
      } else {
        permit.failure(thrown);
      }
    }
    deliver(value, thrown);
  }
}
