package io.foreguard.bulkhead;

import io.foreguard.bulkhead.BulkheadEvent.Rejection;
import io.foreguard.bulkhead.BulkheadEvent.Resize;
import io.foreguard.event.Topic;
import io.foreguard.event.internal.Emitter;
import io.foreguard.internal.Require;
import io.foreguard.time.Clock;
import io.github.resilience4j.core.ContextPropagator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how many calls run at the same time, each on a thread of this bulkhead: the caller's
 * thread is free, or at least can stop waiting, when a call hangs.
 *
 * <p>Threads are started as calls need them up to {@code maxThreads}; calls beyond that wait in a
 * bounded queue in the order of arrival; calls beyond that are refused with {@link
 * BulkheadFullException}. Cancelling a result takes a waiting call out of the queue and interrupts
 * a running one; its thread counts as taken until the call has really ended. Once a result can be
 * seen, its place is free.
 *
 * <p>Changing the settings never blocks: fewer threads take effect as calls end, more start waiting
 * calls at once. Threads are daemons. Thread-safe.
 */
public final class ThreadPoolBulkhead implements AutoCloseable {
  private final String name;
  private final Clock clock;
  private final WorkerPool pool;
  private final ThreadPoolBulkheadConfig initial;
  private final Emitter<Rejection> rejections;
  private final Emitter<Resize> resizes;
  private final LongAdder rejectedCalls = new LongAdder();

  private ThreadPoolBulkhead(String name, ThreadPoolBulkheadConfig config, Clock clock) {
    this.name = Require.name(name, "name");
    this.initial = Require.nonNull(config, "config");
    this.clock = Require.nonNull(clock, "clock");
    this.rejections = new Emitter<>("bulkhead '" + name + "'");
    this.resizes = new Emitter<>("bulkhead '" + name + "'");
    String prefix = config.threadNamePrefix().orElse(name);
    ThreadFactory threads =
        config.virtualThreads() ? WorkerThreads.virtual(prefix) : WorkerThreads.platform(prefix);
    this.pool = new WorkerPool(config, threads, clock);
  }

  /** A bulkhead with default settings. */
  public static ThreadPoolBulkhead of(String name) {
    return of(name, ThreadPoolBulkheadConfig.defaults());
  }

  /** A bulkhead on the system's clock. */
  public static ThreadPoolBulkhead of(String name, ThreadPoolBulkheadConfig config) {
    return of(name, config, Clock.system());
  }

  /**
   * A bulkhead on a clock of the caller's choice, which times how long idle threads are kept.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static ThreadPoolBulkhead of(String name, ThreadPoolBulkheadConfig config, Clock clock) {
    return new ThreadPoolBulkhead(name, config, clock);
  }

  /** The name given at creation. */
  public String name() {
    return name;
  }

  /** The settings in force. */
  public ThreadPoolBulkheadConfig config() {
    return pool.config();
  }

  /** Calls that run. */
  public int inFlight() {
    return pool.running();
  }

  /** Calls that may run at the same time. */
  public int maxConcurrentCalls() {
    return pool.config().maxThreads();
  }

  /** Calls that wait for a thread. */
  public int waiting() {
    return pool.queued();
  }

  /** Threads of this bulkhead, idle ones included. */
  public int threads() {
    return pool.threads();
  }

  /** Calls refused since creation. */
  public long rejectedCalls() {
    return rejectedCalls.sum();
  }

  /** Tells of each refused call, on the thread that submitted it. */
  public Topic<Rejection> rejections() {
    return rejections;
  }

  /** Tells of each change of the number of threads, on the thread that made it. */
  public Topic<Resize> resizes() {
    return resizes;
  }

  /**
   * Runs {@code body} on a thread of this bulkhead, now or when one is free. Never blocks and never
   * throws for a reason that lies in the body; a refusal arrives in the returned future.
   *
   * <p>{@code cancel(true)} on the returned future interrupts the running body; {@code
   * cancel(false)} lets it run to its end. A body that has not started never will.
   */
  public <T extends @Nullable Object> CompletableFuture<T> submit(Callable<T> body) {
    Require.nonNull(body, "body");
    PoolTask<T> task;
    try {
      task = new PoolTask<>(pool, withContext(body));
    } catch (Throwable t) {
      return CompletableFuture.failedFuture(t); // a propagator failed to read its context
    }
    WorkerPool.Refusal refusal = pool.offer(task);
    return refusal == null ? task : CompletableFuture.failedFuture(rejected(refusal));
  }

  /**
   * Runs {@code body} on a thread of this bulkhead and waits for it.
   *
   * @throws BulkheadFullException if there is neither a thread nor a place in the queue
   * @throws InterruptedException if this thread is interrupted while it waits; the call is then
   *     cancelled with an interrupt
   * @throws Exception what the body throws
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    CompletableFuture<T> result = submit(body);
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** A callable that does {@link #call} with {@code body} each time it is called. */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Require.nonNull(body, "body");
    return () -> call(body);
  }

  /** A supplier that {@linkplain #submit submits} {@code body} each time it is asked. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(Callable<T> body) {
    Require.nonNull(body, "body");
    return () -> submit(body);
  }

  /**
   * Changes how many calls may run at the same time. Never blocks. The core shrinks along when it
   * would be larger.
   *
   * @throws IllegalArgumentException if outside {@code [1, 1,000,000]}
   */
  public void resize(int maxThreads) {
    ThreadPoolBulkheadConfig current = config();
    reconfigure(
        current.toBuilder()
            .maxThreads(maxThreads)
            .coreThreads(Math.min(current.coreThreads(), maxThreads))
            .build());
  }

  /**
   * Replaces the settings. Never blocks. Calls that wait already keep their place.
   *
   * @throws IllegalArgumentException if kind or names of the threads, which are fixed at creation,
   *     would change
   */
  public void reconfigure(ThreadPoolBulkheadConfig next) {
    Require.nonNull(next, "config");
    Require.that(
        next.virtualThreads() == initial.virtualThreads(),
        "virtualThreads",
        "what it was at creation (" + initial.virtualThreads() + ")",
        next.virtualThreads());
    Require.that(
        next.threadNamePrefix().equals(initial.threadNamePrefix()),
        "threadNamePrefix",
        "what it was at creation (" + initial.threadNamePrefix().orElse(name) + ")",
        next.threadNamePrefix().orElse(name));
    int from = pool.reconfigure(next);
    if (from != next.maxThreads() && !resizes.isEmpty()) {
      resizes.publish(
          new BulkheadEvents.ResizeRecord(name, clock.wallTime(), from, next.maxThreads()));
    }
  }

  /**
   * Refuses calls from now on, cancels those that wait and cancels those that run with an
   * interrupt. Does not wait for them to end. Closing again does nothing.
   */
  @Override
  public void close() {
    for (PoolTask<?> task : pool.close()) {
      task.cancel(true);
    }
  }

  @Override
  public String toString() {
    return "ThreadPoolBulkhead["
        + name
        + ", "
        + inFlight()
        + " of "
        + maxConcurrentCalls()
        + " in flight, "
        + waiting()
        + " waiting]";
  }

  private <T extends @Nullable Object> Callable<T> withContext(Callable<T> body) {
    List<ContextPropagator<?>> propagators = pool.config().contextPropagators();
    return propagators.isEmpty() ? body : ContextPropagator.decorateCallable(propagators, body);
  }

  private BulkheadFullException rejected(WorkerPool.Refusal refusal) {
    rejectedCalls.increment();
    if (!rejections.isEmpty()) {
      rejections.publish(
          new BulkheadEvents.RejectionRecord(
              name,
              clock.wallTime(),
              refusal.running(),
              refusal.maxThreads(),
              refusal.queued(),
              Duration.ZERO));
    }
    String why =
        refusal.closed()
            ? "' is closed"
            : "' is full: "
                + refusal.running()
                + " of "
                + refusal.maxThreads()
                + " threads taken, "
                + refusal.queued()
                + " calls waiting";
    return new BulkheadFullException(name, "Thread pool bulkhead '" + name + why);
  }
}
