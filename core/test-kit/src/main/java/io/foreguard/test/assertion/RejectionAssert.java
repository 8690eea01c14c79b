package io.foreguard.test.assertion;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.CallRejectedException;
import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.RejectionReason;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;

/** Assertions on a refusal. Not thread-safe. */
public final class RejectionAssert
    extends AbstractThrowableAssert<RejectionAssert, CallRejectedException> {
  private final String background;

  RejectionAssert(CallRejectedException actual, String background) {
    super(actual, RejectionAssert.class);
    this.background = background;
  }

  /** Verifies that the breaker refused the call for {@code reason}. */
  @CanIgnoreReturnValue
  public RejectionAssert withReason(RejectionReason reason) {
    isNotNull();
    boolean is = actual instanceof CircuitOpenException refusal && refusal.reason() == reason;
    return check(is, "be by the breaker, for the reason " + reason, actual);
  }

  /** Verifies that a bulkhead refused the call. */
  @CanIgnoreReturnValue
  public RejectionAssert byBulkhead() {
    isNotNull();
    return check(actual instanceof BulkheadFullException, "be by a bulkhead", actual);
  }

  /** Verifies that the part of that name refused the call. */
  @CanIgnoreReturnValue
  public RejectionAssert from(String source) {
    isNotNull();
    return check(actual.source().equals(source), "be from '" + source + "'", actual.source());
  }

  /** Verifies when to come back, both ends included. */
  @CanIgnoreReturnValue
  public RejectionAssert withRetryAfterBetween(Duration least, Duration most) {
    isNotNull();
    Duration after = actual.retryAfter();
    return check(
        Checks.isBetween(after, least, most),
        "name a time to come back " + Checks.between(least, most),
        Checks.words(after));
  }

  /** Verifies that the breaker's explanation has {@code words} in it. */
  @CanIgnoreReturnValue
  public RejectionAssert explains(String words) {
    isNotNull();
    String message = String.valueOf(actual.getMessage());
    return check(message.contains(words), "say \"" + words + '"', message);
  }

  private RejectionAssert check(boolean ok, String expected, Object was) {
    if (!ok) {
      failWithMessage("%s", Checks.message("the refusal", expected, was, background));
    }
    return this;
  }
}
