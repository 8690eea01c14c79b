package io.foreguard.test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes when the test says so, or when code under test sleeps: back-offs, time-outs,
 * slow calls and hangs are over at once, on the thread that waits for them.
 *
 * <pre>{@code
 * VirtualTime time = VirtualTime.create();
 * Guard guard = Guard.builder("loyalty").clock(time).timeout(Duration.ofMillis(800)).build();
 * }</pre>
 *
 * <p>Everything that is to live in this time must be given it: guards, registries, and fallbacks
 * with last known good answers. Thread-safe; meant for one thread, on which everything happens in
 * one order every time. Threads of the code under test move it too when they sleep, and in which
 * order is then left to the machine.
 */
public final class VirtualTime implements Clock {
  /** Longest that anything is waited for in virtual time before the test is failed. */
  static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** How long, in real time, threads of the code under test may take to do something. */
  private static final long PATIENCE_NANOS = 1_000_000_000L;

  private static final long LOOK_NANOS = 1_000_000L;

  private final ManualClock clock = new ManualClock();
  private final List<GuardProbe> probes = new CopyOnWriteArrayList<>();

  private VirtualTime() {}

  /** A new time, which stands still. */
  public static VirtualTime create() {
    return new VirtualTime();
  }

  /** A registry whose guards and other parts live in this time, with default settings. */
  public ForeguardRegistry newRegistry() {
    return ForeguardRegistry.builder().clock(this).build();
  }

  /** Virtual time since this was created. */
  public Duration elapsed() {
    return clock.elapsed();
  }

  /**
   * Moves time forward and runs what becomes due, on this thread.
   *
   * @throws IllegalArgumentException if {@code duration} is negative or longer than 73 years
   */
  public void advance(Duration duration) {
    clock.advance(duration);
  }

  /**
   * Moves time from one scheduled task to the next until {@code condition} holds; not at all if it
   * does.
   *
   * @throws AssertionError if it does not hold within {@code atMost} of virtual time; that time has
   *     passed then
   */
  public void advanceUntil(BooleanSupplier condition, Duration atMost) {
    Require.nonNull(condition, "condition");
    Duration end = elapsed().plus(Require.notNegative(atMost, "atMost"));
    while (!condition.getAsBoolean()) {
      Duration left = end.minus(elapsed());
      if (left.isNegative() || !clock.advanceToNextTask(left)) {
        advance(left.isNegative() ? Duration.ZERO : left);
        if (!condition.getAsBoolean()) {
          throw new AssertionError("The condition did not come true within " + Times.words(atMost));
        }
      }
    }
  }

  /**
   * Moves time until {@code stage} is done, and returns its value.
   *
   * @throws AssertionError if nothing is scheduled that could end it, or it is not done within a
   *     day of virtual time
   * @throws Exception what the stage failed with, without a shell around it
   */
  @CanIgnoreReturnValue
  public <T extends @Nullable Object> T await(CompletionStage<T> stage) throws Exception {
    CompletableFuture<T> future = Require.nonNull(stage, "stage").toCompletableFuture();
    Duration end = elapsed().plus(LONGEST_WAIT);
    while (!future.isDone()) {
      Duration left = end.minus(elapsed());
      boolean moved = !left.isNegative() && clock.advanceToNextTask(left);
      if (!moved && !isDoneInRealTime(future)) {
        throw new AssertionError(
            "The call hangs: nothing is scheduled within "
                + Times.words(LONGEST_WAIT)
                + " of virtual time that could end it. Has the guard a time-out, and this clock?");
      }
    }
    return ended(future);
  }

  /** A reading for the library. */
  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  /** Starts at 2026-01-01T00:00:00Z and moves with this time. */
  @Override
  public Instant wallTime() {
    return clock.wallTime();
  }

  /**
   * Moves time by {@code duration} and runs what becomes due, on this thread.
   *
   * @throws InterruptedException if the thread is interrupted, by a time-out that becomes due for
   *     example; time then stands where that happened
   */
  @Override
  public void sleep(Duration duration) throws InterruptedException {
    clock.sleep(duration);
  }

  @Override
  public Cancellable schedule(Runnable task, Duration delay) {
    return clock.schedule(task, delay);
  }

  @Override
  public String toString() {
    return "VirtualTime[" + Times.words(elapsed()) + ", " + clock.pendingTasks() + " tasks]";
  }

  /**
   * Sleeps until this thread is interrupted.
   *
   * @throws AssertionError if nothing interrupts it within a day of virtual time
   */
  void hang(String who) throws InterruptedException {
    Duration end = elapsed().plus(LONGEST_WAIT);
    do {
      if (Thread.interrupted()) {
        throw new InterruptedException("hang interrupted");
      }
    } while (!end.minus(elapsed()).isNegative() && clock.advanceToNextTask(end.minus(elapsed())));
    if (Thread.interrupted()) {
      throw new InterruptedException("hang interrupted");
    }
    throw new AssertionError(
        "A call to "
            + who
            + " hangs, and nothing is scheduled within "
            + Times.words(LONGEST_WAIT)
            + " of virtual time that interrupts it. Has the guard a time-out, and this clock?");
  }

  void add(GuardProbe probe) {
    probes.add(probe);
  }

  void remove(GuardProbe probe) {
    probes.remove(probe);
  }

  List<GuardProbe> probes() {
    return List.copyOf(probes);
  }

  /** Gives other threads a chance to end the call or to schedule something. */
  private boolean isDoneInRealTime(CompletableFuture<?> future) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() - deadline < 0) {
      try {
        Object unused = future.get(LOOK_NANOS, TimeUnit.NANOSECONDS);
        return true;
      } catch (ExecutionException | CancellationException e) {
        return true;
      } catch (TimeoutException e) {
        if (clock.advanceToNextTask(LONGEST_WAIT)) {
          return true;
        }
      }
    }
    return false;
  }

  private static <T extends @Nullable Object> T ended(CompletableFuture<T> future)
      throws Exception {
    try {
      return future.get();
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
}
