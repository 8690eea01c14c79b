package io.foreguard.hedge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.internal.Require;
import io.foreguard.internal.Stages;
import io.foreguard.retry.RetryBudget;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts a second attempt when the first takes unusually long, and takes whichever succeeds first.
 * That cuts the slowest calls short at the price of a few per cent more load.
 *
 * <p>Only protect calls that may run twice, at the same time even: both attempts may take effect.
 *
 * <p>The first success ends the call, and what is left is cancelled. An attempt that fails while
 * another one is under way leaves the call to that. If all fail the call ends as its first attempt
 * did, with the same exception, unchanged. An {@link Error} of any attempt ends the call at once. A
 * call whose first attempt fails before the delay is over is not hedged: that is what a retry is
 * for. Hedging by itself never makes a call fail.
 *
 * <p>A hedge takes place when the delay is over, within a {@link RetryBudget}, if every {@link
 * HedgeAdvisor} agrees. The delay is fixed, or a quantile of recent successful latencies of the
 * evidence given to {@link #follow}. With evidence, nothing is hedged while it shows an outage or
 * signs of load. A guard gives it that of its breaker.
 *
 * <p>Thread-safe. No lock is held while user code runs.
 */
public final class Hedge {
  /*
   * Hedged requests: J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56(2),
   * 2013, https://doi.org/10.1145/2408776.2408794: "defer sending a secondary request until the
   * first has been outstanding for more than the 95th-percentile expected latency". We add the
   * budget, which keeps the extra load bounded when everything becomes slow, the advice of the
   * breaker, and the correction for cancelled attempts in HedgeDelay.
   */
  private final HedgeEngine engine;
  private final List<HedgeAdvisor> advisors;

  private Hedge(HedgeEngine engine, List<HedgeAdvisor> advisors) {
    this.engine = engine;
    this.advisors = advisors;
  }

  /**
   * A hedge in real time.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static Hedge of(String name, HedgeConfig config) {
    return of(name, config, Clock.system());
  }

  /**
   * A hedge on a clock of the caller's choice.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static Hedge of(String name, HedgeConfig config, Clock clock) {
    Require.name(name, "name");
    Require.nonNull(config, "config");
    Require.nonNull(clock, "clock");
    return new Hedge(new HedgeEngine(name, config, clock), List.of());
  }

  /** Name given at creation. */
  public String name() {
    return engine.name;
  }

  /** Settings in force. */
  public HedgeConfig config() {
    return engine.settings().config();
  }

  /** The budget in force: the shared one of the settings, or this hedge's own. */
  public RetryBudget budget() {
    return engine.settings().budget();
  }

  /** Counts since creation. */
  public HedgeMetrics metrics() {
    return engine.metrics;
  }

  /** Where to listen. */
  public HedgeEvents events() {
    return engine.events;
  }

  /**
   * Replaces the settings for calls that begin later; calls under way keep theirs. The budget keeps
   * its level unless its size changes or a shared one comes or goes; a new one starts full.
   */
  public void reconfigure(HedgeConfig config) {
    engine.reconfigure(Require.nonNull(config, "config"));
  }

  /**
   * Names the evidence that says when not to hedge, and that an adaptive delay follows, in the
   * place of any named before; for all views. Without it, an adaptive hedge does not hedge. It is
   * looked at every 100 ms at most.
   */
  public void follow(LatencyEvidence latency) {
    engine.follow(Require.nonNull(latency, "latency"));
  }

  /**
   * Returns a view of this hedge that hedges only what {@code advisor} agrees to as well. It shares
   * everything else with this one.
   */
  public Hedge advisedBy(HedgeAdvisor advisor) {
    Require.nonNull(advisor, "advisor");
    List<HedgeAdvisor> all = new ArrayList<>(advisors);
    all.add(advisor);
    return new Hedge(engine, List.copyOf(all));
  }

  /**
   * Runs {@code body} on the executor of the settings, and waits.
   *
   * <p>A call that could not be hedged anyway, because the delay is not known, the dependency is
   * not well or the executor is full, runs on the calling thread. So do not rely on thread-locals.
   * The attempt that loses is interrupted; one that ignores it keeps its thread, and what it holds,
   * until it ends. If {@code body} turns an interrupt into another exception than {@link
   * InterruptedException}, a breaker inside counts it as a failure, unless its classifier knows
   * better.
   *
   * @return the value of the attempt that succeeded first
   * @throws IllegalStateException if the settings name no executor
   * @throws InterruptedException if the calling thread is interrupted while it waits; all attempts
   *     are cancelled
   * @throws Exception what the first attempt threw, if all failed
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    Require.nonNull(body, "body");
    HedgeEngine.Settings settings = engine.settings();
    Executor executor = executor(settings);
    Duration delay = engine.onCall(settings);
    if (delay == null) {
      return body.call();
    }
    HedgedCall<T> call =
        new HedgedCall<>(
            engine,
            settings,
            advisors,
            end -> {
              ThreadAttempt<T> attempt = new ThreadAttempt<>(body, end);
              executor.execute(attempt);
              return attempt::cancel;
            },
            delay);
    try {
      call.begin();
    } catch (RejectedExecutionException e) {
      engine.refused(1, RefusalReason.EXECUTOR);
      return body.call();
    }
    return call.await();
  }

  /**
   * Starts {@code body} on this thread, and again on the clock's thread when a hedge is due. No
   * thread is blocked.
   *
   * <p>Never throws what the body does: failures arrive in the stage, without a {@link
   * java.util.concurrent.CompletionException} around them. Cancelling the returned stage cancels
   * the attempts under way, as far as their stages are {@linkplain java.util.concurrent.Future
   * futures}. The delay counts from when the body has returned its stage.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    HedgeEngine.Settings settings = engine.settings();
    Duration delay = engine.onCall(settings);
    HedgedCall<T> call =
        new HedgedCall<>(
            engine,
            settings,
            advisors,
            end -> {
              CompletionStage<T> stage = Stages.start(body);
              Stages.whenDone(stage, end);
              return () -> Stages.cancel(stage);
            },
            delay);
    call.begin();
    return call;
  }

  /**
   * A callable that does {@link #call} with {@code body} each time it is called.
   *
   * @throws IllegalStateException if the settings name no executor
   */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Require.nonNull(body, "body");
    executor(engine.settings());
    return () -> call(body);
  }

  /** A supplier that does {@link #callAsync} with {@code body} each time it is asked. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    return () -> callAsync(body);
  }

  /** The delay of a call that would start now; null when it would not be hedged. */
  @Nullable Duration delay() {
    return engine.delay(engine.settings());
  }

  @Override
  public String toString() {
    return "Hedge[" + name() + ", " + config() + ']';
  }

  @CanIgnoreReturnValue
  private Executor executor(HedgeEngine.Settings settings) {
    return settings
        .config()
        .executor()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Hedge '" + name() + "' needs HedgeConfig.executor for synchronous calls"));
  }
}
