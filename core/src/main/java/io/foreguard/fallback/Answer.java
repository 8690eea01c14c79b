package io.foreguard.fallback;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value and where it came from. Immutable, as far as its value is.
 *
 * @param <T> type of the value
 */
public final class Answer<T extends @Nullable Object> {
  private final T value;
  private final Source source;
  private final Duration age;
  private final @Nullable Throwable cause;

  private Answer(T value, Source source, Duration age, @Nullable Throwable cause) {
    this.value = value;
    this.source = source;
    this.age = age;
    this.cause = cause;
  }

  /** The answer of a call that succeeded just now. */
  public static <T extends @Nullable Object> Answer<T> fresh(T value) {
    return new Answer<>(value, Source.FRESH, Duration.ZERO, null);
  }

  /** An earlier answer, given because the call failed with {@code cause}. */
  static <T extends @Nullable Object> Answer<T> stale(T value, Duration age, Throwable cause) {
    return new Answer<>(value, Source.STALE, age, Require.nonNull(cause, "cause"));
  }

  /** A value that was made up because the call failed with {@code cause}. */
  static <T extends @Nullable Object> Answer<T> madeUp(T value, Throwable cause) {
    return new Answer<>(value, Source.DEFAULT, Duration.ZERO, Require.nonNull(cause, "cause"));
  }

  /** The value; null only if the call, the fallback's value or its function gave null. */
  public T value() {
    return value;
  }

  /** Where the value came from. */
  public Source source() {
    return source;
  }

  /** Time since the call that gave the value succeeded; zero unless the answer is stale. */
  public Duration age() {
    return age;
  }

  /** What the call failed with; empty when the answer is fresh. */
  public Optional<Throwable> cause() {
    return Optional.ofNullable(cause);
  }

  /** Whether the value is an earlier answer. */
  public boolean isStale() {
    return source == Source.STALE;
  }

  /** Names source and age, never the value. */
  @Override
  public String toString() {
    return "Answer[" + source + ", age " + age + (cause == null ? "" : ", " + cause) + ']';
  }

  /** Where an answer came from. */
  public enum Source {
    /** The call itself, just now. */
    FRESH,
    /** An earlier call that succeeded. */
    STALE,
    /** The fallback's value or function. */
    DEFAULT
  }
}
