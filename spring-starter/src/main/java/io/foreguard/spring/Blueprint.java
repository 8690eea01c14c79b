package io.foreguard.spring;

import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.RetryConfig;
import io.foreguard.spring.ModelSource.Models;
import io.foreguard.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What the parts of one guard are to be: its properties and what customizers make of them. */
final class Blueprint {
  private final String name;
  private final GuardSettings settings;
  private final List<GuardCustomizer> customizers;
  private final ModelFiles modelFiles;
  private final Executor hedges;

  /** Makes a blueprint whose synchronous hedges run on {@code hedges}. */
  Blueprint(
      String name,
      GuardSettings settings,
      List<GuardCustomizer> customizers,
      ModelFiles modelFiles,
      Executor hedges) {
    this.name = name;
    this.settings = settings;
    this.customizers = customizers;
    this.modelFiles = modelFiles;
    this.hedges = hedges;
  }

  String name() {
    return name;
  }

  GuardSettings settings() {
    return settings;
  }

  /** Settings of the circuit breaker, with a model of its own. */
  CircuitBreakerConfig circuitBreaker(Clock clock) {
    Optional<Models> learned = settings.modelFile().map(file -> modelFiles.models(name, file));
    OptionalDouble judgedAt =
        learned.map(Models::minimumSuccessProbability).orElse(OptionalDouble.empty());
    CircuitBreakerConfig.Builder builder = settings.circuitBreaker(judgedAt);
    learned.ifPresent(
        from -> builder.model(from.forDependency().make(name, clock, settings.modelMustProve())));
    customize(customizer -> customizer.circuitBreaker(name, builder));
    return settings.built(builder::build);
  }

  RetryConfig retry() {
    RetryConfig.Builder builder = settings.retry();
    customize(customizer -> customizer.retry(name, builder));
    return builder.build();
  }

  /** Sets everything but the circuit breaker. */
  void configure(GuardBuilder builder) {
    settings.setTimes(builder);
    if (settings.hasRetry()) {
      builder.retry(retry());
    }
    if (settings.hasHedge()) {
      builder.hedge(hedge());
    }
    if (settings.hasBulkhead()) {
      builder.bulkhead(settings.bulkhead());
    }
    if (settings.hasThreadPool()) {
      builder.threadPoolBulkhead(settings.threadPool());
    }
    customize(customizer -> customizer.customize(name, builder));
  }

  private HedgeConfig hedge() {
    HedgeConfig.Builder builder = settings.hedge().executor(hedges);
    customize(customizer -> customizer.hedge(name, builder));
    return builder.build();
  }

  private void customize(Consumer<GuardCustomizer> customization) {
    for (GuardCustomizer customizer : customizers) {
      try {
        customization.accept(customizer);
      } catch (RuntimeException e) {
        throw new IllegalStateException(
            customizer.getClass().getName() + " failed to customize guard '" + name + "'", e);
      }
    }
  }
}
