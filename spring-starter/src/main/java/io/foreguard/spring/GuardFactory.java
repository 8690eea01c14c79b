package io.foreguard.spring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.fallback.Fallback;
import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Makes guards and their parts from properties, changes them when the properties change, and closes
 * the thread pools it made when the application ends. Thread-safe.
 */
public final class GuardFactory implements DisposableBean {
  private final List<GuardCustomizer> customizers;
  private final ModelFiles modelFiles;
  private final LastKnownGoods lastKnownGoods;

  /** As many threads as there are calls whose attempts are hedged, each gone after a minute. */
  private final ExecutorService hedges = Executors.newCachedThreadPool(hedgeThreads());

  /** Held while a guard is made or changed: two of one name would register their parts twice. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile ForeguardProperties properties;

  @GuardedBy("lock")
  private final Map<String, LiveGuard> made = new HashMap<>();

  @GuardedBy("lock")
  private final Map<String, LiveParts> assembled = new HashMap<>();

  @GuardedBy("lock")
  private final List<ForeguardRegistry> registries = new ArrayList<>();

  @GuardedBy("lock")
  private final List<ThreadPoolBulkhead> pools = new ArrayList<>();

  GuardFactory(
      ForeguardProperties properties,
      List<GuardCustomizer> customizers,
      ModelFiles modelFiles,
      LastKnownGoods lastKnownGoods) {
    this.properties = properties;
    this.customizers = List.copyOf(customizers);
    this.modelFiles = modelFiles;
    this.lastKnownGoods = lastKnownGoods;
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
   * A guard of single parts, which are in {@code registry} afterwards while it is not. Where no
   * circuit breaker is asked for it has one that decides nothing.
   */
  public Guard assemble(ForeguardRegistry registry, PartNames names) {
    lock.lock();
    try {
      GuardBuilder builder = Guard.builder(names.name()).clock(registry.clock());
      names
          .circuitBreaker()
          .ifPresentOrElse(
              name -> builder.circuitBreaker(parts(registry, name).circuitBreaker()),
              () -> builder.circuitBreaker(inert()));
      names.retry().ifPresent(name -> builder.retry(parts(registry, name).retry()));
      names.bulkhead().ifPresent(name -> parts(registry, name).setBulkhead(builder));
      names.timeout().ifPresent(name -> builder.timeout(parts(registry, name).timeout()));
      return builder.build();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What gives last known good answers for the guard of that name, if it keeps them, except to
   * failures that are the caller's own fault. All its methods share it: their keys must tell them
   * apart.
   *
   * @param required whether it is an error if the guard keeps none
   */
  public Optional<Fallback<Object>> lastKnownGood(
      ForeguardRegistry registry, String guard, boolean required) {
    GuardSettings settings = settings(guard, properties);
    Optional<Fallback<Object>> fallback = lastKnownGoods.get(guard, settings, registry);
    if (required && fallback.isEmpty()) {
      throw settings.withoutLastKnownGood();
    }
    return fallback;
  }

  /**
   * Puts {@code next} in force: guards and parts made here are changed, and guards that are new
   * made. All of it is checked before any of it changes.
   *
   * @throws RuntimeException if {@code next} breaks a rule; nothing has changed then
   */
  void refresh(ForeguardRegistry registry, ForeguardProperties next) {
    lock.lock();
    try {
      List<Runnable> changes = new ArrayList<>();
      ForeguardProperties before = properties;
      made.forEach(
          (name, live) ->
              live.change(settings(name, before), blueprint(name, next)).ifPresent(changes::add));
      assembled.forEach(
          (name, live) ->
              live.change(settings(name, before), blueprint(name, next)).ifPresent(changes::add));
      for (String name : next.guards().keySet()) {
        if (registry.guards().find(name).isEmpty()) {
          LiveGuard.check(blueprint(name, next), registry.clock());
        }
      }
      properties = next;
      changes.forEach(Runnable::run);
    } finally {
      lock.unlock();
    }
    createConfigured(registry);
  }

  @Override
  public void destroy() {
    hedges.shutdown();
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
    Blueprint blueprint = blueprint(name, properties);
    blueprint.settings().lastKnownGood(); // a bad one is refused now, whoever uses it later
    boolean hasBreaker = registry.circuitBreakers().find(name).isPresent();
    Optional<CircuitBreakerConfig> breaker =
        hasBreaker ? Optional.empty() : Optional.of(blueprint.circuitBreaker(registry.clock()));
    Guard guard =
        blueprint
            .settings()
            .built(
                () ->
                    registry.guard(
                        name,
                        builder -> {
                          breaker.ifPresent(builder::circuitBreaker);
                          blueprint.configure(builder);
                          changes.accept(builder);
                        }));
    guard.threadPoolBulkhead().ifPresent(this::closeAtEnd);
    made.put(name, new LiveGuard(guard, !hasBreaker, changes));
    return guard;
  }

  @GuardedBy("lock")
  private LiveParts parts(ForeguardRegistry registry, String name) {
    return assembled.computeIfAbsent(
        name, key -> new LiveParts(registry, blueprint(key, properties), this::closeAtEnd));
  }

  private void closeAtEnd(ThreadPoolBulkhead pool) {
    lock.lock();
    try {
      pools.add(pool);
    } finally {
      lock.unlock();
    }
  }

  private static CircuitBreakerConfig inert() {
    return CircuitBreakerConfig.builder().mode(Mode.DISABLED).build();
  }

  private Blueprint blueprint(String guard, ForeguardProperties from) {
    return new Blueprint(guard, settings(guard, from), customizers, modelFiles, hedges);
  }

  private static GuardSettings settings(String guard, ForeguardProperties from) {
    return new GuardSettings(LayeredProperties.of(guard, from));
  }

  private static CustomizableThreadFactory hedgeThreads() {
    CustomizableThreadFactory threads = new CustomizableThreadFactory("foreguard-hedge-");
    threads.setDaemon(true);
    return threads;
  }
}
