package io.foreguard.spring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.spring.ModelSource.Models;
import io.foreguard.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Makes guards from properties, and closes the thread pools it made when the application ends.
 * Thread-safe.
 */
public final class GuardFactory implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(GuardFactory.class);

  private final ForeguardProperties properties;
  private final List<GuardCustomizer> customizers;
  private final Optional<ModelSource> modelSource;
  private final Supplier<Stream<FallbackObserver>> observers;

  /** Held while a guard is made: two of one name would register their parts twice. */
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Map<String, Models> models = new HashMap<>();

  @GuardedBy("lock")
  private final Map<String, Fallback<Object>> fallbacks = new HashMap<>();

  @GuardedBy("lock")
  private final List<ForeguardRegistry> registries = new ArrayList<>();

  @GuardedBy("lock")
  private final List<ThreadPoolBulkhead> pools = new ArrayList<>();

  GuardFactory(
      ForeguardProperties properties,
      List<GuardCustomizer> customizers,
      Optional<ModelSource> modelSource,
      Supplier<Stream<FallbackObserver>> observers) {
    this.properties = properties;
    this.customizers = List.copyOf(customizers);
    this.modelSource = modelSource;
    this.observers = observers;
  }

  /** A registry with the configured defaults and guards, whose thread pools end with this. */
  ForeguardRegistry newRegistry(Clock clock) {
    GuardSettings defaults = new GuardSettings(LayeredProperties.ofDefaults(properties));
    ForeguardRegistry registry =
        ForeguardRegistry.builder()
            .clock(clock)
            .circuitBreakerDefaults(
                defaults.built(() -> defaults.circuitBreaker(OptionalDouble.empty()).build()))
            .retryDefaults(defaults.retry().build())
            .bulkheadDefaults(defaults.bulkhead())
            .threadPoolBulkheadDefaults(defaults.threadPool())
            .build();
    lock.lock();
    try {
      registries.add(registry);
    } finally {
      lock.unlock();
    }
    createConfigured(registry);
    return registry;
  }

  /** Makes every guard that has properties, unless {@code registry} has it. */
  public void createConfigured(ForeguardRegistry registry) {
    properties.guards().keySet().forEach(name -> guard(registry, name));
  }

  /** The guard of that name, made as configured unless {@code registry} has it. */
  @CanIgnoreReturnValue
  public Guard guard(ForeguardRegistry registry, String name) {
    return guard(registry, name, builder -> {});
  }

  /** As {@link #guard(ForeguardRegistry, String)}, with changes if it is made now. */
  public Guard guard(ForeguardRegistry registry, String name, Consumer<GuardBuilder> changes) {
    Optional<Guard> existing = registry.guards().find(name);
    if (existing.isPresent()) {
      return existing.get();
    }
    lock.lock();
    try {
      return registry.guards().find(name).orElseGet(() -> newGuard(registry, name, changes));
    } finally {
      lock.unlock();
    }
  }

  /**
   * What gives last known good answers for the guard of that name, if it keeps them. All its
   * methods share it: their keys must tell them apart.
   */
  public Optional<Fallback<Object>> lastKnownGood(String guard, Clock clock) {
    Optional<LastKnownGoodConfig> config = settings(guard).lastKnownGood();
    if (config.isEmpty()) {
      return Optional.empty();
    }
    Fallback<Object> created;
    lock.lock();
    try {
      Fallback<Object> existing = fallbacks.get(guard);
      if (existing != null) {
        return Optional.of(existing);
      }
      created = Fallback.lastKnownGood(config.get(), clock).named(guard);
      fallbacks.put(guard, created);
    } finally {
      lock.unlock();
    }
    observers.get().forEach(observer -> observer.observe(created));
    return Optional.of(created);
  }

  @Override
  public void destroy() {
    lock.lock();
    try {
      pools.forEach(ThreadPoolBulkhead::close);
      registries.forEach(
          registry -> registry.threadPoolBulkheads().entries().forEach(ThreadPoolBulkhead::close));
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private Guard newGuard(ForeguardRegistry registry, String name, Consumer<GuardBuilder> changes) {
    GuardSettings settings = settings(name);
    settings.lastKnownGood(); // a bad one is refused at the start, whoever uses it later
    boolean hasBreaker = registry.circuitBreakers().find(name).isPresent();
    Optional<CircuitBreakerConfig> breaker =
        hasBreaker
            ? Optional.empty()
            : Optional.of(circuitBreaker(name, settings, registry.clock()));
    Guard guard =
        settings.built(
            () ->
                registry.guard(
                    name,
                    builder -> {
                      breaker.ifPresent(builder::circuitBreaker);
                      configure(name, settings, builder);
                      changes.accept(builder);
                    }));
    guard.threadPoolBulkhead().ifPresent(pools::add);
    return guard;
  }

  private void configure(String name, GuardSettings settings, GuardBuilder builder) {
    settings.setTimes(builder);
    if (settings.hasRetry()) {
      RetryConfig.Builder retry = settings.retry();
      customize(name, customizer -> customizer.retry(name, retry));
      builder.retry(retry.build());
    }
    if (settings.hasBulkhead()) {
      builder.bulkhead(settings.bulkhead());
    }
    if (settings.hasThreadPool()) {
      builder.threadPoolBulkhead(settings.threadPool());
    }
    customize(name, customizer -> customizer.customize(name, builder));
  }

  @GuardedBy("lock")
  private CircuitBreakerConfig circuitBreaker(String name, GuardSettings settings, Clock clock) {
    Optional<Models> learned =
        settings.modelFile().map(file -> models.computeIfAbsent(file, key -> load(name, key)));
    OptionalDouble judgedAt =
        learned.map(Models::minimumSuccessProbability).orElse(OptionalDouble.empty());
    CircuitBreakerConfig.Builder builder = settings.circuitBreaker(judgedAt);
    learned.ifPresent(
        from -> builder.model(from.forDependency().make(name, clock, settings.modelMustProve())));
    customize(name, customizer -> customizer.circuitBreaker(name, builder));
    return settings.built(builder::build);
  }

  private Models load(String guard, String file) {
    if (modelSource.isPresent()) {
      return modelSource.get().load(file);
    }
    log.error(
        "No learned model: guard '{}' names the model file {}, and"
            + " io.foreguard:foreguard-predictive is not on the class path. Circuit breakers start"
            + " on the default model. Add that dependency, and restart.",
        guard,
        file);
    return new Models(
        (name, clock, mustProve) -> StatisticalModel.instance(), OptionalDouble.empty());
  }

  private void customize(String guard, Consumer<GuardCustomizer> customization) {
    for (GuardCustomizer customizer : customizers) {
      try {
        customization.accept(customizer);
      } catch (RuntimeException e) {
        throw new IllegalStateException(
            customizer.getClass().getName() + " failed to customize guard '" + guard + "'", e);
      }
    }
  }

  private GuardSettings settings(String guard) {
    return new GuardSettings(LayeredProperties.of(guard, properties));
  }
}
