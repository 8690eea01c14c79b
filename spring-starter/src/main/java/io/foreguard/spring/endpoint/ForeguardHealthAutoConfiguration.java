package io.foreguard.spring.endpoint;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** Auto-configures the health of circuit breakers. */
@AutoConfiguration(
    after = ForeguardAutoConfiguration.class,
    beforeName =
        "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ForeguardRegistry.class)
@ConditionalOnEnabledHealthIndicator("foreguard")
public final class ForeguardHealthAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(name = "foreguardHealthContributor")
  CircuitBreakersHealth foreguardHealthContributor(ForeguardRegistry registry) {
    return new CircuitBreakersHealth(registry);
  }
}
