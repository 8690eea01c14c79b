package io.foreguard.guard;

import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.internal.Memory;
import io.foreguard.internal.Require;
import io.foreguard.internal.SettlingFuture;
import io.foreguard.internal.Stages;
import io.foreguard.internal.Steps;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A guard with a fallback around it: callers get an answer, fresh, stale or made up, instead of
 * most exceptions. Thread-safe.
 *
 * <pre>{@code
 * FallbackGuard<Profile> profiles = guard.withFallback(
 *     Fallback.<Profile>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)))
 *         .orElse(Fallback.value(Profile.UNKNOWN)));
 * Answer<Profile> answer = profiles.answer(customer, () -> client.profile(customer));
 * }</pre>
 *
 * @param <T> type of the answers
 */
public final class FallbackGuard<T> {
  private final Guard guard;
  private final Fallback<T> fallback;
  private final Memory<T> memory;

  FallbackGuard(Guard guard, Fallback<T> fallback) {
    this.guard = guard;
    this.fallback = fallback;
    memory = Steps.ofFallback(fallback);
  }

  /** The guard inside. */
  public Guard guard() {
    return guard;
  }

  /** The fallback. */
  public Fallback<T> fallback() {
    return fallback;
  }

  /**
   * The value of {@code body}, or of the fallback, for calls that need no key.
   *
   * @throws Exception what {@code body} throws and the fallback does not answer
   */
  public @Nullable T call(Callable<? extends @Nullable T> body) throws Exception {
    return call(null, body);
  }

  /**
   * The value of {@code body}, or of the fallback.
   *
   * @param key what the call is about, for example a customer; last known good values are kept by
   *     it
   * @throws Exception what {@code body} throws and the fallback does not answer
   */
  public @Nullable T call(@Nullable Object key, Callable<? extends @Nullable T> body)
      throws Exception {
    StraightLine line = guard.straightLine();
    if (line == null) {
      return answer(key, body).value();
    }
    Require.nonNull(body, "body");
    try {
      return line.call(body, memory, key);
    } catch (Exception failure) {
      return fallback.call(key, () -> rethrown(failure));
    }
  }

  /** Like {@link #call(Object, Callable)}, with the answer's source and age. */
  public Answer<T> answer(@Nullable Object key, Callable<? extends @Nullable T> body)
      throws Exception {
    return fallback.answer(key, guard.decorate(body));
  }

  /**
   * The value of {@code body} or of the fallback, asynchronously; never throws. Cancelling the
   * stage cancels the call.
   */
  public CompletionStage<T> callAsync(
      @Nullable Object key, Supplier<? extends CompletionStage<T>> body) {
    return new Value<T>().begin(answerAsync(key, body));
  }

  /** Like {@link #callAsync}, with the answer's source and age. */
  public CompletionStage<Answer<T>> answerAsync(
      @Nullable Object key, Supplier<? extends CompletionStage<T>> body) {
    return fallback.answerAsync(key, guard.decorateAsync(body));
  }

  @Override
  public String toString() {
    return "FallbackGuard{" + guard + ", " + fallback + "}";
  }

  private T rethrown(Exception failure) throws Exception {
    throw failure;
  }

  private static final class Value<T> extends SettlingFuture<T> {
    Value<T> begin(CompletionStage<Answer<T>> answer) {
      follow(answer);
      Stages.whenDone(answer, this::end);
      return this;
    }

    @Override
    protected void settled() {}

    private void end(@Nullable Answer<T> answer, @Nullable Throwable thrown) {
      deliver(answer == null ? null : answer.value(), thrown);
    }
  }
}
