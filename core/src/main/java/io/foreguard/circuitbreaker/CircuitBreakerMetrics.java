package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;

/** What a circuit breaker has counted since it was created, at one moment. Immutable. */
public final class CircuitBreakerMetrics {
  private final long[] outcomes;
  private final long probes;
  private final long rejected;
  private final long shadowRejected;
  private final long shadowRejectedSucceeded;
  private final long staleResults;
  private final long lostPermits;
  private final int inFlight;

  CircuitBreakerMetrics(
      long[] outcomes,
      long probes,
      long rejected,
      long shadowRejected,
      long shadowRejectedSucceeded,
      long staleResults,
      long lostPermits,
      int inFlight) {
    this.outcomes = outcomes;
    this.probes = probes;
    this.rejected = rejected;
    this.shadowRejected = shadowRejected;
    this.shadowRejectedSucceeded = shadowRejectedSucceeded;
    this.staleResults = staleResults;
    this.lostPermits = lostPermits;
    this.inFlight = inFlight;
  }

  /** Calls that were judged and ended with {@code outcome}. */
  public long calls(Outcome outcome) {
    return outcomes[outcome.ordinal()];
  }

  /** Calls that were judged, of every outcome. */
  public long calls() {
    long sum = 0;
    for (long count : outcomes) {
      sum += count;
    }
    return sum;
  }

  /** Judged calls that failed, timed out or were refused by the dependency. */
  public long failures() {
    return calls(Outcome.FAILURE) + calls(Outcome.TIMEOUT) + calls(Outcome.REJECTED);
  }

  /** Judged calls that succeeded, slow ones included. */
  public long successes() {
    return calls(Outcome.SUCCESS) + calls(Outcome.SLOW_SUCCESS);
  }

  /** Calls admitted while OPEN or HALF_OPEN. */
  public long probes() {
    return probes;
  }

  /** Calls refused. */
  public long rejected() {
    return rejected;
  }

  /** Calls that would have been refused in shadow mode. */
  public long shadowRejected() {
    return shadowRejected;
  }

  /**
   * Calls among {@link #shadowRejected} that succeeded: it would have been wrong to refuse them.
   */
  public long shadowRejectedSucceeded() {
    return shadowRejectedSucceeded;
  }

  /**
   * Results that came after the era of their permit had ended, or after its lease: never judged.
   */
  public long staleResults() {
    return staleResults;
  }

  /** Permits whose lease ran out before a result came. */
  public long lostPermits() {
    return lostPermits;
  }

  /** Calls in flight that hold a permit. */
  public int inFlight() {
    return inFlight;
  }
}
