package io.foreguard.spring.cloud;

import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.cloud.client.circuitbreaker.CircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;

/**
 * Spring Cloud's circuit breakers, each of which is the whole guard of its id: retry, time-out and
 * all that the guard's properties say. HTTP service groups, OpenFeign and the load balancer use it
 * by themselves. Thread-safe once configured.
 */
public final class ForeguardCircuitBreakerFactory
    extends CircuitBreakerFactory<Consumer<GuardBuilder>, GuardConfigBuilder> {
  private final CloudGuards guards;

  ForeguardCircuitBreakerFactory(GuardFactory factory, ForeguardRegistry registry) {
    guards = new CloudGuards(factory, registry);
  }

  @Override
  public CircuitBreaker create(String id) {
    return new GuardedBreaker(guards.guard(id, getConfigurations()));
  }

  @Override
  public void configureDefault(Function<String, Consumer<GuardBuilder>> configuration) {
    guards.configureDefault(configuration);
  }

  @Override
  protected GuardConfigBuilder configBuilder(String id) {
    return new GuardConfigBuilder();
  }

  /** A guard in Spring Cloud's words. */
  private record GuardedBreaker(Guard guard) implements CircuitBreaker {
    @Override
    public <T> T run(Supplier<T> call, Function<Throwable, T> fallback) {
      try {
        return guard.call(call::get);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return fallback.apply(e);
      } catch (Exception e) {
        return fallback.apply(e);
      }
    }
  }
}
