package io.foreguard.samples.loyalty;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.Guarded;
import java.io.IOException;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** The points engine inside the guard of the properties {@code foreguard.guards.points-engine}. */
@Component
class GuardedPointsEngine {
  static final String GUARD = "points-engine";

  private final PointsEngineApi engine;
  private final CircuitBreaker breaker;

  GuardedPointsEngine(PointsEngineApi engine, ForeguardRegistry registry) {
    this.engine = engine;
    this.breaker = registry.guards().find(GUARD).orElseThrow().circuitBreaker();
  }

  /** Reads points now, or gives the last known good reading of that customer. */
  @Guarded(name = GUARD, key = "#customerId")
  Reading read(String customerId, String requestId, Attempt attempt) throws IOException {
    attempt.sent(isProbing());
    try {
      return new Reading(engine.points(customerId, requestId), attempt, System.nanoTime());
    } catch (CustomerNotFoundException e) {
      attempt.notFound(e);
      throw e;
    }
  }

  private boolean isProbing() {
    State state = breaker.state();
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  /**
   * Points, and the call that read them.
   *
   * @param readNanos {@link System#nanoTime} of the reading
   */
  record Reading(int points, Attempt by, long readNanos) {
    /** These points as what {@code attempt} got: stale when another call has read them. */
    Points as(Attempt attempt) {
      return by == attempt
          ? Points.fresh(points, attempt.decision())
          : Points.stale(
              points, Duration.ofNanos(System.nanoTime() - readNanos), attempt.decision());
    }
  }
}
