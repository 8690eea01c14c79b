package io.foreguard.samples.routing;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;
import io.foreguard.fallback.Answer;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.samples.routing.LoyaltyApi.Profile;

/** A Foreguard guard, with the last known good profile and then an empty one as fallback. */
final class ForeguardLoyaltyClient implements LoyaltyClient {
  private final LoyaltyApi api;
  private final FallbackGuard<Profile> guard;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  ForeguardLoyaltyClient(LoyaltyApi api, FallbackGuard<Profile> guard) {
    this.api = api;
    this.guard = guard;
    this.breaker = guard.guard().circuitBreaker();
  }

  @Override
  public Loyalty loyalty(String customerId, String callId) {
    Attempt attempt = new Attempt();
    try {
      Answer<Profile> answer =
          guard.answer(
              customerId,
              () -> {
                attempt.sent(isProbing());
                return api.profile(customerId, callId);
              });
      return loyalty(answer, attempt.decision());
    } catch (CustomerNotFoundException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Loyalty.unknown(attempt.decision(), e);
    } catch (Exception e) {
      return Loyalty.unknown(attempt.decision(), e);
    } finally {
      counts.count(attempt.decision());
    }
  }

  @Override
  public GuardState state() {
    return GuardState.of(breaker, counts);
  }

  private boolean isProbing() {
    State state = breaker.state();
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  private static Loyalty loyalty(Answer<Profile> answer, Decision decision) {
    Throwable failure = answer.cause().orElse(null);
    return switch (answer.source()) {
      case FRESH -> Loyalty.answered(answer.value(), decision);
      case STALE -> Loyalty.remembered(answer.value(), answer.age(), decision, failure);
      case DEFAULT -> Loyalty.unknown(decision, failure);
    };
  }
}
