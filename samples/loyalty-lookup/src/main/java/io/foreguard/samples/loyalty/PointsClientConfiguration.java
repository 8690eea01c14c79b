package io.foreguard.samples.loyalty;

import com.github.benmanes.caffeine.cache.Ticker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of the points engine. */
@Configuration(proxyBeanMethods = false)
class PointsClientConfiguration {
  @Bean
  FallbackGuard<Integer> pointsGuard(LoyaltyProperties properties) {
    return Guard.builder("points-engine")
        .timeout(properties.effectiveTimeout())
        .circuitBreaker(CircuitBreakerConfig.builder().classifier(new HttpOutcomes()).build())
        .build()
        .withFallback(
            Fallback.<Integer>lastKnownGood(LastKnownGoodConfig.of(properties.maxAge()))
                .onlyFor(failure -> !(failure instanceof CustomerNotFoundException))
                .named("points"));
  }

  @Bean
  PointsClient pointsClient(
      PointsEngineApi engine,
      LoyaltyProperties properties,
      ObjectProvider<FallbackGuard<Integer>> guard) {
    return switch (properties.protection()) {
      case NONE -> new PlainPointsClient(engine);
      case RESILIENCE4J_100 -> resilience4j(engine, properties, 100);
      case RESILIENCE4J_10 -> resilience4j(engine, properties, 10);
      case FOREGUARD -> new ForeguardPointsClient(engine, guard.getObject());
    };
  }

  private static PointsClient resilience4j(
      PointsEngineApi engine, LoyaltyProperties properties, int windowSize) {
    return new Resilience4jPointsClient(
        engine, new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker()), windowSize);
  }
}
