package io.foreguard.samples.routing;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.samples.routing.LoyaltyApi.Profile;
import io.foreguard.spring.Guarded;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** loyalty-lookup inside the guard of the properties {@code foreguard.guards.loyalty-lookup}. */
@Component
class GuardedLoyalty {
  static final String GUARD = "loyalty-lookup";

  private final LoyaltyApi api;
  private final CircuitBreaker breaker;

  GuardedLoyalty(LoyaltyApi api, ForeguardRegistry registry) {
    this.api = api;
    this.breaker = registry.guards().find(GUARD).orElseThrow().circuitBreaker();
  }

  /** Asks now, or gives the last known good answer about that customer, or an empty one. */
  @Guarded(name = GUARD, key = "#customerId", fallbackMethod = "unknown")
  Reading read(String customerId, String callId, Attempt attempt) throws IOException {
    attempt.sent(isProbing());
    try {
      return new Reading(api.profile(customerId, callId), attempt, System.nanoTime());
    } catch (IOException | RuntimeException e) {
      attempt.failed(e);
      throw e;
    }
  }

  @SuppressWarnings("unused") // the fallback method of read
  private Reading unknown(String customerId, String callId, Attempt attempt, Exception failure) {
    return new Reading(null, attempt, 0);
  }

  private boolean isProbing() {
    State state = breaker.state();
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  /**
   * An answer of loyalty-lookup, and the call that got it.
   *
   * @param profile null when nothing is known
   * @param readNanos {@link System#nanoTime} of the reading
   */
  record Reading(@Nullable Profile profile, Attempt by, long readNanos) {
    /**
     * This as what {@code attempt} got: remembered when another call has read it.
     *
     * @throws CustomerNotFoundException if that was the answer, to which nothing remembered is one
     */
    Loyalty as(Attempt attempt) {
      Exception failure = attempt.failure();
      if (failure instanceof CustomerNotFoundException notFound) {
        throw notFound;
      }
      if (profile == null) {
        return Loyalty.unknown(attempt.decision(), failure);
      }
      if (by == attempt) {
        return Loyalty.answered(profile, attempt.decision());
      }
      Duration age = Duration.ofNanos(System.nanoTime() - readNanos);
      return Loyalty.remembered(profile, age, attempt.decision(), failure);
    }
  }
}
