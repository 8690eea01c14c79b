package io.foreguard.micrometer;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Outcome;
import io.foreguard.fallback.Fallback;
import io.foreguard.hedge.Hedge;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryMetrics;
import io.foreguard.timeout.Timeout;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What Foreguard's parts say, under the names of resilience4j-micrometer 2.4. There is no number
 * that Foreguard would have to make up: {@link Resilience4jMeter} says where one means a little
 * else.
 */
final class Resilience4jMeters implements MeterSet {
  private static final List<String> STATES =
      List.of("closed", "open", "half_open", "disabled", "forced_open", "metrics_only");
  private static final String SUCCESSFUL = "successful";
  private static final String FAILED = "failed";
  private static final double PERCENT = 100;
  private static final double TOO_FEW = -1;

  @Override
  public void register(CircuitBreaker breaker, PartMeters meters) {
    String name = breaker.name();
    for (String state : STATES) {
      meters.gauge(
          Resilience4jMeter.CIRCUIT_BREAKER_STATE,
          () -> state.equals(state(breaker)) ? 1 : 0,
          name,
          state);
    }
    addWindow(breaker, meters);
    meters.counter(
        Resilience4jMeter.CIRCUIT_BREAKER_NOT_PERMITTED,
        () -> breaker.metrics().rejected(),
        name,
        "not_permitted");
    Timer[] timers = timers(name, meters);
    meters.listen(
        breaker
            .events()
            .onCall(
                (outcome, durationNanos, probe) ->
                    timers[outcome.ordinal()].record(durationNanos, TimeUnit.NANOSECONDS)));
  }

  private static void addWindow(CircuitBreaker breaker, PartMeters meters) {
    String name = breaker.name();
    meters.gauge(
        Resilience4jMeter.CIRCUIT_BREAKER_BUFFERED_CALLS,
        () -> breaker.metrics().windowFailures(),
        name,
        FAILED);
    meters.gauge(
        Resilience4jMeter.CIRCUIT_BREAKER_BUFFERED_CALLS,
        () -> successes(breaker.metrics()),
        name,
        SUCCESSFUL);
    meters.gauge(Resilience4jMeter.CIRCUIT_BREAKER_SLOW_CALLS, () -> 0, name, FAILED);
    meters.gauge(
        Resilience4jMeter.CIRCUIT_BREAKER_SLOW_CALLS,
        () -> breaker.metrics().windowSlowCalls(),
        name,
        SUCCESSFUL);
    meters.gauge(
        Resilience4jMeter.CIRCUIT_BREAKER_FAILURE_RATE,
        () -> percent(breaker.metrics().windowFailureRate()),
        name);
    meters.gauge(
        Resilience4jMeter.CIRCUIT_BREAKER_SLOW_CALL_RATE,
        () -> percent(breaker.metrics().windowSlowCallRate()),
        name);
  }

  @Override
  public void register(Bulkhead bulkhead, PartMeters meters) {
    String name = bulkhead.name();
    meters.gauge(
        Resilience4jMeter.BULKHEAD_AVAILABLE,
        () -> Math.max(0, bulkhead.maxConcurrentCalls() - bulkhead.inFlight()),
        name);
    meters.gauge(Resilience4jMeter.BULKHEAD_MAX_ALLOWED, bulkhead::maxConcurrentCalls, name);
  }

  @Override
  public void register(ThreadPoolBulkhead bulkhead, PartMeters meters) {
    String name = bulkhead.name();
    meters.gauge(Resilience4jMeter.POOL_QUEUE_DEPTH, bulkhead::waiting, name);
    meters.gauge(
        Resilience4jMeter.POOL_QUEUE_CAPACITY, () -> bulkhead.config().queueCapacity(), name);
    meters.gauge(Resilience4jMeter.POOL_SIZE, bulkhead::threads, name);
    meters.gauge(Resilience4jMeter.POOL_MAX_SIZE, bulkhead::maxConcurrentCalls, name);
    meters.gauge(Resilience4jMeter.POOL_CORE_SIZE, () -> bulkhead.config().coreThreads(), name);
    meters.gauge(Resilience4jMeter.POOL_ACTIVE, bulkhead::inFlight, name);
    meters.gauge(
        Resilience4jMeter.POOL_AVAILABLE,
        () -> Math.max(0, bulkhead.maxConcurrentCalls() - bulkhead.inFlight()),
        name);
  }

  @Override
  public void register(Retry retry, PartMeters meters) {
    String name = retry.name();
    RetryMetrics counts = retry.metrics();
    Resilience4jMeter row = Resilience4jMeter.RETRY_CALLS;
    meters.counter(row, counts::succeededWithoutRetry, name, "successful_without_retry");
    meters.counter(row, counts::succeededWithRetry, name, "successful_with_retry");
    meters.counter(row, counts::failedWithoutRetry, name, "failed_without_retry");
    meters.counter(row, counts::failedWithRetry, name, "failed_with_retry");
  }

  @Override
  public void register(Hedge hedge, PartMeters meters) {}

  @Override
  public void register(Timeout timeout, PartMeters meters) {
    String name = timeout.name();
    Resilience4jMeter row = Resilience4jMeter.TIME_LIMITER_CALLS;
    meters.counter(row, timeout::succeededCalls, name, SUCCESSFUL);
    meters.counter(row, timeout::failedCalls, name, FAILED);
    meters.counter(row, timeout::timedOutCalls, name, "timeout");
  }

  @Override
  public void register(Fallback<?> fallback, PartMeters meters) {}

  private static Timer[] timers(String name, PartMeters meters) {
    Outcome[] outcomes = Outcome.values();
    Timer[] timers = new Timer[outcomes.length];
    for (Outcome outcome : outcomes) {
      String kind = outcome.isSuccess() ? SUCCESSFUL : outcome.isFailure() ? FAILED : "ignored";
      timers[outcome.ordinal()] =
          meters.timer(Resilience4jMeter.CIRCUIT_BREAKER_CALLS, name, kind); // the same one again
    }
    return timers;
  }

  private static String state(CircuitBreaker breaker) {
    Mode mode = breaker.mode();
    return switch (mode) {
      case SHADOW -> "metrics_only";
      case DISABLED, FORCED_OPEN -> Words.of(mode);
      case ENFORCE -> {
        State state = breaker.state();
        yield Words.of(state == State.THROTTLED ? State.CLOSED : state);
      }
    };
  }

  private static int successes(CircuitBreakerMetrics metrics) {
    return metrics.windowCalls() - metrics.windowFailures();
  }

  private static double percent(double ratio) {
    return Double.isNaN(ratio) ? TOO_FEW : PERCENT * ratio;
  }
}
