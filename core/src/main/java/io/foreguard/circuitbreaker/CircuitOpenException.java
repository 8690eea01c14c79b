package io.foreguard.circuitbreaker;

import io.foreguard.CallRejectedException;

/** A call that a circuit breaker refused; it did not run. Says why in {@link #explanation()}. */
public final class CircuitOpenException extends CallRejectedException {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final transient Explanation explanation;

  CircuitOpenException(
      String circuitBreaker,
      RejectionReason reason,
      long retryAfterNanos,
      Explanation explanation) {
    super(circuitBreaker, "", retryAfterNanos);
    this.reason = reason;
    this.explanation = explanation;
  }

  /** Why the call was refused. */
  public RejectionReason reason() {
    return reason;
  }

  /** What the breaker knew when it refused. */
  public Explanation explanation() {
    return explanation;
  }

  /** The refusal in words, put together when asked for: refusing must stay cheap. */
  @Override
  public String getMessage() {
    return "Call to '"
        + source()
        + "' was rejected: "
        + reason.words()
        + " ("
        + explanation
        + "); retry after "
        + retryAfter().toMillis()
        + " ms";
  }
}
