package io.foreguard.samples.routing;

import com.github.benmanes.caffeine.cache.Ticker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.samples.routing.LoyaltyApi.Profile;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Picks the protection in front of loyalty-lookup. */
@Configuration(proxyBeanMethods = false)
class LoyaltyClientConfiguration {
  @Bean
  FallbackGuard<Profile> loyaltyGuard(RoutingProperties properties) {
    return Guard.builder("loyalty-lookup")
        .timeout(properties.effectiveTimeout())
        .circuitBreaker(CircuitBreakerConfig.builder().classifier(new HttpOutcomes()).build())
        .build()
        .withFallback(
            Fallback.<Profile>lastKnownGood(LastKnownGoodConfig.of(properties.maxAge()))
                .orElse(Fallback.value(Profile.UNKNOWN))
                .onlyFor(failure -> !(failure instanceof CustomerNotFoundException))
                .named("loyalty"));
  }

  @Bean
  LoyaltyClient loyaltyClient(
      LoyaltyApi api, RoutingProperties properties, ObjectProvider<FallbackGuard<Profile>> guard) {
    return switch (properties.protection()) {
      case NONE -> new PlainLoyaltyClient(api);
      case RESILIENCE4J_100 -> resilience4j(api, properties, 100);
      case RESILIENCE4J_10 -> resilience4j(api, properties, 10);
      case FOREGUARD -> new ForeguardLoyaltyClient(api, guard.getObject());
    };
  }

  private static LoyaltyClient resilience4j(
      LoyaltyApi api, RoutingProperties properties, int windowSize) {
    return new Resilience4jLoyaltyClient(
        api, new LastKnownGood<>(properties.maxAge(), Ticker.systemTicker()), windowSize);
  }
}
