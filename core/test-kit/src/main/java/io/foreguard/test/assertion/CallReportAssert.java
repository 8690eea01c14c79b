package io.foreguard.test.assertion;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.CallRejectedException;
import io.foreguard.evidence.TimedOut;
import io.foreguard.fallback.Answer;
import io.foreguard.test.CallReport;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.AbstractObjectAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on a call that a probe made. Not thread-safe. */
public final class CallReportAssert extends AbstractObjectAssert<CallReportAssert, CallReport<?>> {
  CallReportAssert(CallReport<?> actual) {
    super(actual, CallReportAssert.class);
  }

  /** Verifies that the call was answered, by itself or by a fallback. */
  @CanIgnoreReturnValue
  public CallReportAssert isAnswered() {
    isNotNull();
    return check(actual.failure().isEmpty(), "be answered");
  }

  /** Verifies that the call was answered with {@code value}; of an {@link Answer} its value. */
  @CanIgnoreReturnValue
  public CallReportAssert answers(@Nullable Object value) {
    isAnswered();
    return check(Objects.equals(actual.value(), value), "answer " + value);
  }

  /** Verifies that the call itself gave the answer. */
  @CanIgnoreReturnValue
  public CallReportAssert isFresh() {
    return hasSource(Answer.Source.FRESH);
  }

  /** Verifies that the answer is an earlier one, given by a watched fallback. */
  @CanIgnoreReturnValue
  public CallReportAssert isStale() {
    return hasSource(Answer.Source.STALE);
  }

  /** Verifies that the value or function of a watched fallback gave the answer. */
  @CanIgnoreReturnValue
  public CallReportAssert isMadeUp() {
    return hasSource(Answer.Source.DEFAULT);
  }

  /** Verifies the age of the answer. */
  @CanIgnoreReturnValue
  public CallReportAssert hasAge(Duration expected) {
    return hasAgeBetween(expected, expected);
  }

  /** Verifies the age of the answer, both ends included. */
  @CanIgnoreReturnValue
  public CallReportAssert hasAgeBetween(Duration least, Duration most) {
    isAnswered();
    boolean is = Checks.isBetween(actual.age(), least, most);
    return check(is, "be of an age " + Checks.between(least, most));
  }

  /**
   * Verifies that the guard refused the call, whether or not a watched fallback answered it.
   *
   * @return assertions on the refusal
   */
  @CanIgnoreReturnValue
  public RejectionAssert isRejected() {
    isNotNull();
    Optional<CallRejectedException> refusal = actual.rejection();
    check(refusal.isPresent(), "be rejected");
    return new RejectionAssert(refusal.orElseThrow(), actual.probe().history());
  }

  /** Verifies that the guard did not refuse the call. */
  @CanIgnoreReturnValue
  public CallReportAssert isNotRejected() {
    isNotNull();
    return check(actual.rejection().isEmpty(), "be let through");
  }

  /** Verifies that the guarded call ran out of time, whether or not a fallback answered it. */
  @CanIgnoreReturnValue
  public CallReportAssert timedOut() {
    isNotNull();
    return check(actual.cause().filter(TimedOut.class::isInstance).isPresent(), "run out of time");
  }

  /** Verifies what the code under test threw. */
  @CanIgnoreReturnValue
  public CallReportAssert failedWith(Class<? extends Throwable> type) {
    isNotNull();
    boolean is = actual.failure().filter(type::isInstance).isPresent();
    return check(is, "fail with " + type.getName());
  }

  /** Verifies how much virtual time the call took. */
  @CanIgnoreReturnValue
  public CallReportAssert took(Duration expected) {
    return tookBetween(expected, expected);
  }

  /** Verifies how much virtual time the call took, both ends included. */
  @CanIgnoreReturnValue
  public CallReportAssert tookBetween(Duration least, Duration most) {
    isNotNull();
    boolean is = Checks.isBetween(actual.took(), least, most);
    return check(is, "take " + Checks.between(least, most));
  }

  /** Verifies how many attempts the guard let through. */
  @CanIgnoreReturnValue
  public CallReportAssert wasSent(long times) {
    isNotNull();
    return check(actual.sent() == times, "be sent " + times + " times");
  }

  private CallReportAssert hasSource(Answer.Source source) {
    isAnswered();
    return check(actual.source().filter(source::equals).isPresent(), "be answered " + source);
  }

  private CallReportAssert check(boolean ok, String expected) {
    if (!ok) {
      String history = actual.probe().history();
      failWithMessage("%s", Checks.message("the call", expected, actual, history));
    }
    return this;
  }
}
