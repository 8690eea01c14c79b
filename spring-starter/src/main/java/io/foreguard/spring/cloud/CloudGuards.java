package io.foreguard.spring.cloud;

import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** The guards behind a factory of Spring Cloud, with what its customizers change. Thread-safe. */
final class CloudGuards {
  private final GuardFactory factory;
  private final ForeguardRegistry registry;
  private volatile Function<String, Consumer<GuardBuilder>> byDefault = id -> builder -> {};

  CloudGuards(GuardFactory factory, ForeguardRegistry registry) {
    this.factory = factory;
    this.registry = registry;
  }

  void configureDefault(Function<String, Consumer<GuardBuilder>> configuration) {
    byDefault = configuration;
  }

  /** The guard of that id; {@code configurations} of ids are asked, and kept, if it is made now. */
  Guard guard(String id, Map<String, Consumer<GuardBuilder>> configurations) {
    return factory.guard(
        registry, id, builder -> configurations.computeIfAbsent(id, byDefault).accept(builder));
  }
}
