package io.foreguard.circuitbreaker;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.internal.OutcomeWindow;

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
  private final Window window;

  CircuitBreakerMetrics(
      long[] outcomes,
      long probes,
      long rejected,
      long shadowRejected,
      long shadowRejectedSucceeded,
      long staleResults,
      long lostPermits,
      int inFlight,
      Window window) {
    this.outcomes = outcomes;
    this.probes = probes;
    this.rejected = rejected;
    this.shadowRejected = shadowRejected;
    this.shadowRejectedSucceeded = shadowRejectedSucceeded;
    this.staleResults = staleResults;
    this.lostPermits = lostPermits;
    this.inFlight = inFlight;
    this.window = window;
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

  /**
   * Calls in the sliding window of the classic policy. With another policy it is the window of the
   * default thresholds, the last 100 calls, which decides only while no model does.
   */
  public int windowCalls() {
    return window.calls;
  }

  /** Failures among {@link #windowCalls}. */
  public int windowFailures() {
    return window.failures;
  }

  /** Slow successes among {@link #windowCalls}; a failure is never slow. */
  public int windowSlowCalls() {
    return window.slowCalls;
  }

  /**
   * Share of failures in the window, in {@code [0, 1]}; NaN below the policy's minimum of calls.
   */
  public double windowFailureRate() {
    return window.rate(window.failures);
  }

  /** Share of slow calls in the window, in {@code [0, 1]}; NaN below the minimum of calls. */
  public double windowSlowCallRate() {
    return window.rate(window.slowCalls);
  }

  /** What a sliding window holds. */
  record Window(int calls, int failures, int slowCalls, int minimumCalls) {
    static Window of(OutcomeWindow window, int minimumCalls) {
      return new Window(window.calls(), window.failures(), window.slowCalls(), minimumCalls);
    }

    private double rate(int count) {
      return calls < minimumCalls ? Double.NaN : (double) count / calls;
    }
  }
}
