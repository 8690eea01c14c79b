package io.foreguard.samples.loyalty;

import com.github.benmanes.caffeine.cache.Ticker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of the points engine. */
@Configuration(proxyBeanMethods = false)
class PointsClientConfiguration {
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
  PointsClient pointsClient(
      PointsEngineApi engine,
      LoyaltyProperties properties,
      ObjectProvider<GuardedPointsEngine> guarded,
      ObjectProvider<ForeguardRegistry> registry) {
    return switch (properties.protection()) {
      case NONE -> new PlainPointsClient(engine);
      case RESILIENCE4J_100 -> resilience4j(engine, properties, 100);
      case RESILIENCE4J_10 -> resilience4j(engine, properties, 10);
      case FOREGUARD -> foreguard(guarded.getObject(), registry.getObject());
    };
  }

  private static PointsClient foreguard(GuardedPointsEngine guarded, ForeguardRegistry registry) {
    return new ForeguardPointsClient(
        guarded, registry.guards().find(GuardedPointsEngine.GUARD).orElseThrow().circuitBreaker());
  }

  private static PointsClient resilience4j(
      PointsEngineApi engine, LoyaltyProperties properties, int windowSize) {
    return new Resilience4jPointsClient(
        engine, new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker()), windowSize);
  }
}
