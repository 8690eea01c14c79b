package io.foreguard.samples.routing;

import io.foreguard.circuitbreaker.CircuitBreaker;
import java.io.IOException;

/** A Foreguard guard, with the last known good profile and then an empty one as fallback. */
final class ForeguardLoyaltyClient implements LoyaltyClient {
  private final GuardedLoyalty guarded;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  ForeguardLoyaltyClient(GuardedLoyalty guarded, CircuitBreaker breaker) {
    this.guarded = guarded;
    this.breaker = breaker;
  }

  @Override
  public Loyalty loyalty(String customerId, String callId) {
    Attempt attempt = new Attempt();
    try {
      return guarded.read(customerId, callId, attempt).as(attempt);
    } catch (IOException | IllegalStateException e) { // interrupted: all else is answered
      return Loyalty.unknown(attempt.decision(), e);
    } finally {
      counts.count(attempt.decision());
    }
  }

  @Override
  public GuardState state() {
    return GuardState.of(breaker, counts);
  }
}
