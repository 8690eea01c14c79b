package io.foreguard.resilience4j;

import io.foreguard.internal.Require;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.registry.NamedRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.Registry.EventPublisher;
import java.util.Optional;

/**
 * Keeps the Foreguard breakers behind those of a Resilience4j registry in a registry of Foreguard's
 * too, for as long as they are in the first. Thread-safe.
 */
final class Mirror {
  private static final String NAME = "the name of a circuit breaker";
  private static final String NAME_RULE = "free in the Foreguard registry";

  private final NamedRegistry<io.foreguard.circuitbreaker.CircuitBreaker, ?> image;

  Mirror(ForeguardRegistry registry) {
    image = registry.circuitBreakers();
  }

  /**
   * Answers {@code made} if there is room for it.
   *
   * @throws IllegalArgumentException if another breaker has its name
   */
  CircuitBreaker checked(CircuitBreaker made) {
    boolean isFree = behind(made).isEmpty() || image.find(made.getName()).isEmpty();
    Require.that(isFree, NAME, NAME_RULE, made.getName());
    return made;
  }

  /** Follows what {@code events} tell. */
  void follow(EventPublisher<CircuitBreaker> events) {
    events
        .onEntryAdded(event -> add(event.getAddedEntry()))
        .onEntryRemoved(event -> remove(event.getRemovedEntry()))
        .onEntryReplaced(
            event -> {
              remove(event.getOldEntry());
              add(event.getNewEntry());
            });
  }

  private void add(CircuitBreaker entry) {
    behind(entry)
        .ifPresent(
            breaker ->
                Require.that(
                    image.add(breaker.name(), breaker) == breaker,
                    NAME,
                    NAME_RULE,
                    breaker.name()));
  }

  private void remove(CircuitBreaker entry) {
    behind(entry)
        .filter(breaker -> image.find(breaker.name()).orElse(null) == breaker)
        .ifPresent(breaker -> image.remove(breaker.name()));
  }

  private static Optional<io.foreguard.circuitbreaker.CircuitBreaker> behind(CircuitBreaker entry) {
    return entry instanceof AdaptiveCircuitBreaker adaptive
        ? adaptive.foreguard()
        : Optional.empty();
  }
}
