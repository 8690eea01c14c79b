package io.foreguard.spring.endpoint;

import io.foreguard.estimation.SuccessModel;
import io.foreguard.predictive.trust.ShadowComparison;
import io.foreguard.predictive.trust.SwappableModel;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures the actuator endpoint {@code foreguard} where it is exposed. */
@AutoConfiguration(after = ForeguardAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ForeguardEndpoint.class)
@ConditionalOnBean(ForeguardRegistry.class)
@EnableConfigurationProperties(ForeguardEndpointProperties.class)
public final class ForeguardEndpointAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  FallbackCounts foreguardFallbackCounts() {
    return new FallbackCounts();
  }

  @Bean
  @ConditionalOnMissingBean
  GuardViews foreguardGuardViews(
      ForeguardRegistry registry,
      FallbackCounts fallbacks,
      ObjectProvider<ModelInspector> inspector) {
    return new GuardViews(registry, fallbacks, inspector.getIfAvailable(() -> ModelInspector.NONE));
  }

  @Bean
  @ConditionalOnMissingBean
  EventLog foreguardEventLog(ForeguardRegistry registry, ForeguardEndpointProperties properties) {
    return new EventLog(registry, properties.events());
  }

  @Bean
  @ConditionalOnMissingBean
  ForeguardEndpoint foreguardEndpoint(GuardViews views, EventLog events) {
    return new ForeguardEndpoint(views, events);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(TrustedModel.class)
  static final class PredictiveConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ModelInspector foreguardModelInspector() {
      return new LearnedModels();
    }

    private static final class LearnedModels implements ModelInspector {
      @Override
      public Optional<Map<String, Object>> trust(SuccessModel model) {
        return inner(model) instanceof TrustedModel trusted
            ? Optional.of(Values.of(trusted.status()))
            : Optional.empty();
      }

      @Override
      public Optional<Map<String, Object>> comparison(SuccessModel model) {
        return inner(model) instanceof ShadowComparison comparison
            ? Optional.of(Values.of(comparison.report()))
            : Optional.empty();
      }

      private static SuccessModel inner(SuccessModel model) {
        return model instanceof SwappableModel swappable ? inner(swappable.current()) : model;
      }
    }
  }
}
