package io.foreguard.spring.telemetry;

import io.foreguard.otel.ForeguardTelemetry;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.FallbackObserver;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configures the telemetry of guards where there is an {@link OpenTelemetry} bean. Beside a
 * Micrometer registry it gives spans and log events alone: the same metrics twice help nobody.
 */
@AutoConfiguration(
    after = ForeguardAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass({ForeguardTelemetry.class, OpenTelemetry.class})
@ConditionalOnBean({ForeguardRegistry.class, OpenTelemetry.class})
public final class ForeguardOpenTelemetryAutoConfiguration {
  private static final String METER_REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

  @Bean
  @ConditionalOnMissingBean(name = "foreguardTelemetryOfFallbacks")
  FallbackObserver foreguardTelemetryOfFallbacks(ForeguardTelemetry telemetry) {
    return telemetry::observe;
  }

  private static ForeguardTelemetry observing(
      ForeguardRegistry registry, OpenTelemetry openTelemetry) {
    ForeguardTelemetry telemetry = ForeguardTelemetry.create(openTelemetry);
    telemetry.observe(registry);
    return telemetry;
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(type = METER_REGISTRY)
  static final class BesideMicrometer {
    @Bean
    @ConditionalOnMissingBean
    ForeguardTelemetry foreguardTelemetry(ForeguardRegistry registry, OpenTelemetry openTelemetry) {
      return observing(registry, new WithoutMetrics(openTelemetry));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(type = METER_REGISTRY)
  static final class Alone {
    @Bean
    @ConditionalOnMissingBean
    ForeguardTelemetry foreguardTelemetry(ForeguardRegistry registry, OpenTelemetry openTelemetry) {
      return observing(registry, openTelemetry);
    }
  }
}
