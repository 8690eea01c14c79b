package io.foreguard.samples.loyalty;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/** Resilience4j's circuit breaker, with the last known good points as fallback. */
final class Resilience4jPointsClient implements PointsClient {
  private final PointsEngineApi engine;
  private final LastKnownGood<Integer> lastKnownGood;
  private final String protection;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  Resilience4jPointsClient(
      PointsEngineApi engine, LastKnownGood<Integer> lastKnownGood, int windowSize) {
    this.engine = engine;
    this.lastKnownGood = lastKnownGood;
    this.protection = "resilience4j-" + windowSize;
    this.breaker =
        CircuitBreaker.of(
            "points-engine",
            CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(windowSize)
                .minimumNumberOfCalls(windowSize)
                .failureRateThreshold(50)
                // Its default of 60 s would sleep through a whole incident.
                .waitDurationInOpenState(Duration.ofSeconds(5))
                .permittedNumberOfCallsInHalfOpenState(3)
                .ignoreExceptions(CustomerNotFoundException.class)
                .build());
  }

  @Override
  public Points points(String customerId, String requestId) {
    Attempt attempt = new Attempt();
    try {
      int points =
          breaker.executeCallable(
              () -> {
                attempt.sent(breaker.getState() == State.HALF_OPEN);
                return engine.points(customerId, requestId);
              });
      lastKnownGood.put(customerId, points);
      return Points.fresh(points, attempt.decision());
    } catch (CustomerNotFoundException e) {
      throw e;
    } catch (Exception e) {
      return lastKnownGood
          .find(customerId)
          .map(known -> Points.stale(known.value(), known.age(), attempt.decision()))
          .orElseThrow(() -> unavailable(attempt.decision(), e));
    } finally {
      counts.count(attempt.decision());
    }
  }

  @Override
  public GuardState state() {
    State state = breaker.getState();
    double share = state == State.CLOSED ? 1 : 0;
    return GuardState.withoutEstimate(protection, state.name(), share, counts);
  }

  private static PointsUnavailableException unavailable(Decision decision, Exception cause) {
    return new PointsUnavailableException(decision, Duration.ZERO, cause);
  }
}
