package io.foreguard.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every asynchronous pattern does with the stage of a body. */
public final class Stages {
  private Stages() {}

  /**
   * Asks {@code body} for its stage. Never throws: what the body throws, and a missing stage, come
   * back as a failed stage.
   */
  public static <T extends @Nullable Object> CompletionStage<T> start(
      Supplier<? extends CompletionStage<T>> body) {
    try {
      CompletionStage<T> stage = body.get();
      return stage != null
          ? stage
          : CompletableFuture.failedFuture(
              new NullPointerException("the body returned null instead of a stage"));
    } catch (Throwable t) {
      return CompletableFuture.failedFuture(t);
    }
  }

  /**
   * Hands the end of {@code stage} to {@code action}: its value, or what it failed with, unwrapped.
   * A stage that refuses the callback counts as failed; {@code action} may then be called twice.
   */
  public static <T extends @Nullable Object> void whenDone(
      CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> action) {
    try {
      stage.whenComplete(
          (value, thrown) -> action.accept(value, thrown == null ? null : unwrap(thrown)));
    } catch (Throwable t) {
      action.accept(null, t);
    }
  }

  /** Cancels {@code stage} if it can be cancelled, which is when it is a {@link Future}. */
  public static void cancel(CompletionStage<?> stage) {
    if (stage instanceof Future<?> future) {
      future.cancel(true);
    }
  }

  /** What a stage really failed with: {@code thrown} without its {@link CompletionException}s. */
  public static Throwable unwrap(Throwable thrown) {
    Throwable inner = thrown;
    while (inner instanceof CompletionException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}
