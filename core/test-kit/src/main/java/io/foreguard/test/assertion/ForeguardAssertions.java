package io.foreguard.test.assertion;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.fallback.Answer;
import io.foreguard.guard.Guard;
import io.foreguard.test.CallReport;
import io.foreguard.test.GuardProbe;
import org.jspecify.annotations.Nullable;

/**
 * Where to start assertions; goes together with AssertJ's own static import. Those that fail say
 * what the breaker thinks and, where there is a probe, what happened last.
 */
public final class ForeguardAssertions {
  private ForeguardAssertions() {}

  /** Assertions on a call that a probe made. */
  public static CallReportAssert assertThat(CallReport<?> actual) {
    return new CallReportAssert(actual);
  }

  /** Assertions on everything that a probe saw. */
  public static GuardProbeAssert assertThat(GuardProbe actual) {
    return new GuardProbeAssert(actual);
  }

  /** Assertions on an answer of a fallback. */
  public static <T extends @Nullable Object> AnswerAssert<T> assertThat(Answer<T> actual) {
    return new AnswerAssert<>(actual);
  }

  /** Assertions on a breaker. */
  public static CircuitBreakerAssert assertThat(CircuitBreaker actual) {
    return new CircuitBreakerAssert(actual, "");
  }

  /** Assertions on the breaker of a guard. */
  public static CircuitBreakerAssert assertThat(Guard actual) {
    return new CircuitBreakerAssert(actual.circuitBreaker(), "");
  }

  /** Assertions on a refusal. */
  public static RejectionAssert assertThat(CallRejectedException actual) {
    return new RejectionAssert(actual, "");
  }
}
