package io.foreguard.samples.routing;

import com.github.benmanes.caffeine.cache.Ticker;
import io.foreguard.samples.routing.LoyaltyApi.Profile;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of loyalty-lookup. */
@Configuration(proxyBeanMethods = false)
class LoyaltyClientConfiguration {
  @Bean
  LoyaltyClient loyaltyClient(LoyaltyApi api, RoutingProperties properties) {
    LastKnownGood<Profile> lastKnownGood =
        new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker());
    return switch (properties.protection()) {
      case NONE -> new PlainLoyaltyClient(api);
      case RESILIENCE4J_100 -> new Resilience4jLoyaltyClient(api, lastKnownGood, 100);
      case RESILIENCE4J_10 -> new Resilience4jLoyaltyClient(api, lastKnownGood, 10);
      case FOREGUARD -> new PlainLoyaltyClient(api);
    };
  }
}
