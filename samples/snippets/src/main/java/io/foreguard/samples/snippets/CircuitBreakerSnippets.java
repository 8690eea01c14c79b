package io.foreguard.samples.snippets;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.TripPolicy;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.samples.snippets.Client.Profile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** docs/circuit-breaker.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class CircuitBreakerSnippets {
  private static final Logger log = LoggerFactory.getLogger(CircuitBreakerSnippets.class);

  private CircuitBreakerSnippets() {}

  static void breaker(Client client, String customerId) throws Exception {
    CircuitBreaker breaker =
        CircuitBreaker.of(
            "loyalty",
            CircuitBreakerConfig.builder()
                .deadline(Duration.ofMillis(800))
                .classifier(
                    OutcomeClassifier.standard()
                        .callerFaultIf(NoSuchElementException.class::isInstance)
                        .failureIfResult(
                            result ->
                                result instanceof HttpResponse<?> response
                                    && response.statusCode() >= 500))
                .build());
    Profile profile = breaker.call(() -> client.profile(customerId));
  }

  static void permit(CircuitBreaker breaker, Client client, String customerId) throws IOException {
    try (Permit permit = breaker.acquire()) {
      try {
        permit.result(client.profile(customerId));
      } catch (IOException | RuntimeException e) {
        permit.failure(e);
        throw e;
      }
    }
  }

  static void control(CircuitBreaker breaker) {
    breaker.events().onTransition(t -> log.info("{} to {}: {}", t.from(), t.to(), t.explanation()));
    log.info("{}, {}", breaker.explain(), breaker.metrics().rejected());
    breaker.mode(Mode.FORCED_OPEN);
    breaker.transitionToClosed();
    breaker.reconfigure(breaker.config().toBuilder().policy(TripPolicy.classic()).build());
  }
}
