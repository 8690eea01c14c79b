package io.foreguard.micrometer;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.fallback.Fallback;
import io.foreguard.hedge.Hedge;
import io.foreguard.retry.Retry;
import io.foreguard.timeout.Timeout;
import java.util.List;

/** The meters of each kind of part under one naming. Immutable. */
interface MeterSet {
  static List<MeterSet> of(MeterNaming naming) {
    return switch (naming) {
      case FOREGUARD -> List.of(new OwnMeters());
      case RESILIENCE4J -> List.of(new Resilience4jMeters());
      case BOTH -> List.of(new OwnMeters(), new Resilience4jMeters());
    };
  }

  void register(CircuitBreaker breaker, PartMeters meters);

  void register(Bulkhead bulkhead, PartMeters meters);

  void register(ThreadPoolBulkhead bulkhead, PartMeters meters);

  void register(Retry retry, PartMeters meters);

  void register(Hedge hedge, PartMeters meters);

  void register(Timeout timeout, PartMeters meters);

  void register(Fallback<?> fallback, PartMeters meters);
}
