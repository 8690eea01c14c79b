package io.foreguard.spring;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Single parts of one name, made when they are first asked for unless the registry has them. Not
 * thread-safe: used under the lock of the factory.
 */
final class LiveParts {
  private final ForeguardRegistry registry;
  private final Consumer<ThreadPoolBulkhead> newPool;

  /** Changes each part that was made here. */
  private final List<Change> changes = new ArrayList<>();

  private Blueprint blueprint;

  LiveParts(ForeguardRegistry registry, Blueprint blueprint, Consumer<ThreadPoolBulkhead> newPool) {
    this.registry = registry;
    this.blueprint = blueprint;
    this.newPool = newPool;
  }

  CircuitBreaker circuitBreaker() {
    return registry
        .circuitBreakers()
        .find(blueprint.name())
        .orElseGet(
            () -> {
              CircuitBreaker breaker =
                  registry.circuitBreaker(
                      blueprint.name(), blueprint.circuitBreaker(registry.clock()));
              changes.add(
                  (before, next) -> {
                    CircuitBreakerConfig config = next.circuitBreaker(registry.clock());
                    return () -> LiveGuard.reconfigure(breaker, config, before, next.settings());
                  });
              return breaker;
            });
  }

  Retry retry() {
    return registry
        .retries()
        .find(blueprint.name())
        .orElseGet(
            () -> {
              Retry retry = registry.retry(blueprint.name(), blueprint.retry());
              changes.add(
                  (before, next) -> {
                    RetryConfig config = next.retry();
                    return () -> retry.reconfigure(config);
                  });
              return retry;
            });
  }

  Timeout timeout() {
    return registry
        .timeouts()
        .find(blueprint.name())
        .orElseGet(
            () -> {
              Timeout timeout =
                  registry.timeouts().get(blueprint.name(), blueprint.settings().requiredTimeout());
              changes.add(
                  (before, next) -> {
                    TimeoutConfig config = next.settings().requiredTimeout();
                    return () -> timeout.reconfigure(config);
                  });
              return timeout;
            });
  }

  /** Sets the thread pool where the properties ask for one, or else the semaphore. */
  void setBulkhead(GuardBuilder builder) {
    Optional<ThreadPoolBulkhead> pool = registry.threadPoolBulkheads().find(blueprint.name());
    if (pool.isPresent() || blueprint.settings().hasThreadPool()) {
      builder.threadPoolBulkhead(pool.orElseGet(this::threadPool));
    } else {
      builder.bulkhead(registry.bulkheads().find(blueprint.name()).orElseGet(this::semaphore));
    }
  }

  /**
   * How to put {@code next} in force; empty if that changes nothing.
   *
   * @throws RuntimeException if it breaks a rule
   */
  Optional<Runnable> change(GuardSettings before, Blueprint next) {
    if (next.settings().sameAs(before)) {
      return Optional.empty();
    }
    List<Runnable> checked = changes.stream().map(change -> change.to(before, next)).toList();
    return Optional.of(
        () -> {
          blueprint = next;
          checked.forEach(Runnable::run);
        });
  }

  private ThreadPoolBulkhead threadPool() {
    ThreadPoolBulkhead pool =
        registry.threadPoolBulkheads().get(blueprint.name(), blueprint.settings().threadPool());
    newPool.accept(pool);
    changes.add(
        (before, next) -> {
          var config = next.settings().threadPool();
          return () -> pool.reconfigure(config);
        });
    return pool;
  }

  private Bulkhead semaphore() {
    Bulkhead bulkhead = registry.bulkhead(blueprint.name(), blueprint.settings().bulkhead());
    changes.add(
        (before, next) -> {
          var config = next.settings().bulkhead();
          return () -> bulkhead.reconfigure(config);
        });
    return bulkhead;
  }

  /** Changes one part to other settings. */
  @FunctionalInterface
  private interface Change {
    /** Checks the settings, and gives what puts them in force. */
    Runnable to(GuardSettings before, Blueprint next);
  }
}
