package io.foreguard.samples.routing;

import io.foreguard.samples.routing.LoyaltyApi.Profile;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/** Resilience4j's circuit breaker, with the last known good profile as fallback. */
final class Resilience4jLoyaltyClient implements LoyaltyClient {
  private final LoyaltyApi api;
  private final LastKnownGood<Profile> lastKnownGood;
  private final String protection;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  Resilience4jLoyaltyClient(LoyaltyApi api, LastKnownGood<Profile> lastKnownGood, int windowSize) {
    this.api = api;
    this.lastKnownGood = lastKnownGood;
    this.protection = "resilience4j-" + windowSize;
    this.breaker =
        CircuitBreaker.of(
            "loyalty-lookup",
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
  public Loyalty loyalty(String customerId, String callId) {
    Attempt attempt = new Attempt();
    try {
      Profile profile =
          breaker.executeCallable(
              () -> {
                attempt.sent(breaker.getState() == State.HALF_OPEN);
                return api.profile(customerId, callId);
              });
      lastKnownGood.put(customerId, profile);
      return Loyalty.answered(profile, attempt.decision());
    } catch (CustomerNotFoundException e) {
      throw e;
    } catch (Exception e) {
      return lastKnownGood
          .find(customerId)
          .map(known -> Loyalty.remembered(known.value(), known.age(), attempt.decision(), e))
          .orElseGet(() -> Loyalty.unknown(attempt.decision(), e));
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
}
