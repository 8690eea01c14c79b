package io.foreguard.spring.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.micrometer.ForeguardMeterBinder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.ForeguardAutoConfiguration;
import io.foreguard.spring.aop.Backend;
import io.foreguard.spring.aop.ForeguardAnnotationAutoConfiguration;
import io.foreguard.spring.aop.Points;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MetricsTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class,
                  ForeguardAnnotationAutoConfiguration.class,
                  ForeguardMetricsAutoConfiguration.class))
          .withPropertyValues("foreguard.guards.x.timeout=1s");
  private final ApplicationContextRunner metrics =
      runner.withConfiguration(
          AutoConfigurations.of(
              MetricsAutoConfiguration.class,
              CompositeMeterRegistryAutoConfiguration.class,
              SimpleMetricsExportAutoConfiguration.class));

  @Test
  void metersCanHaveResilience4jsNames() {
    metrics
        .withPropertyValues(
            "foreguard.metrics.naming=resilience4j", "foreguard.guards.points.timeout=1s")
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              assertThat(meters.find("resilience4j.circuitbreaker.state").gauges()).isNotEmpty();
              assertThat(meters.find("foreguard.circuit.breaker.state").gauges()).isEmpty();
            });
  }

  @Test
  void guardsAreMeasuredWhereThereIsAMeterRegistry() {
    metrics.run(
        context -> {
          MeterRegistry meters = context.getBean(MeterRegistry.class);
          context.getBean(ForeguardRegistry.class).guard("later").call(() -> 1);
          assertThat(meters.find("foreguard.circuit.breaker.state").gauges())
              .extracting(gauge -> gauge.getId().getTag("name"))
              .contains("x", "later");
        });
  }

  @Test
  void lastKnownGoodAnswersAreMeasured() {
    Backend backend = new Backend();
    metrics
        .withBean(Points.class, backend)
        .withPropertyValues("foreguard.guards.kept.fallback.last-known-good.maximum-age=1m")
        .run(
            context -> {
              assertThat(context.getBean(Points.class).keptToo("a")).isEqualTo("other a");
              backend.failure = new IllegalStateException();
              assertThat(context.getBean(Points.class).keptToo("a")).isEqualTo("other a");
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              assertThat(
                      meters
                          .get("foreguard.fallback.served")
                          .tag("name", "kept")
                          .functionCounters())
                  .anyMatch(counter -> counter.count() == 1);
            });
  }

  @Test
  void thereAreNoneWithoutAMeterRegistryOrMicrometer() {
    runner.run(context -> assertThat(context).doesNotHaveBean(ForeguardMeterBinder.class));
    runner
        .withClassLoader(new FilteredClassLoader("io.micrometer"))
        .run(
            context -> {
              assertThat(context).hasNotFailed().hasSingleBean(ForeguardRegistry.class);
              assertThat(context).doesNotHaveBean("foreguardMeterBinder");
            });
  }
}
