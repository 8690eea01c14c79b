package io.foreguard.spring.cloud;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.GuardFactory;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures Spring Cloud's factories of circuit breakers, before Resilience4j's. */
@AutoConfiguration(
    after = ForeguardAutoConfiguration.class,
    beforeName = {
      "org.springframework.cloud.circuitbreaker.resilience4j.Resilience4JAutoConfiguration",
      "org.springframework.cloud.circuitbreaker.resilience4j.ReactiveResilience4JAutoConfiguration",
      "org.springframework.cloud.circuitbreaker.retry.FrameworkRetryAutoConfiguration"
    })
@ConditionalOnClass(CircuitBreakerFactory.class)
@ConditionalOnBean(GuardFactory.class)
@ConditionalOnBooleanProperty(
    name = "spring.cloud.circuitbreaker.foreguard.enabled",
    matchIfMissing = true)
public final class ForeguardSpringCloudAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(CircuitBreakerFactory.class)
  ForeguardCircuitBreakerFactory foreguardCircuitBreakerFactory(
      GuardFactory factory,
      ForeguardRegistry registry,
      ObjectProvider<Customizer<ForeguardCircuitBreakerFactory>> customizers) {
    ForeguardCircuitBreakerFactory made = new ForeguardCircuitBreakerFactory(factory, registry);
    List<Customizer<ForeguardCircuitBreakerFactory>> all = customizers.orderedStream().toList();
    all.forEach(customizer -> customizer.customize(made));
    return made;
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "reactor.core.publisher.Flux")
  static class ReactiveConfiguration {
    @Bean
    @ConditionalOnMissingBean(ReactiveCircuitBreakerFactory.class)
    ForeguardReactiveCircuitBreakerFactory foreguardReactiveCircuitBreakerFactory(
        GuardFactory factory,
        ForeguardRegistry registry,
        ObjectProvider<Customizer<ForeguardReactiveCircuitBreakerFactory>> customizers) {
      ForeguardReactiveCircuitBreakerFactory made =
          new ForeguardReactiveCircuitBreakerFactory(factory, registry);
      List<Customizer<ForeguardReactiveCircuitBreakerFactory>> all =
          customizers.orderedStream().toList();
      all.forEach(customizer -> customizer.customize(made));
      return made;
    }
  }
}
