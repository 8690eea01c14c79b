package io.foreguard.fallback;

import io.foreguard.event.Topic;
import io.foreguard.event.internal.CallerContext;
import io.foreguard.event.internal.Emitter;
import io.foreguard.fallback.Answer.Source;
import io.foreguard.internal.Memory;
import io.foreguard.internal.Require;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.internal.Stages;
import io.foreguard.internal.Steps;
import io.foreguard.internal.Tally;
import io.foreguard.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is answered when a call fails.
 *
 * <pre>{@code
 * Fallback<Profile> fallback =
 *     Fallback.<Profile>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)))
 *         .orElse(Fallback.value(Profile.UNKNOWN))
 *         .named("profile");
 * Answer<Profile> answer = fallback.answer(customerId, () -> client.profile(customerId));
 * }</pre>
 *
 * <p>Every {@link Exception} of the call is answered, refusals by a breaker or bulkhead included,
 * unless {@link #onlyFor} says otherwise. An {@link Error} and an {@link InterruptedException} are
 * never answered. When there is no answer the failure passes through unchanged. When a function or
 * predicate of the fallback throws, that goes to the caller, with the call's failure suppressed in
 * it.
 *
 * <p>Thread-safe. The methods that return a fallback leave this one as it is; the new one shares
 * its stored answers, but has counts and listeners of its own.
 *
 * @param <T> type of the answers
 */
public final class Fallback<T extends @Nullable Object> {
  private static final String UNNAMED = "fallback";

  static {
    Steps.ofMemories(fallback -> ((Fallback<?>) fallback).new Remembering());
  }

  private final String name;
  private final Clock clock;
  private final Step<T> step;
  private final Emitter<FallbackServed> served;
  private final Tally fresh = new Tally();
  private final LongAdder stale = new LongAdder();
  private final LongAdder madeUp = new LongAdder();

  private Fallback(String name, Clock clock, Step<T> step) {
    this.name = name;
    this.clock = clock;
    this.step = step;
    this.served = new Emitter<>("fallback '" + name + "'");
  }

  /** A fallback that answers with {@code value}, which may be null. */
  public static <T extends @Nullable Object> Fallback<T> value(T value) {
    return new Fallback<>(UNNAMED, Clock.system(), (key, failure) -> Answer.madeUp(value, failure));
  }

  /** A fallback that answers with what {@code function} makes of the failure; null is an answer. */
  public static <T extends @Nullable Object> Fallback<T> of(
      Function<? super Throwable, ? extends T> function) {
    Require.nonNull(function, "function");
    return new Fallback<>(
        UNNAMED,
        Clock.system(),
        (key, failure) -> Answer.<T>madeUp(function.apply(failure), failure));
  }

  /**
   * A fallback that answers with the last answer that was good for the same key, kept in memory.
   *
   * @throws IllegalStateException if Caffeine is not on the class path
   */
  public static <T> Fallback<T> lastKnownGood(LastKnownGoodConfig config) {
    return lastKnownGood(config, Clock.system());
  }

  /**
   * As {@link #lastKnownGood(LastKnownGoodConfig)}, with ages measured by {@code clock}.
   *
   * @throws IllegalStateException if Caffeine is not on the class path
   */
  public static <T> Fallback<T> lastKnownGood(LastKnownGoodConfig config, Clock clock) {
    Require.nonNull(config, "config");
    Require.nonNull(clock, "clock");
    LastKnownGoodStore<T> store;
    try {
      store = CaffeineStore.create(config, clock);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "Keeping the last known good answers needs com.github.ben-manes.caffeine:caffeine on the"
              + " class path, or a LastKnownGoodStore of your own",
          e);
    }
    return lastKnownGood(config, store, clock);
  }

  /**
   * A fallback that answers with the last answer that was good for the same key, kept in {@code
   * store}. Only the maximum age of {@code config} matters here.
   */
  public static <T> Fallback<T> lastKnownGood(
      LastKnownGoodConfig config, LastKnownGoodStore<T> store, Clock clock) {
    Require.nonNull(config, "config");
    Require.nonNull(store, "store");
    Require.nonNull(clock, "clock");
    return new Fallback<>(UNNAMED, clock, new LastKnownGood<>(store, config.maximumAge(), clock));
  }

  /** This fallback for failures that {@code predicate} accepts; others pass through. */
  public Fallback<T> onlyFor(Predicate<? super Throwable> predicate) {
    return new Fallback<>(
        name, clock, new OnlyFor<>(step, Require.nonNull(predicate, "predicate")));
  }

  /** This fallback, and {@code next} for failures it has no answer to. */
  public Fallback<T> orElse(Fallback<T> next) {
    return new Fallback<>(name, clock, new Chain<>(step, Require.nonNull(next, "next").step));
  }

  /**
   * This fallback under a name for events, metrics and logs. Default {@code "fallback"}.
   *
   * @throws IllegalArgumentException if blank or longer than 256 characters
   */
  public Fallback<T> named(String name) {
    return new Fallback<>(Require.name(name, "name"), clock, step);
  }

  /** The name for events, metrics and logs. */
  public String name() {
    return name;
  }

  /** Answers given since creation that came from {@code source}. */
  public long served(Source source) {
    return switch (source) {
      case FRESH -> fresh.sum();
      case STALE -> stale.sum();
      case DEFAULT -> madeUp.sum();
    };
  }

  /** Tells of each failed call that was answered, on the thread that answered it. */
  public Topic<FallbackServed> served() {
    return served;
  }

  /**
   * Runs {@code body} on this thread and answers with its value, or in its place.
   *
   * @param key what the call asks for: a last known good answer is given to the same key alone.
   *     Null stands for one key shared by all calls without one
   * @throws Exception what the body throws, when there is no answer to it
   */
  public Answer<T> answer(@Nullable Object key, Callable<? extends T> body) throws Exception {
    Object used = keyOf(key);
    T value;
    try {
      value = body.call();
    } catch (Exception failure) {
      Answer<T> answer = answerTo(used, failure);
      if (answer == null) {
        throw failure;
      }
      return answer;
    }
    return fresh(used, value);
  }

  /** The value of {@link #answer}. */
  public T call(@Nullable Object key, Callable<? extends T> body) throws Exception {
    return answer(key, body).value();
  }

  /**
   * Starts {@code body} on this thread. The returned stage ends with the value of the body's stage,
   * or with an answer in its place, or fails like it. Cancelling the returned stage's future
   * cancels the body's stage, if it can be.
   *
   * @param key as in {@link #answer}
   */
  public CompletionStage<Answer<T>> answerAsync(
      @Nullable Object key, Supplier<? extends CompletionStage<? extends T>> body) {
    Require.nonNull(body, "body");
    AsyncAnswer answer = new AsyncAnswer(keyOf(key));
    answer.begin(body);
    return answer;
  }

  @Override
  public String toString() {
    return "Fallback[" + name + ']';
  }

  private static Object keyOf(@Nullable Object key) {
    return key != null ? key : NoKey.NO_KEY;
  }

  private Answer<T> fresh(Object key, T value) {
    noteFresh(key, value, null, 0);
    return Answer.fresh(value);
  }

  private void noteFresh(Object key, T value, @Nullable Object from, long nanos) {
    step.remember(key, value, from, nanos);
    fresh.increment();
  }

  private @Nullable Answer<T> answerTo(Object key, Throwable failure) {
    if (!(failure instanceof Exception) || failure instanceof InterruptedException) {
      return null;
    }
    Answer<T> answer;
    try {
      answer = step.answer(key, failure);
    } catch (Throwable t) {
      if (t != failure) {
        t.addSuppressed(failure);
      }
      throw t;
    }
    if (answer != null) {
      (answer.source() == Source.STALE ? stale : madeUp).increment();
      tell(answer, failure);
    }
    return answer;
  }

  private void tell(Answer<T> answer, Throwable failure) {
    if (!served.isEmpty()) {
      served.publish(
          new FallbackServedRecord(name, clock.wallTime(), answer.source(), answer.age(), failure));
    }
  }

  private enum NoKey {
    NO_KEY
  }

  private record OnlyFor<T extends @Nullable Object>(
      Step<T> step, Predicate<? super Throwable> predicate) implements Step<T> {
    @Override
    public @Nullable Answer<T> answer(Object key, Throwable failure) {
      return predicate.test(failure) ? step.answer(key, failure) : null;
    }

    @Override
    public void remember(Object key, T value, @Nullable Object from, long nanos) {
      step.remember(key, value, from, nanos);
    }
  }

  private record Chain<T extends @Nullable Object>(Step<T> first, Step<T> second)
      implements Step<T> {
    @Override
    public @Nullable Answer<T> answer(Object key, Throwable failure) {
      Answer<T> answer = first.answer(key, failure);
      return answer != null ? answer : second.answer(key, failure);
    }

    @Override
    public void remember(Object key, T value, @Nullable Object from, long nanos) {
      first.remember(key, value, from, nanos);
      second.remember(key, value, from, nanos);
    }
  }

  private final class Remembering implements Memory<T> {
    @Override
    public void fresh(@Nullable Object key, T value, @Nullable Object from, long nanos) {
      noteFresh(keyOf(key), value, from, nanos);
    }
  }

  private final class AsyncAnswer extends SettlingFuture<Answer<T>> {
    private final Object key;

    AsyncAnswer(Object key) {
      this.key = key;
    }

    void begin(Supplier<? extends CompletionStage<? extends T>> body) {
      @SuppressWarnings("unchecked") // a stage only gives values: one of a subtype of T is one of T
      CompletionStage<T> stage = Stages.start((Supplier<? extends CompletionStage<T>>) body);
      follow(stage);
      CallerContext callerContext = CallerContext.capture();
      Stages.whenDone(stage, (value, failure) -> callerContext.run(() -> end(value, failure)));
    }

    @Override
    protected void settled() {}

    private void end(@Nullable T value, @Nullable Throwable failure) {
      if (isSettled() && failure != null) {
        return; // cancelled: nobody is there to be answered
      }
      try {
        if (failure == null) {
          deliver(freshOrNull(value), null);
          return;
        }
        Answer<T> answer = answerTo(key, failure);
        deliver(answer, answer == null ? failure : null);
      } catch (Throwable t) {
        deliver(null, t);
      }
    }

    @SuppressWarnings(
        "NullAway") // null is a value of T when T is nullable, and only then gets here
    private Answer<T> freshOrNull(@Nullable T value) {
      return fresh(key, value);
    }
  }
}
