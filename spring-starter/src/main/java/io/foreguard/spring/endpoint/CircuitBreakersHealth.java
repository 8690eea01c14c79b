package io.foreguard.spring.endpoint;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.State;
import io.foreguard.registry.ForeguardRegistry;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Health of every circuit breaker, by name. None is ever DOWN: that a dependency fails is no reason
 * to take this application out of service, which answers by its fallbacks. Thread-safe.
 */
final class CircuitBreakersHealth implements CompositeHealthContributor {
  private final ForeguardRegistry registry;

  CircuitBreakersHealth(ForeguardRegistry registry) {
    this.registry = registry;
  }

  @Override
  public @Nullable HealthContributor getContributor(String name) {
    return registry.circuitBreakers().find(name).map(CircuitBreakersHealth::indicator).orElse(null);
  }

  @Override
  public Stream<Entry> stream() {
    return registry.circuitBreakers().entries().stream()
        .sorted(Comparator.comparing(CircuitBreaker::name))
        .map(breaker -> new Entry(breaker.name(), indicator(breaker)));
  }

  private static HealthIndicator indicator(CircuitBreaker breaker) {
    return () -> health(breaker);
  }

  private static Health health(CircuitBreaker breaker) {
    return Health.status(status(breaker.mode(), breaker.state()))
        .withDetails(CircuitBreakerView.decision(breaker))
        .build();
  }

  private static Status status(Mode mode, State state) {
    return switch (mode) {
      case SHADOW, DISABLED -> Status.UP;
      case FORCED_OPEN -> new Status("CIRCUIT_OPEN", "Every call is refused, as was ordered");
      case ENFORCE ->
          switch (state) {
            case CLOSED -> Status.UP;
            case THROTTLED -> new Status("CIRCUIT_THROTTLED", "A share of the calls is refused");
            case OPEN -> new Status("CIRCUIT_OPEN", "All calls but probes are refused");
            case HALF_OPEN ->
                new Status("CIRCUIT_HALF_OPEN", "The dependency answers; admission grows");
          };
    };
  }
}
