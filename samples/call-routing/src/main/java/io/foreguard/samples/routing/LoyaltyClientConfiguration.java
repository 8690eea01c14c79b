package io.foreguard.samples.routing;

import com.github.benmanes.caffeine.cache.Ticker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of loyalty-lookup. */
@Configuration(proxyBeanMethods = false)
class LoyaltyClientConfiguration {
  /** Says what an HTTP status means for health, which no property can. */
  @Bean
  GuardCustomizer httpOutcomes() {
    return new GuardCustomizer() {
      @Override
      public void customize(String guard, GuardBuilder builder) {}

      @Override
      public void circuitBreaker(String guard, CircuitBreakerConfig.Builder settings) {
        settings.classifier(new HttpOutcomes());
      }
    };
  }

  @Bean
  LoyaltyClient loyaltyClient(
      LoyaltyApi api,
      RoutingProperties properties,
      ObjectProvider<GuardedLoyalty> guarded,
      ObjectProvider<ForeguardRegistry> registry) {
    return switch (properties.protection()) {
      case NONE -> new PlainLoyaltyClient(api);
      case RESILIENCE4J_100 -> resilience4j(api, properties, 100);
      case RESILIENCE4J_10 -> resilience4j(api, properties, 10);
      case FOREGUARD -> foreguard(guarded.getObject(), registry.getObject());
    };
  }

  private static LoyaltyClient foreguard(GuardedLoyalty guarded, ForeguardRegistry registry) {
    return new ForeguardLoyaltyClient(
        guarded, registry.guards().find(GuardedLoyalty.GUARD).orElseThrow().circuitBreaker());
  }

  private static LoyaltyClient resilience4j(
      LoyaltyApi api, RoutingProperties properties, int windowSize) {
    return new Resilience4jLoyaltyClient(
        api, new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker()), windowSize);
  }
}
