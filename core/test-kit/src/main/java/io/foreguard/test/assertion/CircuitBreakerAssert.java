package io.foreguard.test.assertion;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;
import org.assertj.core.api.AbstractObjectAssert;

/** Assertions on a breaker at this moment. Not thread-safe. */
public final class CircuitBreakerAssert
    extends AbstractObjectAssert<CircuitBreakerAssert, CircuitBreaker> {
  private final String background;

  CircuitBreakerAssert(CircuitBreaker actual, String background) {
    super(actual, CircuitBreakerAssert.class);
    this.background = background;
  }

  /** Verifies that every call is admitted. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert isClosed() {
    return hasState(State.CLOSED);
  }

  /** Verifies that a share of the calls is admitted. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert isThrottled() {
    return hasState(State.THROTTLED);
  }

  /** Verifies that only probes are admitted. An open circuit leaves the state on a call. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert isOpen() {
    return hasState(State.OPEN);
  }

  /** Verifies that the dependency is being tried again. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert isHalfOpen() {
    return hasState(State.HALF_OPEN);
  }

  /** Verifies the state. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert hasState(State state) {
    isNotNull();
    return check(actual.state() == state, "be " + state, actual.state());
  }

  /** Verifies that less than {@code share} of the calls is admitted, probes not counted. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert hasAdmissionShareBelow(double share) {
    isNotNull();
    double is = actual.admissionShare();
    return check(is < share, "admit a share below " + share, is);
  }

  /** Verifies that at least {@code share} of the calls is admitted, probes not counted. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert hasAdmissionShareAtLeast(double share) {
    isNotNull();
    double is = actual.admissionShare();
    return check(is >= share, "admit a share of at least " + share, is);
  }

  /** Verifies that the estimate of the last decision is below {@code probability}. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert hasSuccessProbabilityBelow(double probability) {
    isNotNull();
    double is = actual.estimate().probability();
    return check(is < probability, "expect success with less than " + probability, is);
  }

  /** Verifies that the explanation of the last decision has {@code words} in it. */
  @CanIgnoreReturnValue
  public CircuitBreakerAssert explains(String words) {
    isNotNull();
    String explanation = actual.explain().toString();
    return check(explanation.contains(words), "say \"" + words + '"', explanation);
  }

  private CircuitBreakerAssert check(boolean ok, String expected, Object was) {
    if (!ok) {
      String known = background.isEmpty() ? actual.explain().toString() : background;
      failWithMessage(
          "%s", Checks.message("circuit breaker '" + actual.name() + '\'', expected, was, known));
    }
    return this;
  }
}
