package io.foreguard.micrometer;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.fallback.Answer.Source;
import io.foreguard.fallback.Fallback;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeMetrics;
import io.foreguard.hedge.RefusalReason;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryMetrics;
import io.foreguard.timeout.Timeout;
import io.micrometer.core.instrument.Timer;

/** Foreguard's own meters. */
final class OwnMeters implements MeterSet {
  @Override
  public void register(CircuitBreaker breaker, PartMeters meters) {
    CircuitBreakerMeters.register(breaker, meters);
  }

  @Override
  public void register(Bulkhead bulkhead, PartMeters meters) {
    String name = bulkhead.name();
    String type = "semaphore";
    meters.gauge(ForeguardMeter.BULKHEAD_LIMIT, bulkhead::maxConcurrentCalls, name, type);
    meters.gauge(ForeguardMeter.BULKHEAD_USAGE, bulkhead::inFlight, name, type);
    meters.gauge(ForeguardMeter.BULKHEAD_WAITING, bulkhead::waiting, name, type);
    meters.counter(ForeguardMeter.BULKHEAD_REJECTIONS, bulkhead::rejectedCalls, name, type);
  }

  @Override
  public void register(ThreadPoolBulkhead bulkhead, PartMeters meters) {
    String name = bulkhead.name();
    String type = "thread_pool";
    meters.gauge(ForeguardMeter.BULKHEAD_LIMIT, bulkhead::maxConcurrentCalls, name, type);
    meters.gauge(ForeguardMeter.BULKHEAD_USAGE, bulkhead::inFlight, name, type);
    meters.gauge(ForeguardMeter.BULKHEAD_WAITING, bulkhead::waiting, name, type);
    meters.counter(ForeguardMeter.BULKHEAD_REJECTIONS, bulkhead::rejectedCalls, name, type);
  }

  @Override
  public void register(Retry retry, PartMeters meters) {
    String name = retry.name();
    RetryMetrics counts = retry.metrics();
    meters.counter(ForeguardMeter.RETRY_CALLS, counts::succeededWithoutRetry, name, "success");
    meters.counter(
        ForeguardMeter.RETRY_CALLS, counts::succeededWithRetry, name, "success_after_retry");
    meters.counter(ForeguardMeter.RETRY_CALLS, counts::failedWithoutRetry, name, "failure");
    meters.counter(
        ForeguardMeter.RETRY_CALLS, counts::failedWithRetry, name, "failure_after_retry");
    meters.counter(ForeguardMeter.RETRY_ATTEMPTS, counts::calls, name, "first");
    meters.counter(ForeguardMeter.RETRY_ATTEMPTS, counts::retries, name, "retry");
    meters.counter(ForeguardMeter.RETRY_BUDGET_REFUSALS, counts::budgetRefusals, name);
    meters.gauge(ForeguardMeter.RETRY_BUDGET_UTILIZATION, () -> retry.budget().utilization(), name);
  }

  @Override
  public void register(Hedge hedge, PartMeters meters) {
    String name = hedge.name();
    HedgeMetrics counts = hedge.metrics();
    meters.counter(ForeguardMeter.HEDGE_ATTEMPTS, counts::calls, name, "first");
    meters.counter(ForeguardMeter.HEDGE_ATTEMPTS, counts::hedges, name, "hedge");
    meters.counter(ForeguardMeter.HEDGE_WINS, counts::wins, name);
    for (RefusalReason reason : RefusalReason.values()) {
      meters.counter(
          ForeguardMeter.HEDGE_REFUSALS, () -> counts.refusals(reason), name, Words.of(reason));
    }
    meters.gauge(ForeguardMeter.HEDGE_BUDGET_UTILIZATION, () -> hedge.budget().utilization(), name);
  }

  @Override
  public void register(Timeout timeout, PartMeters meters) {
    meters.counter(ForeguardMeter.TIMEOUT_EXPIRATIONS, timeout::timedOutCalls, timeout.name());
  }

  @Override
  public void register(Fallback<?> fallback, PartMeters meters) {
    for (Source source : Source.values()) {
      meters.counter(
          ForeguardMeter.FALLBACK_SERVED,
          () -> fallback.served(source),
          fallback.name(),
          Words.of(source));
    }
    Timer age = meters.timer(ForeguardMeter.FALLBACK_AGE, fallback.name());
    meters.listen(
        fallback
            .served()
            .subscribe(
                answer -> {
                  if (answer.source() == Source.STALE) {
                    age.record(answer.age());
                  }
                }));
  }
}
