package io.foreguard.spring;

import io.foreguard.estimation.StatisticalModel;
import io.foreguard.predictive.feature.CallFeatures;
import io.foreguard.predictive.model.CallModel;
import io.foreguard.predictive.model.LoadedModel;
import io.foreguard.predictive.model.ModelLoader;
import io.foreguard.predictive.model.TrainedCallModel;
import io.foreguard.predictive.model.TrainedForest;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Auto-configures the registry and its guards. */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "foreguard.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ForeguardProperties.class)
public final class ForeguardAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  GuardFactory foreguardGuardFactory(
      ForeguardProperties properties,
      ObjectProvider<GuardCustomizer> customizers,
      ObjectProvider<ModelSource> models,
      ObjectProvider<CacheManager> caches,
      ObjectProvider<FallbackObserver> observers) {
    return new GuardFactory(
        properties,
        customizers.orderedStream().toList(),
        new ModelFiles(Optional.ofNullable(models.getIfAvailable())),
        new LastKnownGoods(caches::getIfUnique, observers::orderedStream));
  }

  @Bean
  @ConditionalOnMissingBean
  ForeguardRegistry foreguardRegistry(GuardFactory factory, ObjectProvider<Clock> clock) {
    return factory.newRegistry(clock.getIfUnique(Clock::system));
  }

  @Bean
  @ConditionalOnMissingBean
  GuardRefresh foreguardGuardRefresh(
      Environment environment, GuardFactory factory, ForeguardRegistry registry) {
    return new GuardRefresh(environment, factory, registry);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ModelLoader.class)
  static final class PredictiveConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PredictiveConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    ModelSource foreguardModelSource() {
      return PredictiveConfiguration::load;
    }

    private static ModelSource.Models load(String file) {
      LoadedModel loaded;
      try {
        loaded = ModelLoader.loadOrDefault(Path.of(file));
      } catch (RuntimeException e) {
        log.error(
            "No learned model: {} cannot be loaded. Circuit breakers start on the default model."
                + " Correct the property model-file, and restart.",
            file,
            e);
        return new ModelSource.Models(
            (guard, clock, mustProve) -> StatisticalModel.instance(), OptionalDouble.empty());
      }
      OptionalDouble judgedAt =
          loaded.forest().stream()
              .mapToDouble(TrainedForest::minimumSuccessProbability)
              .filter(probability -> probability > 0 && probability < 1)
              .findFirst();
      return new ModelSource.Models(
          loaded
              .callModel()
              .<ModelSource.Maker>map(PredictiveConfiguration::ofCalls)
              .orElse((guard, clock, mustProve) -> loaded.forDependency()),
          judgedAt);
    }

    private static ModelSource.Maker ofCalls(TrainedCallModel trained) {
      return (guard, clock, mustProve) ->
          TrustedModel.of(
              guard,
              new CallModel(() -> trained, CallFeatures.of(clock)),
              TrustConfig.builder().mustProve(mustProve).build());
    }
  }
}
