package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;
import static io.foreguard.benchmarks.CallTally.expectEqual;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.retry.Retry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A successful call through one part of a guard other than the breaker. */
public class PartSuccessBenchmark {
  /** Foreguard's semaphore bulkhead. */
  @Benchmark
  public Integer foreguardBulkhead(ForeguardParts state, Calls calls) throws Exception {
    return state.bulkhead.call(calls);
  }

  /** Foreguard's retry. */
  @Benchmark
  public Integer foreguardRetry(ForeguardParts state, Calls calls) throws Exception {
    return state.retry.call(calls);
  }

  /** Resilience4j's semaphore bulkhead. */
  @Benchmark
  public Integer resilience4jBulkhead(Resilience4jParts state, Calls calls) throws Exception {
    return state.bulkhead.executeCallable(calls);
  }

  /** Resilience4j's retry. */
  @Benchmark
  public Integer resilience4jRetry(Resilience4jParts state, Calls calls) throws Exception {
    return state.retry.executeCallable(calls);
  }

  /** Failsafe's bulkhead. */
  @Benchmark
  public Integer failsafeBulkhead(FailsafeParts state, Calls calls) {
    return state.bulkhead.get(calls);
  }

  /** Failsafe's retry. */
  @Benchmark
  public Integer failsafeRetry(FailsafeParts state, Calls calls) {
    return state.retry.get(calls);
  }

  /** Foreguard's parts. */
  @State(Scope.Benchmark)
  public static class ForeguardParts {
    private final Bulkhead bulkhead = Bulkhead.of(Settings.NAME, Settings.foreguardBulkhead());
    private final Retry retry = Retry.of(Settings.NAME, Settings.foreguardRetry());

    /** Checks that the calls passed and that every permit is back. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlySuccesses();
      expect(bulkhead.inFlight() == 0, "the bulkhead leaks permits");
      long retried = retry.metrics().succeededWithoutRetry();
      expect(retried == 0 || retried == tally.ran(), "the retry counted " + retried);
    }
  }

  /** Resilience4j's parts. */
  @State(Scope.Benchmark)
  public static class Resilience4jParts {
    private final io.github.resilience4j.bulkhead.Bulkhead bulkhead =
        Settings.resilience4jBulkhead();
    private final io.github.resilience4j.retry.Retry retry = Settings.resilience4jRetry();

    /** Checks that the calls passed and that every permit is back. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlySuccesses();
      expectEqual(
          bulkhead.getMetrics().getAvailableConcurrentCalls(),
          Settings.MAX_CONCURRENT_CALLS,
          "free permits");
    }
  }

  /** Failsafe's parts. */
  @State(Scope.Benchmark)
  public static class FailsafeParts {
    private final FailsafeExecutor<Integer> bulkhead = Failsafe.with(Settings.failsafeBulkhead());
    private final FailsafeExecutor<Integer> retry = Failsafe.with(Settings.failsafeRetry());

    /** Checks that the calls passed. */
    @TearDown
    public void check(CallTally tally) {
      tally.expectOnlySuccesses();
    }
  }
}
