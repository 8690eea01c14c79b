package io.foreguard.benchmarks;

import static io.foreguard.benchmarks.CallTally.expect;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.resilience4j.AdapterConfig;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A successful call through a closed circuit breaker. */
public class BreakerSuccessBenchmark {
  /** Foreguard as it comes: the default model and the predictive policy. */
  @Benchmark
  public Integer foreguard(Predictive state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Foreguard with the window and threshold of the peers. */
  @Benchmark
  public Integer foreguardClassic(Classic state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Foreguard while somebody listens for transitions. */
  @Benchmark
  public Integer foreguardListened(PredictiveListened state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Foreguard with a permit that is settled by hand. */
  @Benchmark
  public boolean foreguardPermit(Predictive state, Calls calls) {
    var permit = state.breaker.acquire();
    return permit.result(calls.call());
  }

  /** Foreguard on a clock that steps once in a millisecond. */
  @Benchmark
  public Integer foreguardCoarse(PredictiveCoarse state, Calls calls) throws Exception {
    return state.breaker.call(calls);
  }

  /** Resilience4j, last 100 calls. */
  @Benchmark
  public Integer resilience4j(Resilience4j state, Calls calls) throws Exception {
    return state.breaker.executeCallable(calls);
  }

  /** Resilience4j, last 60 seconds. */
  @Benchmark
  public Integer resilience4jTimeWindow(Resilience4jTimeWindow state, Calls calls)
      throws Exception {
    return state.breaker.executeCallable(calls);
  }

  /** Resilience4j while somebody listens for transitions. */
  @Benchmark
  public Integer resilience4jListened(Resilience4jListened state, Calls calls) throws Exception {
    return state.breaker.executeCallable(calls);
  }

  /** Resilience4j with a permission that is settled by hand. */
  @Benchmark
  public Integer resilience4jPermit(Resilience4j state, Calls calls) {
    state.breaker.acquirePermission();
    long start = System.nanoTime();
    Integer answer = calls.call();
    state.breaker.onResult(System.nanoTime() - start, TimeUnit.NANOSECONDS, answer);
    return answer;
  }

  /** Resilience4j's interface with its own thresholds, last 100 calls. */
  @Benchmark
  public Integer adapterClassic(AdapterClassic state, Calls calls) throws Exception {
    return state.breaker.executeCallable(calls);
  }

  /** Resilience4j's interface with success probabilities behind it. */
  @Benchmark
  public Integer adapterPredictive(AdapterPredictive state, Calls calls) throws Exception {
    return state.breaker.executeCallable(calls);
  }

  /** Failsafe, last 100 calls. */
  @Benchmark
  public Integer failsafe(FailsafeCount state, Calls calls) {
    return state.executor.get(calls);
  }

  /** Failsafe, last 60 seconds. */
  @Benchmark
  public Integer failsafeTimeWindow(FailsafeTimeWindow state, Calls calls) {
    return state.executor.get(calls);
  }

  /** Foreguard with its defaults. */
  @State(Scope.Benchmark)
  public static class Predictive {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Foreguard with fixed thresholds. */
  @State(Scope.Benchmark)
  public static class Classic {
    private final CircuitBreaker breaker =
        CircuitBreaker.of(Settings.NAME, Settings.foreguardClassic());

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Foreguard with its defaults on a coarse clock. */
  @State(Scope.Benchmark)
  public static class PredictiveCoarse {
    private final CircuitBreaker breaker =
        CircuitBreaker.of(
            Settings.NAME, CircuitBreakerConfig.defaults(), Clock.coarse(Duration.ofMillis(1)));

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Foreguard with a listener for transitions. */
  @State(Scope.Benchmark)
  public static class PredictiveListened {
    private final CircuitBreaker breaker = CircuitBreaker.of(Settings.NAME);
    private final AtomicInteger transitions = new AtomicInteger();

    /** Adds the listener. */
    @Setup
    public void listen() {
      var unused = breaker.events().onTransition(event -> transitions.incrementAndGet());
    }

    /** Checks that every call was counted. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
      expect(transitions.get() == 0, "the breaker moved");
    }
  }

  /** Resilience4j, count-based. */
  @State(Scope.Benchmark)
  public static class Resilience4j {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(false, true);

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Resilience4j, time-based. */
  @State(Scope.Benchmark)
  public static class Resilience4jTimeWindow {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(true, true);

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Resilience4j, count-based, with a listener for transitions. */
  @State(Scope.Benchmark)
  public static class Resilience4jListened {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.resilience4jBreaker(false, true);
    private final AtomicInteger transitions = new AtomicInteger();

    /** Adds the listener. */
    @Setup
    public void listen() {
      breaker.getEventPublisher().onStateTransition(event -> transitions.incrementAndGet());
    }

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
      expect(transitions.get() == 0, "the breaker moved");
    }
  }

  /** The adapter with fixed thresholds. */
  @State(Scope.Benchmark)
  public static class AdapterClassic {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.adapter(AdapterConfig.classic());

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** The adapter with the predictive policy. */
  @State(Scope.Benchmark)
  public static class AdapterPredictive {
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker breaker =
        Settings.adapter(AdapterConfig.predictive());

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Failsafe, count-based. */
  @State(Scope.Benchmark)
  public static class FailsafeCount {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(false);
    private final FailsafeExecutor<Integer> executor = Failsafe.with(breaker);

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }

  /** Failsafe, time-based. */
  @State(Scope.Benchmark)
  public static class FailsafeTimeWindow {
    private final dev.failsafe.CircuitBreaker<Integer> breaker = Settings.failsafeBreaker(true);
    private final FailsafeExecutor<Integer> executor = Failsafe.with(breaker);

    /** Checks that successes were counted, and nothing else. */
    @TearDown
    public void check(CallTally tally) {
      Subjects.expectOnlySuccesses(breaker, tally);
    }
  }
}
