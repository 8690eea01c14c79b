package io.foreguard.test;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.internal.Require;
import io.foreguard.internal.Stages;
import io.foreguard.time.Clock.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A dependency that answers, fails, slows down, hangs and recovers on command, in virtual time. The
 * test's fake of a client asks it before it answers:
 *
 * <pre>{@code
 * ScriptedDependency loyalty = ScriptedDependency.of("loyalty", time).taking(Duration.ofMillis(20));
 * LoyaltyClient client = customer -> loyalty.answer("gold");
 *
 * loyalty.failNext(3, new IOException("connection refused")); // then well again
 * loyalty.after(Duration.ofSeconds(10), d -> d.slowingTo(Duration.ofSeconds(2), Duration.ofSeconds(5)))
 *     .after(Duration.ofSeconds(60), d -> d.hanging())
 *     .after(Duration.ofSeconds(90), d -> d.recovering());
 * }</pre>
 *
 * <p>What happens to a call is settled when it starts: one that hangs goes on hanging when the
 * dependency recovers. Thread-safe.
 */
public final class ScriptedDependency {
  private final String name;
  private final VirtualTime time;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<Fault> next = new ArrayDeque<>();

  @GuardedBy("lock")
  private final List<Cancellable> script = new ArrayList<>();

  @GuardedBy("lock")
  private Duration healthyLatency = Duration.ZERO;

  @GuardedBy("lock")
  private Latency latency = Latency.constant(Duration.ZERO);

  @GuardedBy("lock")
  private Fault fault = Fault.NONE;

  @GuardedBy("lock")
  private double faultShare = 1;

  @GuardedBy("lock")
  private Random random = new Random(0);

  @GuardedBy("lock")
  private long calls;

  private ScriptedDependency(String name, VirtualTime time) {
    this.name = Require.name(name, "name");
    this.time = Require.nonNull(time, "time");
  }

  /**
   * A healthy dependency that answers at once.
   *
   * @throws IllegalArgumentException if {@code name} is blank or longer than 256 characters
   */
  public static ScriptedDependency of(String name, VirtualTime time) {
    return new ScriptedDependency(name, time);
  }

  /** Name of the dependency, for messages. */
  public String name() {
    return name;
  }

  /** Calls that have reached the dependency, those that failed or hang included. */
  public long calls() {
    synchronized (lock) {
      return calls;
    }
  }

  /**
   * Lets each call take {@code latency} from now on, and after each {@link #recovering}. Default
   * zero.
   *
   * @throws IllegalArgumentException if negative or longer than 73 years
   */
  @CanIgnoreReturnValue
  public ScriptedDependency taking(Duration latency) {
    Require.notNegative(latency, "latency");
    synchronized (lock) {
      healthyLatency = latency;
      this.latency = Latency.constant(latency);
    }
    return this;
  }

  /**
   * Lets calls take longer and longer, from what they take now to {@code latency}, evenly over
   * {@code duration}, and stay there.
   *
   * @param duration zero for at once
   * @throws IllegalArgumentException if either is negative or longer than 73 years
   */
  @CanIgnoreReturnValue
  public ScriptedDependency slowingTo(Duration latency, Duration duration) {
    Require.notNegative(latency, "latency");
    Require.notNegative(duration, "duration");
    synchronized (lock) {
      long now = time.nanoTime();
      this.latency = new Latency(this.latency.at(now), latency, now, duration);
    }
    return this;
  }

  /** Fails each call with a {@link ScriptedFailure} from now on. */
  @CanIgnoreReturnValue
  public ScriptedDependency failing() {
    return always(Fault.failure(ourFailure()), 1);
  }

  /** Fails each call with {@code failure} from now on. */
  @CanIgnoreReturnValue
  public ScriptedDependency failing(Throwable failure) {
    return always(Fault.failure(failure), 1);
  }

  /**
   * Fails a random share of the calls with a {@link ScriptedFailure} from now on: the same ones in
   * each run.
   *
   * @param share how many of the calls fail, in {@code [0, 1]}
   * @param seed where the random numbers start
   * @throws IllegalArgumentException if the share is out of range or NaN
   */
  @CanIgnoreReturnValue
  public ScriptedDependency failing(double share, long seed) {
    Require.that(share >= 0 && share <= 1, "share", "in [0, 1]", share);
    synchronized (lock) {
      random = new Random(seed);
    }
    return always(Fault.failure(ourFailure()), share);
  }

  /**
   * Fails the next {@code calls} calls with {@code failure}, whatever else is set. What was said of
   * next calls before comes first.
   *
   * @throws IllegalArgumentException if less than 1
   */
  @CanIgnoreReturnValue
  public ScriptedDependency failNext(int calls, Throwable failure) {
    return next(calls, Fault.failure(failure));
  }

  /** Lets each call hang from now on: it never ends, until it is interrupted or cancelled. */
  @CanIgnoreReturnValue
  public ScriptedDependency hanging() {
    return always(Fault.HANG, 1);
  }

  /**
   * Lets the next {@code calls} calls hang, whatever else is set. What was said of next calls
   * before comes first.
   *
   * @throws IllegalArgumentException if less than 1
   */
  @CanIgnoreReturnValue
  public ScriptedDependency hangNext(int calls) {
    return next(calls, Fault.HANG);
  }

  /** Is well from now on: no faults, and the latency last set by {@link #taking}. */
  @CanIgnoreReturnValue
  public ScriptedDependency recovering() {
    synchronized (lock) {
      fault = Fault.NONE;
      faultShare = 1;
      next.clear();
      latency = Latency.constant(healthyLatency);
    }
    return this;
  }

  /**
   * Changes this dependency {@code delay} from now, in virtual time.
   *
   * @throws IllegalArgumentException if negative or longer than 73 years
   */
  @CanIgnoreReturnValue
  public ScriptedDependency after(Duration delay, Consumer<? super ScriptedDependency> change) {
    Require.notNegative(delay, "delay");
    Require.nonNull(change, "change");
    synchronized (lock) {
      script.add(time.schedule(() -> change.accept(this), delay));
    }
    return this;
  }

  /** Forgets everything that was set, what is still to come included; and counts calls anew. */
  public void reset() {
    synchronized (lock) {
      script.forEach(Cancellable::cancel);
      script.clear();
      calls = 0;
      healthyLatency = Duration.ZERO;
      recovering();
    }
  }

  /**
   * Goes through one call on this thread and answers with {@code value}.
   *
   * <p>Throws the scripted failure unchanged, a checked one too, and {@link InterruptedException}
   * when it was interrupted, undeclared: a fake's method need not declare them.
   */
  public <T extends @Nullable Object> T answer(T value) {
    try {
      return call(() -> value);
    } catch (Exception e) {
      throw ScriptedDependency.<RuntimeException>undeclared(e);
    }
  }

  /**
   * Goes through one call on this thread; asks {@code body} for the answer when its time has passed
   * and it does not fail.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile, usually by a time-out
   * @throws AssertionError if the call hangs and nothing interrupts it
   * @throws Exception the scripted failure, or what {@code body} throws
   */
  public <T extends @Nullable Object> T call(Callable<T> body) throws Exception {
    Require.nonNull(body, "body");
    Fate fate = nextFate();
    if (fate.fault.hangs) {
      time.hang(name);
    }
    time.sleep(fate.latency);
    if (fate.fault.failure != null) {
      throw ScriptedDependency.<RuntimeException>undeclared(fate.fault.failure);
    }
    return body.call();
  }

  /** Goes through one call without blocking and answers with {@code value} when time has moved. */
  public <T extends @Nullable Object> CompletionStage<T> answerAsync(T value) {
    return callAsync(() -> CompletableFuture.completedFuture(value));
  }

  /**
   * Goes through one call without blocking; asks {@code body} for the answer when its time has
   * passed and it does not fail. The stage ends on the thread that moves time.
   */
  public <T extends @Nullable Object> CompletionStage<T> callAsync(
      Supplier<? extends CompletionStage<T>> body) {
    Require.nonNull(body, "body");
    Fate fate = nextFate();
    CompletableFuture<T> result = new CompletableFuture<>();
    if (fate.fault.hangs) {
      return result;
    }
    if (fate.latency.isZero()) {
      end(result, fate.fault, body);
      return result;
    }
    Cancellable timer = time.schedule(() -> end(result, fate.fault, body), fate.latency);
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                timer.cancel();
              }
            });
    return result;
  }

  @Override
  public String toString() {
    synchronized (lock) {
      String share = faultShare < 1 ? ", " + faultShare + " of the calls" : "";
      return "ScriptedDependency["
          + name
          + ", "
          + fault
          + share
          + ", latency "
          + Times.words(latency.at(time.nanoTime()))
          + ", "
          + calls
          + " calls]";
    }
  }

  private static <T extends @Nullable Object> void end(
      CompletableFuture<T> result, Fault fault, Supplier<? extends CompletionStage<T>> body) {
    if (fault.failure != null) {
      result.completeExceptionally(fault.failure);
      return;
    }
    Stages.whenDone(Stages.start(body), (value, thrown) -> complete(result, value, thrown));
  }

  @SuppressWarnings("NullAway") // a stage may end with null
  private static <T extends @Nullable Object> void complete(
      CompletableFuture<T> result, @Nullable T value, @Nullable Throwable thrown) {
    if (thrown == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(thrown);
    }
  }

  private Throwable ourFailure() {
    return new ScriptedFailure("'" + name + "' fails as scripted");
  }

  private ScriptedDependency always(Fault fault, double share) {
    synchronized (lock) {
      this.fault = fault;
      faultShare = share;
    }
    return this;
  }

  private ScriptedDependency next(int calls, Fault fault) {
    Require.that(calls >= 1, "calls", "at least 1", calls);
    synchronized (lock) {
      for (int i = 0; i < calls; i++) {
        next.add(fault);
      }
    }
    return this;
  }

  private Fate nextFate() {
    synchronized (lock) {
      calls++;
      Fault special = next.poll();
      Fault usual = random.nextDouble() < faultShare ? fault : Fault.NONE;
      return new Fate(special != null ? special : usual, latency.at(time.nanoTime()));
    }
  }

  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // unchecked to the compiler alone
  private static <X extends Throwable> X undeclared(Throwable thrown) throws X {
    throw (X) thrown;
  }

  /** What happens to one call. */
  private record Fate(Fault fault, Duration latency) {}

  private record Fault(String words, boolean hangs, @Nullable Throwable failure) {
    static final Fault NONE = new Fault("well", false, null);
    static final Fault HANG = new Fault("hanging", true, null);

    static Fault failure(Throwable failure) {
      Require.nonNull(failure, "failure");
      return new Fault("failing with " + failure, false, failure);
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** Latency along time: {@code from} until a moment, then evenly to {@code to}. */
  private record Latency(Duration from, Duration to, long startNanos, Duration over) {
    static Latency constant(Duration latency) {
      return new Latency(latency, latency, 0, Duration.ZERO);
    }

    Duration at(long now) {
      long passed = now - startNanos;
      if (from.equals(to) || passed >= over.toNanos()) {
        return to;
      }
      double share = Math.max(0, passed) / (double) over.toNanos();
      return from.plusNanos(Math.round(share * (to.toNanos() - from.toNanos())));
    }
  }
}
