package io.foreguard.spring;

import io.foreguard.registry.ForeguardRegistry;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures the actuator endpoint {@code foreguard} where it is exposed. */
@AutoConfiguration(after = ForeguardAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ForeguardEndpoint.class)
@ConditionalOnBean(ForeguardRegistry.class)
public final class ForeguardEndpointAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ForeguardEndpoint foreguardEndpoint(ForeguardRegistry registry) {
    return new ForeguardEndpoint(registry);
  }
}
