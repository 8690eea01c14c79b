package io.foreguard.bulkhead;

import io.foreguard.bulkhead.BulkheadEvent.Rejection;
import io.foreguard.bulkhead.BulkheadEvent.Resize;
import io.foreguard.bulkhead.Permits.Entry;
import io.foreguard.event.Topic;
import io.foreguard.event.internal.CallerContext;
import io.foreguard.event.internal.Emitter;
import io.foreguard.internal.Require;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.time.Clock;
import io.foreguard.time.Clock.Cancellable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how many calls run at the same time, each where it is made: no threads of its own.
 *
 * <p>A call that finds no room is refused with {@link BulkheadFullException}, at once by default.
 * When the settings allow waiting, calls wait in the order of arrival and nobody overtakes;
 * synchronous ones block their thread (which may be virtual), asynchronous ones hold none. An
 * asynchronous call that waited is started by the thread whose call made room.
 *
 * <p>A permit is given back exactly once per call, however the call ends: value, exception, {@link
 * Error}, cancellation. Changing the limit never blocks: a smaller one takes effect as calls end, a
 * larger one admits those who wait at once.
 *
 * <p>Thread-safe. A call that finds room takes neither a lock nor memory.
 */
public final class Bulkhead {
  private final String name;
  private final Clock clock;
  private final Permits permits;
  private final Emitter<Rejection> rejections;
  private final Emitter<Resize> resizes;
  private final LongAdder rejectedCalls = new LongAdder();
  private final Object reconfiguring = new Object();
  private volatile BulkheadConfig config;

  private Bulkhead(String name, BulkheadConfig config, Clock clock) {
    this.name = Require.name(name, "name");
    this.config = Require.nonNull(config, "config");
    this.clock = Require.nonNull(clock, "clock");
    this.permits = new Permits(config.maxConcurrentCalls());
    this.rejections = new Emitter<>("bulkhead '" + name + "'");
    this.resizes = new Emitter<>("bulkhead '" + name + "'");
  }

  /** A bulkhead with default settings. */
  public static Bulkhead of(String name) {
    return of(name, BulkheadConfig.defaults());
  }

  /** A bulkhead on the system's clock. */
  public static Bulkhead of(String name, BulkheadConfig config) {
    return of(name, config, Clock.system());
  }

  /**
   * A bulkhead on a clock of the caller's choice.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static Bulkhead of(String name, BulkheadConfig config, Clock clock) {
    return new Bulkhead(name, config, clock);
  }

  /** The name given at creation. */
  public String name() {
    return name;
  }

  /** The settings in force. */
  public BulkheadConfig config() {
    return config;
  }

  /** Calls that hold a permit; above {@link #maxConcurrentCalls()} for a while after shrinking. */
  public int inFlight() {
    return Permits.inFlight(permits.word());
  }

  /** Calls that may run at the same time. */
  public int maxConcurrentCalls() {
    return Permits.limit(permits.word());
  }

  /** Calls that wait for a permit. */
  public int waiting() {
    return Permits.waiting(permits.word());
  }

  /** Calls refused since creation. */
  public long rejectedCalls() {
    return rejectedCalls.sum();
  }

  /** Tells of each refused call, on the thread that learned of the refusal. */
  public Topic<Rejection> rejections() {
    return rejections;
  }

  /** Tells of each change of the limit, on the thread that made it. */
  public Topic<Resize> resizes() {
    return resizes;
  }

  /**
   * Runs {@code body} on this thread when there is room for it.
   *
   * @throws BulkheadFullException if there is none, in the time the settings allow for waiting
   * @throws InterruptedException if the thread is interrupted while it waits
   * @throws Exception what the body throws
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    admit();
    try {
      return body.call();
    } finally {
      permits.release();
    }
  }

  /**
   * Starts {@code body} on this thread when there is room for it, or later on the thread that makes
   * room. The permit is held until the body's stage has ended or the returned stage's future is
   * cancelled, which also cancels the body's stage if it can be. A refusal arrives in the returned
   * stage, as does what the body throws.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    AsyncCall<T> call = new AsyncCall<>(body);
    if (permits.tryAcquire()) {
      call.place.holdsPermit = true;
      call.start(body);
      return call;
    }
    BulkheadConfig current = config;
    if (current.maxWait().isZero()) {
      return CompletableFuture.failedFuture(rejected(Duration.ZERO));
    }
    switch (permits.enter(call.place, current.maxQueue())) {
      case ADMITTED -> call.start(body);
      case QUEUED -> call.await(current.maxWait());
      case FULL -> {
        return CompletableFuture.failedFuture(rejected(Duration.ZERO));
      }
    }
    return call;
  }

  /**
   * Takes a permit for a call that is made by hand, waiting as long as the settings allow. Close it
   * when the call has ended.
   *
   * @throws BulkheadFullException if there was no room in that time
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public BulkheadPermit acquire() throws InterruptedException {
    admit();
    return new BulkheadPermit(permits);
  }

  /**
   * Takes a permit for a call that is made by hand if there is room right now and nobody waits for
   * it. Never blocks; an empty answer counts as a refusal.
   */
  public Optional<BulkheadPermit> tryAcquire() {
    if (permits.tryAcquire()) {
      return Optional.of(new BulkheadPermit(permits));
    }
    tellRejected(permits.word(), Duration.ZERO);
    return Optional.empty();
  }

  /** A callable that does {@link #call} with {@code body} each time it is called. */
  public <T extends @Nullable Object> Callable<T> decorate(Callable<T> body) {
    Require.nonNull(body, "body");
    return () -> call(body);
  }

  /** A supplier that does {@link #callAsync} with {@code body} each time it is asked. */
  public <T extends @Nullable Object> Supplier<CompletionStage<T>> decorateAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    return () -> callAsync(body);
  }

  /**
   * Changes how many calls may run at the same time. Never blocks: running calls are left alone,
   * and after shrinking nobody is admitted until enough of them have ended.
   *
   * @throws IllegalArgumentException if outside {@code [1, 1,000,000]}
   */
  public void resize(int maxConcurrentCalls) {
    int from;
    synchronized (reconfiguring) {
      from = apply(config.toBuilder().maxConcurrentCalls(maxConcurrentCalls).build());
    }
    afterChange(from, maxConcurrentCalls);
  }

  /**
   * Replaces the settings. Never blocks. Calls that wait already keep their place and the wait they
   * were promised.
   */
  public void reconfigure(BulkheadConfig next) {
    Require.nonNull(next, "config");
    int from;
    synchronized (reconfiguring) {
      from = apply(next);
    }
    afterChange(from, next.maxConcurrentCalls());
  }

  @Override
  public String toString() {
    long word = permits.word();
    return "Bulkhead["
        + name
        + ", "
        + Permits.inFlight(word)
        + " of "
        + Permits.limit(word)
        + " in flight, "
        + Permits.waiting(word)
        + " waiting]";
  }

  private int apply(BulkheadConfig next) {
    config = next;
    return permits.changeLimit(next.maxConcurrentCalls());
  }

  private void afterChange(int from, int to) {
    if (to > from) {
      permits.grantWaiting();
    }
    if (from != to && !resizes.isEmpty()) {
      resizes.publish(new BulkheadEvents.ResizeRecord(name, clock.wallTime(), from, to));
    }
  }

  private void admit() throws InterruptedException {
    if (!permits.tryAcquire()) {
      waitForPermit(config);
    }
  }

  private void waitForPermit(BulkheadConfig current) throws InterruptedException {
    if (current.maxWait().isZero()) {
      throw rejected(Duration.ZERO);
    }
    long start = clock.nanoTime();
    BlockedThread place = new BlockedThread(permits);
    Entry entry = permits.enter(place, current.maxQueue());
    if (entry == Entry.QUEUED) {
      place.await(clock, current.maxWait());
    }
    if (!place.holdsPermit) {
      throw rejected(Duration.ofNanos(clock.nanoTime() - start));
    }
  }

  private BulkheadFullException rejected(Duration waited) {
    long word = permits.word();
    tellRejected(word, waited);
    return new BulkheadFullException(
        name,
        "Bulkhead '"
            + name
            + "' is full: "
            + Permits.inFlight(word)
            + " of "
            + Permits.limit(word)
            + " calls in flight, "
            + Permits.waiting(word)
            + " waiting; waited "
            + waited);
  }

  private void tellRejected(long word, Duration waited) {
    rejectedCalls.increment();
    if (!rejections.isEmpty()) {
      rejections.publish(
          new BulkheadEvents.RejectionRecord(
              name,
              clock.wallTime(),
              Permits.inFlight(word),
              Permits.limit(word),
              Permits.waiting(word),
              waited));
    }
  }

  /** A thread in the queue. */
  private static final class BlockedThread extends Permits.Waiter {
    private final Thread thread = Thread.currentThread();
    private final Permits permits;
    private volatile boolean expired;

    BlockedThread(Permits permits) {
      this.permits = permits;
    }

    @Override
    void admitted() {
      LockSupport.unpark(thread);
    }

    /** Blocks until the permit is there or the time is up; on an interrupt, leaves the queue. */
    void await(Clock clock, Duration maxWait) throws InterruptedException {
      Cancellable timer;
      try {
        timer = clock.schedule(this::expire, maxWait);
      } catch (Throwable t) {
        giveUp();
        throw t;
      }
      boolean interrupted = false;
      try {
        while (!holdsPermit && !expired) {
          LockSupport.park(this);
          if (Thread.interrupted()) {
            if (permits.leave(this)) {
              throw new InterruptedException("interrupted while waiting for a bulkhead");
            }
            interrupted = true; // too late: the permit or the time-out is on its way
          }
        }
      } finally {
        timer.cancel();
        if (interrupted) {
          thread.interrupt();
        }
      }
    }

    private void expire() {
      if (permits.leave(this)) {
        expired = true;
        LockSupport.unpark(thread);
      }
    }

    private void giveUp() {
      if (!permits.leave(this)) {
        permits.release();
      }
    }
  }

  /** An asynchronous call: first perhaps in the queue, then running. */
  private final class AsyncCall<T extends @Nullable Object> extends SettlingFuture<T> {
    final Place place = new Place();
    private final CallerContext callerContext = CallerContext.capture();
    private final Supplier<? extends CompletionStage<T>> body;
    private volatile @Nullable Cancellable timer;

    AsyncCall(Supplier<? extends CompletionStage<T>> body) {
      this.body = body;
    }

    /** Runs the call out of time when it has not got a permit by then. */
    void await(Duration maxWait) {
      long start = clock.nanoTime();
      try {
        timer = clock.schedule(() -> callerContext.run(() -> expire(start)), maxWait);
      } catch (Throwable t) {
        fail(t, true);
      }
      if (place.holdsPermit || isSettled()) {
        cancelTimer(); // it was admitted or cancelled before the timer was known
      }
    }

    @Override
    protected void settled() {
      cancelTimer();
      boolean waited = !place.holdsPermit && permits.leave(place);
      if (!waited && place.holdsPermit) {
        permits.release();
      }
    }

    private void expire(long start) {
      if (permits.leave(place)) {
        fail(rejected(Duration.ofNanos(clock.nanoTime() - start)), true);
      }
    }

    private void cancelTimer() {
      Cancellable set = timer;
      if (set != null) {
        set.cancel();
      }
    }

    private final class Place extends Permits.Waiter {
      @Override
      void admitted() {
        cancelTimer();
        Trampoline.run(() -> callerContext.run(() -> start(body)));
      }
    }
  }
}
