package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;
import static io.foreguard.benchmarks.CallTally.expectEqual;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Mode;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call that is refused by a breaker that an operator holds open, so that no probe interferes:
 * FORCED_OPEN here and in Resilience4j; Failsafe has no such mode and is opened for a day. {@link
 * OutageBenchmark} is the same with a breaker that opened by itself.
 */
public class BreakerRejectionBenchmark {
  /** Foreguard, by exception. */
  @Benchmark
  public Object foreguard(Foreguard state, Calls calls) throws Exception {
    try {
      return state.breaker.call(calls);
    } catch (CircuitOpenException e) {
      return calls.refused(e);
    }
  }

  /** Foreguard, by an empty answer. */
  @Benchmark
  public boolean foreguardTry(Foreguard state, Calls calls) {
    return calls.refusedUnless(state.breaker.tryAcquire().isPresent());
  }

  /** Resilience4j, by exception. */
  @Benchmark
  public Object resilience4j(Resilience4j state, Calls calls) throws Exception {
    try {
      return state.breaker.executeCallable(calls);
    } catch (CallNotPermittedException e) {
      return calls.refused(e);
    }
  }

  /** Resilience4j, by exception, with its stack traces turned off. */
  @Benchmark
  public Object resilience4jNoTrace(Resilience4jNoTrace state, Calls calls) throws Exception {
    try {
      return state.breaker.executeCallable(calls);
    } catch (CallNotPermittedException e) {
      return calls.refused(e);
    }
  }

  /** Resilience4j, by a boolean. */
  @Benchmark
  public boolean resilience4jTry(Resilience4j state, Calls calls) {
    return calls.refusedUnless(state.breaker.tryAcquirePermission());
  }

  /** Failsafe, by exception. */
  @Benchmark
  public Object failsafe(FailsafeOpen state, Calls calls) {
    try {
      return state.executor.get(calls);
    } catch (CircuitBreakerOpenException e) {
      return calls.refused(e);
    }
  }

  /** Failsafe, by a boolean. */
  @Benchmark
  public boolean failsafeTry(FailsafeOpen state, Calls calls) {
    return calls.refusedUnless(state.breaker.tryAcquirePermit());
  }

  /** Foreguard in FORCED_OPEN. */
  @State(Scope.Benchmark)
  public static class Foreguard {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);

    /** Holds the breaker open. */
    @Setup
    public void open() {
      breaker.mode(Mode.FORCED_OPEN);
    }

    /** Checks that every refusal was counted. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlyRefusals();
      expectEqual(breaker.metrics().rejected(), tally.refused(), "refusals");
    }
  }

  /** Resilience4j in FORCED_OPEN. */
  @State(Scope.Benchmark)
  public static class Resilience4j {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(false, true);

    /** Holds the breaker open. */
    @Setup
    public void open() {
      breaker.transitionToForcedOpenState();
    }

    /** Checks that every refusal was counted. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlyRefusals();
      expectEqual(breaker.getMetrics().getNumberOfNotPermittedCalls(), tally.refused(), "refusals");
    }
  }

  /** Resilience4j in FORCED_OPEN, without stack traces. */
  @State(Scope.Benchmark)
  public static class Resilience4jNoTrace {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(false, false);

    /** Holds the breaker open. */
    @Setup
    public void open() {
      breaker.transitionToForcedOpenState();
    }

    /** Checks that every refusal was counted. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlyRefusals();
      expectEqual(breaker.getMetrics().getNumberOfNotPermittedCalls(), tally.refused(), "refusals");
    }
  }

  /** Failsafe, opened by hand. */
  @State(Scope.Benchmark)
  public static class FailsafeOpen {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(false);
    private final FailsafeExecutor<Integer> executor = Failsafe.with(breaker);

    /** Opens the breaker. */
    @Setup
    public void open() {
      breaker.open();
    }

    /** Checks that everything was refused; Failsafe counts no refusals. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlyRefusals();
      expect(breaker.isOpen(), "the breaker is " + breaker.getState());
    }
  }
}
