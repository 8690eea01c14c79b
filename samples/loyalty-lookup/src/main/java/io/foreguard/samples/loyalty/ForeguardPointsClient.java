package io.foreguard.samples.loyalty;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import java.time.Duration;

/** A Foreguard guard, with the last known good points as fallback. */
final class ForeguardPointsClient implements PointsClient {
  private final GuardedPointsEngine engine;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  ForeguardPointsClient(GuardedPointsEngine engine, CircuitBreaker breaker) {
    this.engine = engine;
    this.breaker = breaker;
  }

  @Override
  public Points points(String customerId, String requestId) {
    Attempt attempt = new Attempt();
    try {
      Points points = engine.read(customerId, requestId, attempt).as(attempt);
      attempt.requireFound();
      return points;
    } catch (CustomerNotFoundException e) {
      throw e;
    } catch (Exception e) {
      throw new PointsUnavailableException(attempt.decision(), retryAfter(e), e);
    } finally {
      counts.count(attempt.decision());
    }
  }

  @Override
  public GuardState state() {
    return GuardState.of(breaker, counts);
  }

  private static Duration retryAfter(Exception e) {
    return e instanceof CallRejectedException refusal ? refusal.retryAfter() : Duration.ZERO;
  }
}
