package io.foreguard.event.internal;

import io.foreguard.event.ContextCarrier;
import io.foreguard.event.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** The context of a caller, as far as somebody carries it. Thread-safe. */
public final class CallerContext {
  private static final CallerContext NONE = new CallerContext(List.of());
  private static final Listeners<ContextCarrier> CARRIERS = new Listeners<>("callers' contexts");

  private final List<Executor> captured;

  private CallerContext(List<Executor> captured) {
    this.captured = captured;
  }

  /** Adds a carrier for the calls of all threads. */
  public static Subscription install(ContextCarrier carrier) {
    return CARRIERS.add(carrier);
  }

  /** The context of this thread. One volatile read while nobody carries any. */
  public static CallerContext capture() {
    if (CARRIERS.isEmpty()) {
      return NONE;
    }
    List<Executor> captured = new ArrayList<>(1);
    CARRIERS.forEach(carrier -> captured.add(carrier.capture()));
    return new CallerContext(captured);
  }

  /** Runs {@code task} once, on this thread, in this context if all carriers play their part. */
  public void run(Runnable task) {
    Runnable all = task;
    for (Executor each : captured) {
      Once inner = new Once(all);
      all = () -> run(each, inner);
    }
    all.run();
  }

  private static void run(Executor context, Once task) {
    try {
      context.execute(task);
    } catch (Throwable t) {
      if (task.failed) {
        throw t;
      }
      CARRIERS.report(t);
    }
    if (!task.ran) {
      task.run();
    }
  }

  private static final class Once implements Runnable {
    private final Runnable task;
    private boolean ran;
    private boolean failed;

    Once(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (ran) {
        return;
      }
      ran = true;
      failed = true;
      task.run();
      failed = false;
    }
  }
}
