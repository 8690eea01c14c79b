package io.foreguard.retry;

import io.foreguard.internal.Require;
import io.foreguard.internal.RetrySteps;
import io.foreguard.internal.Steps;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a call that failed, after a growing and spread delay, within a budget and a deadline.
 *
 * <p>Repeated are exceptions that {@link RetryConfig#retryOn()} accepts and results that {@link
 * RetryConfig#retryOnResult()} refuses; never an {@link Error}, an {@link InterruptedException} or
 * a {@link java.util.concurrent.CancellationException}. When no further attempt follows, the call
 * ends as its last attempt did: with the same exception, unchanged, or with the same result, even a
 * refused one.
 *
 * <p>Only protect calls that may run twice: a call that failed may have taken effect.
 *
 * <p>Thread-safe. A call that succeeds at once allocates nothing and, without a deadline, reads no
 * clock. No lock is held while user code runs.
 */
public final class Retry {
  static {
    Steps.ofRetries(retry -> ((Retry) retry).new Pieces());
  }

  private final RetryEngine engine;
  private final List<RetryAdvisor> advisors;

  private Retry(RetryEngine engine, List<RetryAdvisor> advisors) {
    this.engine = engine;
    this.advisors = advisors;
  }

  /** A retry with the default settings. */
  public static Retry of(String name) {
    return of(name, RetryConfig.defaults());
  }

  /** A retry with the given settings, in real time. */
  public static Retry of(String name, RetryConfig config) {
    return of(name, config, Clock.system());
  }

  /**
   * A retry with the given settings and time source.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static Retry of(String name, RetryConfig config, Clock clock) {
    Require.name(name, "name");
    Require.nonNull(config, "config");
    Require.nonNull(clock, "clock");
    return new Retry(new RetryEngine(name, config, clock), List.of());
  }

  /** Name given at creation. */
  public String name() {
    return engine.name;
  }

  /** Settings in force. */
  public RetryConfig config() {
    return engine.settings().config();
  }

  /** The budget in force: the shared one of the settings, or this retry's own. */
  public RetryBudget budget() {
    return engine.settings().budget();
  }

  /** Counts since creation. */
  public RetryMetrics metrics() {
    return engine.metrics;
  }

  /** Where to listen. */
  public RetryEvents events() {
    return engine.events;
  }

  /**
   * Replaces the settings for calls that begin later; calls under way keep theirs. The budget keeps
   * its level unless its size changes or a shared one comes or goes; a new one starts full.
   */
  public void reconfigure(RetryConfig config) {
    engine.reconfigure(Require.nonNull(config, "config"));
  }

  /**
   * Returns a view of this retry that repeats only what {@code advisor} agrees to as well. It
   * shares the name, settings, budget, counts and events; {@link #reconfigure} through it affects
   * both.
   */
  public Retry advisedBy(RetryAdvisor advisor) {
    Require.nonNull(advisor, "advisor");
    List<RetryAdvisor> all = new ArrayList<>(advisors);
    all.add(advisor);
    return new Retry(engine, List.copyOf(all));
  }

  /**
   * Runs {@code body} until it succeeds or no further attempt is due; waits on the calling thread.
   *
   * @return the first accepted result, or the last refused one
   * @throws InterruptedException if the thread is interrupted when a wait is due or under way; it
   *     carries the last failure as suppressed, and the thread's interrupt flag is set
   * @throws Exception what the last attempt threw
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    Require.nonNull(body, "body");
    RetryEngine.Settings settings = engine.settings();
    return call(body, settings, settings.config().deadlineNanos());
  }

  /**
   * Like {@link #call(Callable)}, with a deadline of its own: the earlier one of {@code totalTime}
   * from now and that of the settings. Time that is zero or negative leaves one attempt.
   */
  public <T extends @Nullable Object> T call(Callable<T> body, Duration totalTime)
      throws Exception {
    Require.nonNull(body, "body");
    RetryEngine.Settings settings = engine.settings();
    return call(body, settings, earlier(settings, totalTime));
  }

  /**
   * Runs {@code body} until its stage succeeds or no further attempt is due; no thread is blocked.
   *
   * <p>Never throws what the body does: failures arrive in the stage, without a {@link
   * java.util.concurrent.CompletionException} around them. Cancelling the returned stage ends the
   * wait, or cancels the stage of the attempt under way if that is a {@link
   * java.util.concurrent.Future}. The first attempt starts on the calling thread, later ones on the
   * clock's, or, without a delay, on the one that ended the attempt before.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    RetryEngine.Settings settings = engine.settings();
    return callAsync(body, settings, settings.config().deadlineNanos());
  }

  /** Like {@link #callAsync(Supplier)}, with a deadline as in {@link #call(Callable, Duration)}. */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body, Duration totalTime) {
    Require.nonNull(body, "body");
    RetryEngine.Settings settings = engine.settings();
    return callAsync(body, settings, earlier(settings, totalTime));
  }

  /** Returns {@code body} under this retry. */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Require.nonNull(body, "body");
    return () -> call(body);
  }

  /** Returns the asynchronous {@code body} under this retry. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    return () -> callAsync(body);
  }

  private static long earlier(RetryEngine.Settings settings, Duration totalTime) {
    long nanos = Nanos.saturated(Require.nonNull(totalTime, "totalTime"));
    return Math.min(settings.config().deadlineNanos(), Math.max(0, nanos));
  }

  private <T extends @Nullable Object> T call(
      Callable<T> body, RetryEngine.Settings settings, long totalNanos) throws Exception {
    long startNanos = totalNanos == Attempts.UNBOUNDED ? 0 : engine.clock.nanoTime();
    settings.budget().onRequest();
    T result;
    try {
      result = body.call();
    } catch (Throwable failure) {
      Attempts attempts = new Attempts(engine, settings, advisors, startNanos, totalNanos);
      return afterFailure(attempts, settings, failure, body);
    }
    if (engine.accepts(settings.config(), result)) {
      engine.metrics.onFirstSuccess();
      return result;
    }
    Attempts attempts = new Attempts(engine, settings, advisors, startNanos, totalNanos);
    return afterRefused(attempts, settings, result, body);
  }

  private <T extends @Nullable Object> T afterFailure(
      Attempts attempts, RetryEngine.Settings settings, Throwable failure, Callable<T> body)
      throws Exception {
    long delay = attempts.afterFailure(failure);
    if (delay == Attempts.STOP) {
      Retry.<RuntimeException>throwUnchanged(failure);
      throw new AssertionError(failure); // not reached
    }
    pause(attempts, delay, failure);
    return again(attempts, settings, body);
  }

  private <T extends @Nullable Object> T afterRefused(
      Attempts attempts, RetryEngine.Settings settings, T result, Callable<T> body)
      throws Exception {
    long delay = attempts.afterRefused(result);
    if (delay == Attempts.STOP) {
      return result;
    }
    pause(attempts, delay, null);
    return again(attempts, settings, body);
  }

  private <T extends @Nullable Object> T again(
      Attempts attempts, RetryEngine.Settings settings, Callable<T> body) throws Exception {
    for (; ; ) {
      T result;
      try {
        result = body.call();
      } catch (Throwable failure) {
        long delay = attempts.afterFailure(failure);
        if (delay == Attempts.STOP) {
          throw failure;
        }
        pause(attempts, delay, failure);
        continue;
      }
      if (engine.accepts(settings.config(), result)) {
        attempts.succeed();
        return result;
      }
      long delay = attempts.afterRefused(result);
      if (delay == Attempts.STOP) {
        return result;
      }
      pause(attempts, delay, null);
    }
  }

  @SuppressWarnings("unchecked") // the compiler is to take it for unchecked; nothing is cast
  private static <X extends Throwable> void throwUnchanged(Throwable thrown) throws X {
    throw (X) thrown;
  }

  private void pause(Attempts attempts, long delayNanos, @Nullable Throwable failure)
      throws InterruptedException {
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("Interrupted before the next attempt of retry " + name());
      }
      if (delayNanos > 0) {
        engine.clock.sleep(Duration.ofNanos(delayNanos));
      }
    } catch (InterruptedException e) {
      attempts.abandon();
      if (failure != null) {
        e.addSuppressed(failure);
      }
      Thread.currentThread().interrupt(); // callers that catch Exception would lose it otherwise
      throw e;
    }
  }

  private <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body, RetryEngine.Settings settings, long totalNanos) {
    long startNanos = totalNanos == Attempts.UNBOUNDED ? 0 : engine.clock.nanoTime();
    settings.budget().onRequest();
    Attempts attempts = new Attempts(engine, settings, advisors, startNanos, totalNanos);
    return new AsyncRetry<>(engine, settings.config(), attempts, body).start();
  }

  /** A call in pieces. */
  private final class Pieces implements RetrySteps {
    private final RetryMetrics metrics = engine.metrics; // nearer than through the engine

    @Override
    public @Nullable Terms begin() {
      RetryEngine.Settings settings = engine.settings();
      if (!settings.isUnbounded()) {
        return null;
      }
      settings.budget().onRequest();
      return settings;
    }

    @Override
    public boolean accepts(Terms terms, @Nullable Object result) {
      RetryEngine.Settings settings = settings(terms);
      boolean accepted = settings.acceptsAll() || engine.accepts(settings.config(), result);
      if (accepted) {
        metrics.onFirstSuccess();
      }
      return accepted;
    }

    @Override
    public <T extends @Nullable Object> T afterFailure(
        Terms terms, Throwable failure, Callable<T> body) throws Exception {
      return Retry.this.afterFailure(attempts(terms), settings(terms), failure, body);
    }

    @Override
    public <T extends @Nullable Object> T afterRefused(Terms terms, T result, Callable<T> body)
        throws Exception {
      return Retry.this.afterRefused(attempts(terms), settings(terms), result, body);
    }

    private Attempts attempts(Terms terms) {
      return new Attempts(engine, settings(terms), advisors, 0, Attempts.UNBOUNDED);
    }

    private RetryEngine.Settings settings(Terms terms) {
      return (RetryEngine.Settings) terms;
    }
  }
}
