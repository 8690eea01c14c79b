package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;
import static io.foreguard.benchmarks.CallTally.expectEqual;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import io.foreguard.benchmarks.Calls.DependencyDown;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call to a dependency that is down: each breaker opens by itself and stays open. The peers wait
 * out their day; Foreguard goes on probing, and the failed probes are part of its figure.
 */
public class OutageBenchmark {
  private static final double LEAST_REFUSED = .99;

  /** Foreguard with its defaults. */
  @Benchmark
  public Object foreguard(Foreguard state, Calls calls) throws Exception {
    try {
      return state.breaker.call(calls.failing());
    } catch (CircuitOpenException e) {
      return calls.refused(e);
    } catch (DependencyDown e) {
      return e;
    }
  }

  /** Resilience4j without stack traces, as its users set it for speed. */
  @Benchmark
  public Object resilience4j(Resilience4j state, Calls calls) throws Exception {
    try {
      return state.breaker.executeCallable(calls.failing());
    } catch (CallNotPermittedException e) {
      return calls.refused(e);
    } catch (DependencyDown e) {
      return e;
    }
  }

  /** Failsafe. */
  @Benchmark
  public Object failsafe(FailsafeOpening state, Calls calls) {
    try {
      return state.executor.get(calls.failing());
    } catch (CircuitBreakerOpenException e) {
      return calls.refused(e);
    } catch (FailsafeException e) {
      return e;
    }
  }

  private static void expectOutage(CallTally tally) {
    long all = tally.ran() + tally.refused();
    expect(tally.ran() > 0, "no call has failed");
    expect(
        tally.refused() >= LEAST_REFUSED * all || all < 100 * Settings.WINDOW,
        "only " + tally.refused() + " of " + all + " calls were refused");
  }

  /** Foreguard. */
  @State(Scope.Benchmark)
  public static class Foreguard {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);

    /** Checks that nearly everything was refused and that all was counted. */
    @TearDown
    public void check(CallTally tally) {
      expectOutage(tally);
      var metrics = breaker.metrics();
      expectEqual(metrics.rejected(), tally.refused(), "refusals");
      expectEqual(metrics.calls() + metrics.staleResults(), tally.ran(), "failures");
      expect(metrics.successes() == 0, "successes were counted");
    }
  }

  /** Resilience4j. */
  @State(Scope.Benchmark)
  public static class Resilience4j {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(false, false);

    /** Checks that nearly everything was refused and that all was counted. */
    @TearDown
    public void check(CallTally tally) {
      expectOutage(tally);
      expectEqual(breaker.getMetrics().getNumberOfNotPermittedCalls(), tally.refused(), "refusals");
    }
  }

  /** Failsafe. */
  @State(Scope.Benchmark)
  public static class FailsafeOpening {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(false);
    private final FailsafeExecutor<Integer> executor = Failsafe.with(breaker);

    /** Checks that nearly everything was refused; Failsafe counts no refusals. */
    @TearDown
    public void check(CallTally tally) {
      expectOutage(tally);
    }
  }
}
