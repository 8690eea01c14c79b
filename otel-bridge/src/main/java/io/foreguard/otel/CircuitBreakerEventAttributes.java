package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.ADMISSION_SHARE;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_STATE;
import static io.foreguard.otel.ForeguardAttributes.DECISION;
import static io.foreguard.otel.ForeguardAttributes.EXPLANATION;
import static io.foreguard.otel.ForeguardAttributes.MODEL_CHANGE_REASON;
import static io.foreguard.otel.ForeguardAttributes.MODEL_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODEL_NAME;
import static io.foreguard.otel.ForeguardAttributes.MODEL_TO;
import static io.foreguard.otel.ForeguardAttributes.MODEL_VERSION;
import static io.foreguard.otel.ForeguardAttributes.MODE_FROM;
import static io.foreguard.otel.ForeguardAttributes.MODE_TO;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_REASON;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_SHADOW;
import static io.foreguard.otel.ForeguardAttributes.RETRY_AFTER;
import static io.foreguard.otel.ForeguardAttributes.SUCCESS_PROBABILITY;
import static io.foreguard.otel.ForeguardAttributes.THRESHOLD;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_ERA;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_FROM;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TO;
import static io.foreguard.otel.ForeguardAttributes.TRANSITION_TRIGGER;

import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.Explanation;
import io.foreguard.estimation.Estimate;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a breaker's events. Writing an explanation costs microseconds and many refusals
 * share one, so the last one is kept. Thread-safe.
 */
final class CircuitBreakerEventAttributes {
  private volatile @Nullable Explained last;

  Attributes of(CircuitBreakerEvent.Transition event) {
    return explained(event)
        .put(TRANSITION_FROM, Words.of(event.from()))
        .put(TRANSITION_TO, Words.of(event.to()))
        .put(TRANSITION_TRIGGER, event.trigger())
        .put(TRANSITION_ERA, event.era())
        .put(ADMISSION_SHARE, event.share())
        .build();
  }

  Attributes of(CircuitBreakerEvent.Rejection event) {
    return explained(event)
        .put(CIRCUIT_BREAKER_STATE, Words.of(event.explanation().state()))
        .put(DECISION, "reject")
        .put(REJECTION_REASON, Words.of(event.reason()))
        .put(REJECTION_SHADOW, event.shadow())
        .put(RETRY_AFTER, Words.seconds(event.retryAfter()))
        .build();
  }

  Attributes of(CircuitBreakerEvent.ModelChange event) {
    return Attributes.builder()
        .put(CIRCUIT_BREAKER_NAME, event.circuitBreaker())
        .put(MODEL_FROM, event.from())
        .put(MODEL_TO, event.to())
        .put(MODEL_CHANGE_REASON, event.reason())
        .build();
  }

  Attributes of(CircuitBreakerEvent.ModeChange event) {
    return Attributes.of(
        CIRCUIT_BREAKER_NAME,
        event.circuitBreaker(),
        MODE_FROM,
        Words.of(event.from()),
        MODE_TO,
        Words.of(event.to()));
  }

  private AttributesBuilder explained(CircuitBreakerEvent event) {
    Explanation explanation = event.explanation();
    Estimate estimate = explanation.estimate();
    AttributesBuilder builder =
        Attributes.builder()
            .put(CIRCUIT_BREAKER_NAME, event.circuitBreaker())
            .put(THRESHOLD, explanation.threshold())
            .put(MODEL_NAME, estimate.model())
            .put(MODEL_VERSION, estimate.modelVersion())
            .put(EXPLANATION, words(explanation));
    if (!estimate.isAbstention()) {
      builder.put(SUCCESS_PROBABILITY, estimate.probability());
    }
    return builder;
  }

  private String words(Explanation explanation) {
    Explained known = last;
    if (known == null || known.explanation() != explanation) {
      known = new Explained(explanation, explanation.toString());
      last = known;
    }
    return known.words();
  }

  private record Explained(Explanation explanation, String words) {}
}
