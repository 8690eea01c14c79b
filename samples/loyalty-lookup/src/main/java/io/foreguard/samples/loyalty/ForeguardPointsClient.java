package io.foreguard.samples.loyalty;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.State;
import io.foreguard.fallback.Answer;
import io.foreguard.guard.FallbackGuard;
import java.time.Duration;

/** A Foreguard guard, with the last known good points as fallback. */
final class ForeguardPointsClient implements PointsClient {
  private final PointsEngineApi engine;
  private final FallbackGuard<Integer> guard;
  private final CircuitBreaker breaker;
  private final CallCounts counts = new CallCounts();

  ForeguardPointsClient(PointsEngineApi engine, FallbackGuard<Integer> guard) {
    this.engine = engine;
    this.guard = guard;
    this.breaker = guard.guard().circuitBreaker();
  }

  @Override
  public Points points(String customerId, String requestId) {
    Attempt attempt = new Attempt();
    try {
      Answer<Integer> answer =
          guard.answer(
              customerId,
              () -> {
                attempt.sent(isProbing());
                return engine.points(customerId, requestId);
              });
      Source source = answer.isStale() ? Source.STALE : Source.FRESH;
      return new Points(answer.value(), source, answer.age(), attempt.decision());
    } catch (CustomerNotFoundException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PointsUnavailableException(attempt.decision(), Duration.ZERO, e);
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

  private boolean isProbing() {
    State state = breaker.state();
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  private static Duration retryAfter(Exception e) {
    return e instanceof CallRejectedException refusal ? refusal.retryAfter() : Duration.ZERO;
  }
}
