package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;
import static io.foreguard.benchmarks.CallTally.expectEqual;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Timeout;
import io.foreguard.fallback.Answer.Source;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A successful call through retry( breaker( bulkhead( call ))). Each call brings its own body, as
 * calls with arguments do; the variants that are decorated once show what that costs. Resilience4j
 * has no time-out for calls on the caller's own thread, so only Failsafe stands beside ours.
 */
public class GuardSuccessBenchmark {
  /** A Foreguard guard. */
  @Benchmark
  public Integer foreguard(Foreguard state, Calls calls) throws Exception {
    return state.guard.call(calls);
  }

  /** A Foreguard guard around a body that is decorated once. */
  @Benchmark
  public Integer foreguardDecorated(ForeguardDecorated state) throws Exception {
    return state.body.call();
  }

  /** A Foreguard guard with a fallback to the last known good answer of one of 128 keys. */
  @Benchmark
  public @Nullable Object foreguardFallback(ForeguardFallback state, Calls calls) throws Exception {
    return state.guard.call(state.keys[(int) calls.ran() & (ForeguardFallback.KEYS - 1)], calls);
  }

  /** The same where every answer is another one. */
  @Benchmark
  public @Nullable Object foreguardFallbackNewAnswers(ForeguardFallback state, Calls calls)
      throws Exception {
    Object key = state.keys[(int) calls.ran() & (ForeguardFallback.KEYS - 1)];
    return state.guard.call(key, calls.distinct());
  }

  /** A Foreguard guard with a time-out. */
  @Benchmark
  public Integer foreguardTimeout(ForeguardTimeout state, Calls calls) throws Exception {
    return state.guard.call(calls);
  }

  /** The three decorators of Resilience4j. */
  @Benchmark
  public Integer resilience4j(Resilience4j state, Calls calls) throws Exception {
    return state.decorate(calls).call();
  }

  /** The three decorators of Resilience4j around a body that is decorated once. */
  @Benchmark
  public Integer resilience4jDecorated(Resilience4jDecorated state) throws Exception {
    return state.body.call();
  }

  /** A Failsafe executor with three policies. */
  @Benchmark
  public Integer failsafe(FailsafePolicies state, Calls calls) {
    return state.executor.get(calls);
  }

  /** A Failsafe executor with a time-out as well. */
  @Benchmark
  public Integer failsafeTimeout(FailsafeTimeout state, Calls calls) {
    return state.executor.get(calls);
  }

  /** A guard with Foreguard's default breaker. */
  @State(Scope.Benchmark)
  public static class Foreguard {
    private final Guard guard = builder().build();

    /** Checks that every layer has seen every call. */
    @TearDown
    public void check(CallTally tally) {
      expectOnlySuccesses(guard, tally);
    }

    private static GuardBuilder builder() {
      return Guard.builder(Settings.NAME)
          .retry(Settings.foreguardRetry())
          .bulkhead(Settings.foreguardBulkhead());
    }

    private static void expectOnlySuccesses(Guard guard, CallTally tally) {
      Subjects.expectOnlySuccesses(guard.circuitBreaker(), tally);
      var retry = guard.retry().orElseThrow().metrics();
      expectEqual(retry.succeededWithoutRetry(), tally.ran(), "calls that needed no retry");
      expect(guard.bulkhead().orElseThrow().inFlight() == 0, "the bulkhead leaks permits");
    }
  }

  /** The same with a last known good answer behind it. */
  @State(Scope.Benchmark)
  public static class ForeguardFallback {
    static final int KEYS = 128;

    private final Object[] keys = IntStream.range(0, KEYS).mapToObj(i -> "key-" + i).toArray();
    private final FallbackGuard<Object> guard =
        Foreguard.builder()
            .build()
            .withFallback(Fallback.lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10))));

    /** Checks that every layer has seen every call. */
    @TearDown
    public void check(CallTally tally) {
      Foreguard.expectOnlySuccesses(guard.guard(), tally);
      expectEqual(guard.fallback().served(Source.FRESH), tally.ran(), "fresh answers");
    }
  }

  /** The same with a time-out. */
  @State(Scope.Benchmark)
  public static class ForeguardTimeout {
    private final Guard guard = Foreguard.builder().timeout(Settings.TIMEOUT).build();

    /** Checks that every layer has seen every call. */
    @TearDown
    public void check(CallTally tally) {
      Foreguard.expectOnlySuccesses(guard, tally);
      expect(guard.timeout().orElseThrow().timedOutCalls() == 0, "calls timed out");
    }
  }

  /** What a Resilience4j user composes. */
  @State(Scope.Benchmark)
  public static class Resilience4j {
    private final Retry retry = Settings.resilience4jRetry();
    private final CircuitBreaker breaker = Settings.resilience4jBreaker(false, true);
    private final Bulkhead bulkhead = Settings.resilience4jBulkhead();

    private Callable<Integer> decorate(Callable<Integer> body) {
      return Retry.decorateCallable(
          retry,
          CircuitBreaker.decorateCallable(breaker, Bulkhead.decorateCallable(bulkhead, body)));
    }

    /** Checks that every layer has seen every call. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
      expectEqual(
          retry.getMetrics().getNumberOfSuccessfulCallsWithoutRetryAttempt(),
          tally.ran(),
          "calls that needed no retry");
      expectEqual(
          bulkhead.getMetrics().getAvailableConcurrentCalls(),
          Settings.MAX_CONCURRENT_CALLS,
          "free permits");
    }
  }

  /** The body of one thread inside a Foreguard guard. */
  @State(Scope.Thread)
  public static class ForeguardDecorated {
    private Callable<Integer> body = () -> 0;

    /** Decorates the body. */
    @Setup
    public void decorate(Calls calls, Foreguard state) {
      body = state.guard.decorate(calls);
    }
  }

  /** The body of one thread inside the decorators of Resilience4j. */
  @State(Scope.Thread)
  public static class Resilience4jDecorated {
    private Callable<Integer> body = () -> 0;

    /** Decorates the body. */
    @Setup
    public void decorate(Calls calls, Resilience4j state) {
      body = state.decorate(calls);
    }
  }

  /** What a Failsafe user composes. */
  @State(Scope.Benchmark)
  public static class FailsafePolicies {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(false);
    private final FailsafeExecutor<Integer> executor =
        Failsafe.with(Settings.failsafeRetry(), breaker, Settings.failsafeBulkhead());

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** The same with a time-out that interrupts, as ours does. */
  @State(Scope.Benchmark)
  public static class FailsafeTimeout {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(false);
    private final FailsafeExecutor<Integer> executor =
        Failsafe.with(
            Settings.failsafeRetry(),
            breaker,
            Settings.failsafeBulkhead(),
            Timeout.<Integer>builder(Settings.TIMEOUT).withInterrupt().build());

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }
}
