package io.foreguard.spring.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.State;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class HealthTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardHealthAutoConfiguration.class));

  @Test
  void everyBreakerHasItsHealthAlsoThoseThatComeLater() {
    runner
        .withPropertyValues("foreguard.guards.b.timeout=1s", "foreguard.guards.a.timeout=1s")
        .run(
            context -> {
              CircuitBreakersHealth health = context.getBean(CircuitBreakersHealth.class);
              assertThat(health.stream().map(HealthContributors.Entry::name))
                  .containsExactly("a", "b");
              context.getBean(ForeguardRegistry.class).guard("c");
              assertThat(health.getContributor("c")).isNotNull();
              assertThat(health.getContributor("d")).isNull();
            });
  }

  @Test
  void anOpenCircuitSaysSoAndExplainsWithoutBeingDown() {
    CircuitBreaker breaker = CircuitBreaker.of("x");
    assertThat(healthOf(breaker).getStatus()).isEqualTo(Status.UP);
    breaker.transitionToOpen();
    Health health = healthOf(breaker);
    assertThat(health.getStatus().getCode()).isEqualTo("CIRCUIT_OPEN");
    Map<String, Object> details = health.getDetails();
    assertThat(details).containsEntry("state", State.OPEN).containsEntry("mode", Mode.ENFORCE);
    assertThat(details).containsEntry("share", 0.0);
    assertThat(details.get("probability")).asInstanceOf(DOUBLE).isBetween(0.0, 1.0);
    assertThat(details).containsKeys("interval", "threshold");
    assertThat((String) details.get("explanation")).contains("P(success)");
  }

  @Test
  void aBreakerThatRefusesNothingIsUp() {
    CircuitBreaker breaker = CircuitBreaker.of("x");
    breaker.transitionToOpen();
    breaker.mode(Mode.SHADOW);
    assertThat(healthOf(breaker).getStatus()).isEqualTo(Status.UP);
    breaker.mode(Mode.FORCED_OPEN);
    assertThat(healthOf(breaker).getStatus().getCode()).isEqualTo("CIRCUIT_OPEN");
  }

  @Test
  void thereIsNoneWhereItIsSwitchedOffOrBootsHealthIsAbsent() {
    runner
        .withPropertyValues("management.health.foreguard.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(CircuitBreakersHealth.class));
    runner
        .withPropertyValues("foreguard.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(CircuitBreakersHealth.class));
    runner
        .withClassLoader(new FilteredClassLoader(HealthContributor.class))
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(ForeguardRegistry.class);
              assertThat(context).doesNotHaveBean("foreguardHealthContributor");
            });
  }

  private static Health healthOf(CircuitBreaker breaker) {
    ForeguardRegistry registry = ForeguardRegistry.create();
    registry.guard(breaker.name(), guard -> guard.circuitBreaker(breaker));
    HealthContributor contributor =
        new CircuitBreakersHealth(registry).getContributor(breaker.name());
    Health health = ((HealthIndicator) contributor).health();
    assertThat(health).isNotNull();
    return health;
  }
}
