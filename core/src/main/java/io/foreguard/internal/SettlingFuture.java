package io.foreguard.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The result of one asynchronous call. However it ends (the body's stage, a cancellation, a timer,
 * a caller who completes it), {@link #settled} runs exactly once, and before anybody who waits for
 * the result learns of it. Ended from outside, the body's stage is cancelled and what it still
 * delivers is dropped.
 *
 * <p>Thread-safe.
 *
 * @param <T> type of the result
 */
public abstract class SettlingFuture<T extends @Nullable Object> extends CompletableFuture<T> {
  private static final VarHandle CLAIMED;

  static {
    try {
      CLAIMED =
          MethodHandles.lookup().findVarHandle(SettlingFuture.class, "claimed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean claimed;
  private volatile @Nullable CompletionStage<?> source;

  /** Creates an unsettled future without a source. */
  protected SettlingFuture() {}

  /** Gives back what the call held. Runs exactly once, on the thread that ends the call. */
  protected abstract void settled();

  /** Hears that the body's own end ends the call, and how, after {@link #settled}. */
  protected void delivering(boolean succeeded) {}

  /** Whether the call has ended. */
  public final boolean isSettled() {
    return claimed;
  }

  /** Starts {@code body}, unless the call has ended already, and takes over how its stage ends. */
  public final void start(Supplier<? extends CompletionStage<T>> body) {
    if (claimed) {
      return;
    }
    CompletionStage<T> stage = Stages.start(body);
    follow(stage);
    Stages.whenDone(stage, this::deliver);
  }

  /** Makes {@code stage} the one that is cancelled when the call is ended from outside. */
  protected final void follow(CompletionStage<?> stage) {
    source = stage;
    if (claimed) {
      Stages.cancel(stage);
    }
  }

  /** Ends the call with a value, or with {@code thrown}; does nothing when it has ended. */
  protected final void deliver(@Nullable T value, @Nullable Throwable thrown) {
    if (claim()) {
      settled();
      delivering(thrown == null);
      if (thrown == null) {
        completeWith(value);
      } else {
        super.completeExceptionally(thrown);
      }
    }
  }

  /**
   * Ends the call with {@code thrown}; returns false, and does nothing, when it has ended.
   *
   * @param cancelSource whether the body's stage is cancelled as well
   */
  public final boolean fail(Throwable thrown, boolean cancelSource) {
    if (!claim()) {
      return false;
    }
    settled();
    if (cancelSource) {
      cancelSource();
    }
    super.completeExceptionally(thrown);
    return true;
  }

  @Override
  public boolean complete(T value) {
    abandon();
    return super.complete(value);
  }

  @Override
  public boolean completeExceptionally(Throwable thrown) {
    abandon();
    return super.completeExceptionally(thrown);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    abandon();
    return super.cancel(mayInterruptIfRunning);
  }

  @SuppressWarnings("NullAway") // null is a value of T when T is nullable, and only then gets here
  private void completeWith(@Nullable T value) {
    super.complete(value);
  }

  private void abandon() {
    if (claim()) {
      settled();
      cancelSource();
    }
  }

  private void cancelSource() {
    CompletionStage<?> stage = source;
    if (stage != null) {
      Stages.cancel(stage);
    }
  }

  private boolean claim() {
    return CLAIMED.compareAndSet(this, false, true);
  }
}
