package io.foreguard.micrometer;

import io.micrometer.core.instrument.Meter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of the meters of resilience4j-micrometer 2.4, with what each says here. None has a base
 * unit but the timer.
 */
enum Resilience4jMeter implements MeterRow {
  CIRCUIT_BREAKER_CALLS(
      "resilience4j.circuitbreaker.calls",
      Meter.Type.TIMER,
      "How long admitted calls took, by how they ended: CALLER_FAULT and IGNORED are ignored",
      "name",
      "kind"),
  CIRCUIT_BREAKER_NOT_PERMITTED(
      "resilience4j.circuitbreaker.not.permitted.calls",
      Meter.Type.COUNTER,
      "Calls refused; since the breaker was made, not since it was bound",
      "name",
      "kind"),
  CIRCUIT_BREAKER_STATE(
      "resilience4j.circuitbreaker.state",
      Meter.Type.GAUGE,
      "1 for the state: THROTTLED is closed, shadow mode is metrics_only",
      "name",
      "state"),
  CIRCUIT_BREAKER_BUFFERED_CALLS(
      "resilience4j.circuitbreaker.buffered.calls",
      Meter.Type.GAUGE,
      "Calls in the sliding window; of a predictive breaker, the last 100",
      "name",
      "kind"),
  CIRCUIT_BREAKER_SLOW_CALLS(
      "resilience4j.circuitbreaker.slow.calls",
      Meter.Type.GAUGE,
      "Slow calls in that window; none of them failed, for a failure is never slow",
      "name",
      "kind"),
  CIRCUIT_BREAKER_FAILURE_RATE(
      "resilience4j.circuitbreaker.failure.rate",
      Meter.Type.GAUGE,
      "Failures in that window in percent; -1 below the minimum of calls",
      "name"),
  CIRCUIT_BREAKER_SLOW_CALL_RATE(
      "resilience4j.circuitbreaker.slow.call.rate",
      Meter.Type.GAUGE,
      "Slow calls in that window in percent; -1 below the minimum of calls",
      "name"),
  BULKHEAD_AVAILABLE(
      "resilience4j.bulkhead.available.concurrent.calls",
      Meter.Type.GAUGE,
      "Calls for which there is room",
      "name"),
  BULKHEAD_MAX_ALLOWED(
      "resilience4j.bulkhead.max.allowed.concurrent.calls",
      Meter.Type.GAUGE,
      "Calls that may run at the same time",
      "name"),
  POOL_QUEUE_DEPTH(
      "resilience4j.bulkhead.queue.depth", Meter.Type.GAUGE, "Calls that wait", "name"),
  POOL_QUEUE_CAPACITY(
      "resilience4j.bulkhead.queue.capacity", Meter.Type.GAUGE, "Calls that may wait", "name"),
  POOL_SIZE("resilience4j.bulkhead.thread.pool.size", Meter.Type.GAUGE, "Threads", "name"),
  POOL_MAX_SIZE(
      "resilience4j.bulkhead.max.thread.pool.size", Meter.Type.GAUGE, "Most threads", "name"),
  POOL_CORE_SIZE(
      "resilience4j.bulkhead.core.thread.pool.size",
      Meter.Type.GAUGE,
      "Threads that stay when idle",
      "name"),
  POOL_ACTIVE(
      "resilience4j.bulkhead.active.thread.count", Meter.Type.GAUGE, "Calls that run", "name"),
  POOL_AVAILABLE(
      "resilience4j.bulkhead.available.thread.count",
      Meter.Type.GAUGE,
      "Further calls that may run at once",
      "name"),
  RETRY_CALLS(
      "resilience4j.retry.calls",
      Meter.Type.COUNTER,
      "Calls under a retry, by how they ended",
      "name",
      "kind"),
  TIME_LIMITER_CALLS(
      "resilience4j.timelimiter.calls",
      Meter.Type.COUNTER,
      "Calls under a time-out, by how they ended; those that their caller cancelled are not counted",
      "name",
      "kind");

  private final String meter;
  private final Meter.Type type;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, of texts
  private final List<String> tags;

  Resilience4jMeter(String meter, Meter.Type type, String description, String... tags) {
    this.meter = meter;
    this.type = type;
    this.description = description;
    this.tags = List.of(tags);
  }

  @Override
  public String meterName() {
    return meter;
  }

  @Override
  public Meter.Type type() {
    return type;
  }

  @Override
  public @Nullable String unit() {
    return type == Meter.Type.TIMER ? "seconds" : null;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<String> tags() {
    return tags;
  }
}
