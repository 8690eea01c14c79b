package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;
import static io.foreguard.benchmarks.CallTally.expectEqual;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;

/** Checks after a measurement that a breaker did what the benchmark is about. */
final class Subjects {
  private Subjects() {}

  /** Every call went through, was counted and gave its permit back. */
  static void expectOnlySuccesses(CircuitBreaker breaker, CallTally tally) {
    tally.expectOnlySuccesses();
    var metrics = breaker.metrics();
    expectEqual(metrics.successes(), tally.ran(), "successes");
    expectEqual(metrics.calls(), tally.ran(), "calls");
    expect(metrics.inFlight() == 0, metrics.inFlight() + " permits were not given back");
    expect(breaker.state() == State.CLOSED, "the breaker is " + breaker.explain());
  }

  /** Every call went through and the window holds nothing but successes. */
  static void expectOnlySuccesses(
      io.github.resilience4j.circuitbreaker.CircuitBreaker breaker, CallTally tally) {
    tally.expectOnlySuccesses();
    var metrics = breaker.getMetrics();
    expect(metrics.getNumberOfSuccessfulCalls() > 0, "no success was counted");
    expect(metrics.getNumberOfFailedCalls() == 0, "failures were counted");
    expect(metrics.getNumberOfNotPermittedCalls() == 0, "calls were refused");
  }

  /** Every call went through and the window holds nothing but successes. */
  static void expectOnlySuccesses(dev.failsafe.CircuitBreaker<Integer> breaker, CallTally tally) {
    tally.expectOnlySuccesses();
    expect(breaker.isClosed(), "the breaker is " + breaker.getState());
    expect(breaker.getSuccessCount() > 0, "no success was counted");
    expect(breaker.getFailureCount() == 0, "failures were counted");
  }
}
