package io.foreguard.timeout;

import io.foreguard.event.Topic;
import io.foreguard.event.internal.Emitter;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.internal.Interruption;
import io.foreguard.internal.Require;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.internal.Tally;
import io.foreguard.time.Clock;
import io.foreguard.time.Clock.Cancellable;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how long a call may take: a fixed one, or one that follows the latency of healthy
 * calls ({@link TimeoutConfig#adaptive}, {@link #follow}).
 *
 * <p>A synchronous body runs on the caller's thread. When its time is up that thread is
 * interrupted, and once the body has ended the caller gets a {@link TimeoutExceededException},
 * whatever the body answered by then. A body that ignores interrupts is not cut off: Java has no
 * way to do that. Run such calls asynchronously, or in a thread pool.
 *
 * <p>Whichever comes first decides: the body's end or the timer. No interrupt of ours arrives after
 * the body has ended, and the thread's interrupt flag is given back as it would be without us. An
 * interrupt from elsewhere passes through untouched. (One that arrives between ours and the body's
 * end cannot be told from ours.)
 *
 * <p>Thread-safe.
 */
public final class Timeout {
  private final String name;
  private final Clock clock;
  private final Emitter<TimeoutEvent> timeouts;
  private final Tally succeededCalls = new Tally();
  private final LongAdder failedCalls = new LongAdder();
  private final LongAdder timedOutCalls = new LongAdder();
  private volatile TimeoutConfig config;
  private volatile @Nullable LatencyEvidence evidence;
  private volatile @Nullable AdaptiveDuration adaptive;

  private Timeout(String name, TimeoutConfig config, Clock clock) {
    this.name = Require.name(name, "name");
    this.config = Require.nonNull(config, "config");
    this.clock = Require.nonNull(clock, "clock");
    this.timeouts = new Emitter<>("timeout '" + name + "'");
  }

  /** A timeout with default settings: one second. */
  public static Timeout of(String name) {
    return of(name, TimeoutConfig.defaults());
  }

  /**
   * A timeout of {@code duration}, otherwise with default settings.
   *
   * @throws IllegalArgumentException if {@code duration} is zero, negative or longer than 73 years
   */
  public static Timeout of(String name, Duration duration) {
    return of(name, TimeoutConfig.of(duration));
  }

  /** A timeout on the system's clock. */
  public static Timeout of(String name, TimeoutConfig config) {
    return of(name, config, Clock.system());
  }

  /**
   * A timeout on a clock of the caller's choice.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static Timeout of(String name, TimeoutConfig config, Clock clock) {
    return new Timeout(name, config, clock);
  }

  /** The name given at creation. */
  public String name() {
    return name;
  }

  /** The settings in force. */
  public TimeoutConfig config() {
    return config;
  }

  /**
   * Replaces the settings for the calls that start from now on. An adaptive duration is learned
   * anew from the evidence there is.
   */
  public synchronized void reconfigure(TimeoutConfig next) {
    config = Require.nonNull(next, "config");
    adapt();
  }

  /**
   * Names the evidence that an adaptive duration follows, in the place of any named before. Without
   * it, and as long as it knows fewer than 100 successes, an adaptive duration is its longest. It
   * is looked at every 100 ms at most.
   */
  public synchronized void follow(LatencyEvidence latency) {
    evidence = Require.nonNull(latency, "latency");
    adapt();
  }

  /** How long the last call was allowed to take; the longest duration before the first. */
  public Duration limit() {
    AdaptiveDuration limits = adaptive;
    return limits == null ? config.duration() : limits.current();
  }

  /** Calls that returned in time, since creation. */
  public long succeededCalls() {
    return succeededCalls.sum();
  }

  /**
   * Calls that failed in time, since creation; those that their caller cancelled are not among
   * them.
   */
  public long failedCalls() {
    return failedCalls.sum();
  }

  /** Calls that ran out of time since creation. */
  public long timedOutCalls() {
    return timedOutCalls.sum();
  }

  /**
   * Tells of each call that ran out of time, on the clock's timer thread, when its time is up (a
   * synchronous body may still be running then).
   */
  public Topic<TimeoutEvent> timeouts() {
    return timeouts;
  }

  /**
   * Runs {@code body} on this thread and returns its value.
   *
   * @throws TimeoutExceededException if the time was up before the body had ended
   * @throws Exception what the body throws in time
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    TimeoutConfig current = config;
    Interruption running = new Interruption();
    Duration limit = nextLimit(current);
    Cancellable timer = clock.schedule(() -> expire(running, current, limit), limit);
    T value;
    try {
      value = body.call();
    } catch (Throwable thrown) {
      if (end(running, timer)) {
        TimeoutExceededException exceeded = exceeded(limit);
        exceeded.addSuppressed(thrown);
        throw exceeded;
      }
      failedCalls.increment();
      throw thrown;
    }
    if (end(running, timer)) {
      throw exceeded(limit);
    }
    succeededCalls.increment();
    return value;
  }

  /**
   * Starts {@code body} on this thread. The returned stage ends like the body's stage, or fails
   * with {@link TimeoutExceededException} once the time is up: then the body's stage is cancelled,
   * if it can be and the settings say so, and what it still delivers is dropped. Cancelling the
   * returned stage's future stops the timer and cancels the body's stage.
   *
   * <p>Never throws for a reason that lies in the body. The time the body takes to return its stage
   * counts.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    TimeoutConfig current = config;
    Duration limit = nextLimit(current);
    TimedCall<T> call = new TimedCall<>();
    call.timer = clock.schedule(() -> expire(call, current, limit), limit);
    call.start(body);
    return call;
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

  @Override
  public String toString() {
    return "Timeout[" + name + ", " + config.duration() + ']';
  }

  private static boolean end(Interruption running, Cancellable timer) {
    boolean timedOut = running.end();
    if (!timedOut) {
      timer.cancel();
    }
    return timedOut;
  }

  private Duration nextLimit(TimeoutConfig current) {
    AdaptiveDuration limits = adaptive;
    return limits == null ? current.duration() : limits.onCall(clock.nanoTime());
  }

  private void adapt() {
    LatencyEvidence known = evidence;
    adaptive =
        known != null && config.isAdaptive()
            ? new AdaptiveDuration(name, config, known, clock.nanoTime())
            : null;
  }

  private void expire(Interruption running, TimeoutConfig current, Duration limit) {
    if (current.cancelRunning() ? running.interrupt() : running.expire()) {
      tell(limit);
    }
  }

  private void expire(TimedCall<?> call, TimeoutConfig current, Duration limit) {
    if (call.fail(exceeded(limit), current.cancelRunning())) {
      tell(limit);
    }
  }

  private void tell(Duration limit) {
    timedOutCalls.increment();
    AdaptiveDuration limits = adaptive;
    if (limits != null) {
      limits.onExpired(limit);
    }
    if (!timeouts.isEmpty()) {
      timeouts.publish(new TimeoutEventRecord(name, clock.wallTime(), limit));
    }
  }

  private TimeoutExceededException exceeded(Duration limit) {
    return new TimeoutExceededException(name, limit);
  }

  private final class TimedCall<T extends @Nullable Object> extends SettlingFuture<T> {
    /** Null only while the timer is being set, when nobody else knows the call. */
    volatile @Nullable Cancellable timer;

    @Override
    protected void settled() {
      Cancellable set = timer;
      if (set != null) {
        set.cancel();
      }
    }

    @Override
    protected void delivering(boolean succeeded) {
      if (succeeded) {
        succeededCalls.increment();
      } else {
        failedCalls.increment();
      }
    }
  }
}
