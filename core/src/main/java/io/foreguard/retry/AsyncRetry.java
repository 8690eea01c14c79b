package io.foreguard.retry;

import io.foreguard.event.internal.CallerContext;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call with its attempts. Thread-safe.
 *
 * @param <T> type of the result
 */
final class AsyncRetry<T extends @Nullable Object> {
  /*
   * Whatever happens to the call (it starts, an attempt ends, a wait ends, the result is cancelled)
   * is a step. Steps are taken one at a time, in a loop run by whoever raises `pending` from zero; a
   * step that comes up meanwhile, be it on this stack (a stage that is already complete) or on
   * another thread, only raises it and leaves. So ten thousand attempts that fail at once need no
   * deeper stack than one, cancellation never runs beside the end of an attempt, and the plain
   * fields are handed from thread to thread by `pending`.
   */
  private final RetryEngine engine;
  private final RetryConfig config;
  private final Attempts attempts;
  private final Supplier<? extends CompletionStage<T>> body;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final CallerContext callerContext = CallerContext.capture();
  private @Nullable CompletionStage<T> running;
  private Clock.@Nullable Cancellable timer;
  private @Nullable Attempt ended;
  private boolean over;

  AsyncRetry(
      RetryEngine engine,
      RetryConfig config,
      Attempts attempts,
      Supplier<? extends CompletionStage<T>> body) {
    this.engine = engine;
    this.config = config;
    this.attempts = attempts;
    this.body = body;
  }

  CompletionStage<T> start() {
    step();
    CompletionStage<T> answer = result;
    if (!result.isDone()) {
      answer.whenComplete((value, failure) -> step()); // notices a cancellation
    }
    return answer;
  }

  private void step() {
    if (pending.getAndIncrement() != 0) {
      return;
    }
    do {
      if (!over) {
        callerContext.run(this::advance);
      }
    } while (pending.decrementAndGet() != 0);
  }

  private void advance() {
    if (result.isDone()) { // by the caller: the loop is over before it completes the result itself
      abandon();
      return;
    }
    Attempt last = ended;
    if (last == null) {
      attempt();
      return;
    }
    ended = null;
    running = null;
    if (last.failure != null) {
      proceed(last, attempts.afterFailure(last.failure));
    } else if (engine.accepts(config, last.value)) {
      attempts.succeed();
      complete(last);
    } else {
      proceed(last, attempts.afterRefused(last.value));
    }
  }

  private void attempt() {
    timer = null;
    Attempt attempt = new Attempt();
    try {
      CompletionStage<T> stage = Require.nonNull(body.get(), "the stage returned by the body");
      running = stage;
      stage.whenComplete(attempt);
    } catch (Throwable t) {
      attempt.accept(null, t);
    }
  }

  private void proceed(Attempt last, long delayNanos) {
    if (delayNanos == Attempts.STOP) {
      complete(last);
      return;
    }
    if (delayNanos == 0) {
      attempt();
      return;
    }
    try {
      timer = engine.clock.schedule(this::step, Duration.ofNanos(delayNanos));
    } catch (Throwable t) { // nobody else would ever end the call
      attempts.abandon();
      over = true;
      result.completeExceptionally(t);
    }
  }

  private void complete(Attempt last) {
    over = true;
    if (last.failure != null) {
      result.completeExceptionally(last.failure);
    } else {
      result.complete(last.value);
    }
  }

  private void abandon() {
    over = true;
    attempts.abandon();
    if (timer != null) {
      timer.cancel();
    }
    if (running instanceof Future<?> future) {
      future.cancel(true);
    }
  }

  /** How one attempt ended; what a stage says after its first word is ignored. */
  private final class Attempt implements BiConsumer<@Nullable T, @Nullable Throwable> {
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable T value;
    private @Nullable Throwable failure;

    @Override
    public void accept(@Nullable T value, @Nullable Throwable failure) {
      if (told.compareAndSet(false, true)) {
        this.value = value;
        this.failure = failure == null ? null : unwrapped(failure);
        ended = this;
        step();
      }
    }

    private Throwable unwrapped(Throwable failure) {
      Throwable bare = failure;
      while (bare instanceof CompletionException && bare.getCause() != null) {
        bare = bare.getCause();
      }
      return bare;
    }
  }
}
