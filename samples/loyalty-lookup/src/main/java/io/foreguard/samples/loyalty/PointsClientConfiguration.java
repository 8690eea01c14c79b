package io.foreguard.samples.loyalty;

import com.github.benmanes.caffeine.cache.Ticker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of the points engine. */
@Configuration(proxyBeanMethods = false)
class PointsClientConfiguration {
  @Bean
  PointsClient pointsClient(PointsEngineApi engine, LoyaltyProperties properties) {
    LastKnownGood<Integer> lastKnownGood =
        new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker());
    return switch (properties.protection()) {
      case NONE -> new PlainPointsClient(engine);
      case RESILIENCE4J_100 -> new Resilience4jPointsClient(engine, lastKnownGood, 100);
      case RESILIENCE4J_10 -> new Resilience4jPointsClient(engine, lastKnownGood, 10);
      case FOREGUARD -> new PlainPointsClient(engine);
    };
  }
}
