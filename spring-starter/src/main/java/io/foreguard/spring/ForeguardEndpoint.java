package io.foreguard.spring;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.registry.ForeguardRegistry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** Shows circuit breakers: all with their decisions, one with its reasons and counts. */
@Endpoint(id = "foreguard", defaultAccess = Access.READ_ONLY)
final class ForeguardEndpoint {
  private final ForeguardRegistry registry;

  ForeguardEndpoint(ForeguardRegistry registry) {
    this.registry = registry;
  }

  @ReadOperation
  Map<String, Object> circuitBreakers() {
    Map<String, Object> views = new LinkedHashMap<>();
    registry.circuitBreakers().entries().stream()
        .sorted(Comparator.comparing(CircuitBreaker::name))
        .forEach(breaker -> views.put(breaker.name(), CircuitBreakerView.decision(breaker)));
    return Map.of("circuitBreakers", views);
  }

  @ReadOperation
  @Nullable Map<String, Object> circuitBreaker(@Selector String name) {
    return registry.circuitBreakers().find(name).map(CircuitBreakerView::full).orElse(null);
  }
}
