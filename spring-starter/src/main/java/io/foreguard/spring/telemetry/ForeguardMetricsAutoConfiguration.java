package io.foreguard.spring.telemetry;

import io.foreguard.micrometer.ForeguardMeterBinder;
import io.foreguard.micrometer.MeterNaming;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.FallbackObserver;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configures the meters of guards, which Boot binds to every Micrometer registry. */
@AutoConfiguration(
    after = ForeguardAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ForeguardRegistry.class, MeterRegistry.class})
public final class ForeguardMetricsAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ForeguardMeterBinder foreguardMeterBinder(ForeguardRegistry registry, Environment environment) {
    MeterNaming naming =
        Binder.get(environment)
            .bind("foreguard.metrics.naming", MeterNaming.class)
            .orElse(MeterNaming.FOREGUARD);
    return ForeguardMeterBinder.of(registry, naming);
  }

  @Bean
  @ConditionalOnMissingBean(name = "foreguardMetersOfFallbacks")
  FallbackObserver foreguardMetersOfFallbacks(ForeguardMeterBinder binder) {
    return binder::observe;
  }
}
