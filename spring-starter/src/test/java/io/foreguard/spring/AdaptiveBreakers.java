package io.foreguard.spring;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.resilience4j.AdapterConfig;
import io.foreguard.resilience4j.AdaptiveCircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerEvent;
import io.github.resilience4j.common.CompositeCustomizer;
import io.github.resilience4j.common.circuitbreaker.configuration.CircuitBreakerConfigCustomizer;
import io.github.resilience4j.consumer.EventConsumerRegistry;
import io.github.resilience4j.core.registry.RegistryEventConsumer;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfiguration;
import io.github.resilience4j.spring6.circuitbreaker.configure.CircuitBreakerConfigurationProperties;
import java.util.HashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

// The migration guide shows this class.
@Configuration(proxyBeanMethods = false)
class AdaptiveBreakers {
  @Bean
  CircuitBreakerRegistry circuitBreakerRegistry(
      CircuitBreakerConfigurationProperties properties,
      RegistryEventConsumer<CircuitBreaker> consumer,
      EventConsumerRegistry<CircuitBreakerEvent> buffers,
      @Qualifier("compositeCircuitBreakerCustomizer")
          CompositeCustomizer<CircuitBreakerConfigCustomizer> customizer,
      ForeguardRegistry foreguard,
      AdapterConfig adapter) {
    Map<String, CircuitBreakerConfig> configs = new HashMap<>();
    properties
        .getConfigs()
        .forEach(
            (name, shared) ->
                configs.put(name, properties.createCircuitBreakerConfig(name, shared, customizer)));
    AdaptiveCircuitBreakerRegistry registry =
        AdaptiveCircuitBreakerRegistry.builder()
            .adapter(adapter)
            .configs(configs)
            .eventConsumer(consumer)
            .tags(properties.getTags())
            .foreguardRegistry(foreguard)
            .build();
    new CircuitBreakerConfiguration(properties).registerEventConsumer(registry, buffers);
    properties
        .getInstances()
        .forEach(
            (name, own) ->
                registry.circuitBreaker(
                    name, properties.createCircuitBreakerConfig(name, own, customizer)));
    return registry;
  }
}
