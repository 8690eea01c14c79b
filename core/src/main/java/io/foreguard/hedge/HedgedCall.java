package io.foreguard.hedge;

import io.foreguard.event.internal.CallerContext;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.time.Clock.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One call with its attempts. Thread-safe.
 *
 * @param <T> type of the result
 */
final class HedgedCall<T extends @Nullable Object> extends SettlingFuture<T> {
  /*
   * The first success ends the call, and so does an Error; whoever ends it cancels the attempts that
   * are left. `open` counts the attempts that have not failed, and a hedge from the moment it is
   * considered; whoever lowers it to zero ends the call with the first attempt's failure, and from
   * then on no hedge can raise it. A slot holds what cancels its attempt, from the time it has been
   * started until it has ended. The slot of an attempt that is started while the call ends may be
   * filled too late for whoever ends the call to see; whoever filled it looks again.
   */
  private static final int NOBODY = -1;

  private final HedgeEngine engine;
  private final HedgeEngine.Settings settings;
  private final List<HedgeAdvisor> advisors;
  private final Launcher<T> launcher;
  private final @Nullable Duration delay;
  private final CallerContext callerContext = CallerContext.capture();
  private final AtomicReferenceArray<@Nullable Runnable> slots;
  private final AtomicInteger open = new AtomicInteger(1);
  private final AtomicInteger winner = new AtomicInteger(NOBODY);
  private volatile int started = 1;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Cancellable timer;

  HedgedCall(
      HedgeEngine engine,
      HedgeEngine.Settings settings,
      List<HedgeAdvisor> advisors,
      Launcher<T> launcher,
      @Nullable Duration delay) {
    this.engine = engine;
    this.settings = settings;
    this.advisors = advisors;
    this.launcher = launcher;
    this.delay = delay;
    slots = new AtomicReferenceArray<>(1 + settings.config().maxHedges());
  }

  /** Starts the first attempt; throws what the launcher throws. */
  void begin() {
    launch(0);
    scheduleNext();
  }

  /** Waits for the end of the call. */
  T await() throws Exception {
    try {
      return get();
    } catch (InterruptedException e) {
      cancel(true);
      throw e;
    } catch (ExecutionException | CancellationException e) {
      throw rethrown(failure, e);
    }
  }

  @Override
  protected void settled() {
    Cancellable set = timer;
    if (set != null) {
      set.cancel();
    }
    for (int i = 0; i < slots.length(); i++) {
      Runnable cancel = slots.get(i);
      if (cancel != null) {
        cancel(cancel);
      }
    }
    if (winner.get() > 0) {
      engine.won(started);
    }
  }

  /** The body's own exception, without the shell or the disguise that a future gives it. */
  private static Exception rethrown(@Nullable Throwable thrown, Exception byFuture) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof Exception own ? own : byFuture;
  }

  private void launch(int attempt) {
    Runnable cancel = launcher.launch((value, thrown) -> ended(attempt, value, thrown));
    if (slots.compareAndSet(attempt, null, cancel) && isSettled()) {
      cancel(cancel);
    }
  }

  private void scheduleNext() {
    Duration wait = delay;
    if (wait == null || started > settings.config().maxHedges() || isSettled()) {
      return;
    }
    try {
      Cancellable set = engine.clock.schedule(() -> callerContext.run(() -> hedge(wait)), wait);
      timer = set;
      if (isSettled()) {
        set.cancel();
      }
    } catch (Throwable t) {
      engine.report("The clock", "calls are not hedged", t);
    }
  }

  private void hedge(Duration waited) {
    if (isSettled() || !enter()) {
      return;
    }
    int attempts = started;
    if (!engine.mayHedge(settings, advisors, attempts)) {
      leave();
      return;
    }
    started = attempts + 1;
    engine.hedging(attempts, waited);
    try {
      launch(attempts);
    } catch (Throwable t) {
      engine.report("The executor", "the call is not hedged", t);
      engine.refused(attempts, RefusalReason.EXECUTOR);
      leave();
      return;
    }
    scheduleNext();
  }

  private void ended(int attempt, @Nullable T value, @Nullable Throwable thrown) {
    if (slots.getAndSet(attempt, Ended.SLOT) == Ended.SLOT) {
      return; // a stage that speaks twice
    }
    if (thrown == null) {
      if (winner.compareAndSet(NOBODY, attempt)) {
        deliver(value, null);
      }
    } else if (thrown instanceof Error) {
      failure = thrown;
      deliver(null, thrown);
    } else {
      if (attempt == 0) {
        failure = thrown;
      }
      leave();
    }
  }

  private boolean enter() {
    int before;
    do {
      before = open.get();
      if (before == 0) {
        return false;
      }
    } while (!open.compareAndSet(before, before + 1));
    return true;
  }

  private void leave() {
    if (open.decrementAndGet() == 0) {
      deliver(null, failure);
    }
  }

  private void cancel(Runnable attempt) {
    try {
      attempt.run();
    } catch (Throwable t) {
      engine.report("Cancelling an attempt", "it runs to its end", t);
    }
  }

  /** What the slot of an attempt holds that has ended. */
  private enum Ended implements Runnable {
    SLOT;

    @Override
    public void run() {}
  }

  /** Starts attempts. */
  @FunctionalInterface
  interface Launcher<T extends @Nullable Object> {
    /**
     * Starts an attempt, tells {@code end} how it ended, and returns what cancels it.
     *
     * @throws java.util.concurrent.RejectedExecutionException if it cannot be started
     */
    Runnable launch(BiConsumer<@Nullable T, @Nullable Throwable> end);
  }
}
