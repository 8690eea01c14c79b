package io.foreguard.test.assertion;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.fallback.Answer;
import java.time.Duration;
import java.util.Objects;
import org.assertj.core.api.AbstractObjectAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on an answer of a fallback. Not thread-safe.
 *
 * @param <T> type of the value
 */
public final class AnswerAssert<T extends @Nullable Object>
    extends AbstractObjectAssert<AnswerAssert<T>, Answer<T>> {
  AnswerAssert(Answer<T> actual) {
    super(actual, AnswerAssert.class);
  }

  /** Verifies that the call itself gave the answer. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> isFresh() {
    return hasSource(Answer.Source.FRESH);
  }

  /** Verifies that an earlier call gave the answer. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> isStale() {
    return hasSource(Answer.Source.STALE);
  }

  /** Verifies that the fallback's value or function gave the answer. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> isMadeUp() {
    return hasSource(Answer.Source.DEFAULT);
  }

  /** Verifies the value. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> hasValue(@Nullable Object expected) {
    isNotNull();
    return check(Objects.equals(actual.value(), expected), "be " + expected, actual.value());
  }

  /** Verifies the age of the value. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> hasAge(Duration expected) {
    return hasAgeBetween(expected, expected);
  }

  /** Verifies the age of the value, both ends included. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> hasAgeBetween(Duration least, Duration most) {
    isNotNull();
    return check(
        Checks.isBetween(actual.age(), least, most),
        "have an age " + Checks.between(least, most),
        Checks.words(actual.age()));
  }

  /** Verifies what the call failed with. */
  @CanIgnoreReturnValue
  public AnswerAssert<T> isCausedBy(Class<? extends Throwable> type) {
    isNotNull();
    boolean is = actual.cause().filter(type::isInstance).isPresent();
    return check(is, "take the place of a " + type.getName(), actual.cause().orElse(null));
  }

  private AnswerAssert<T> hasSource(Answer.Source source) {
    isNotNull();
    return check(actual.source() == source, "come from " + source, actual.source());
  }

  private AnswerAssert<T> check(boolean ok, String expected, @Nullable Object was) {
    if (!ok) {
      failWithMessage("%s", Checks.message(actual.toString(), expected, String.valueOf(was), ""));
    }
    return this;
  }
}
