package io.foreguard.spring.cloud;

import io.foreguard.guard.Guard;
import io.foreguard.guard.GuardBuilder;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.GuardFactory;
import io.foreguard.spring.internal.ReactiveCalls;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * As {@link ForeguardCircuitBreakerFactory}, for Monos and Fluxes. Each subscription is a call; a
 * Flux is guarded until its end, and not tried again once it has delivered elements. Thread-safe
 * once configured.
 */
public final class ForeguardReactiveCircuitBreakerFactory
    extends ReactiveCircuitBreakerFactory<Consumer<GuardBuilder>, GuardConfigBuilder> {
  private final CloudGuards guards;

  ForeguardReactiveCircuitBreakerFactory(GuardFactory factory, ForeguardRegistry registry) {
    guards = new CloudGuards(factory, registry);
  }

  @Override
  public ReactiveCircuitBreaker create(String id) {
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
  private record GuardedBreaker(Guard guard) implements ReactiveCircuitBreaker {
    @Override
    public <T> Mono<T> run(Mono<T> source, Function<Throwable, Mono<T>> fallback) {
      return ReactiveCalls.mono(guard, source).onErrorResume(fallback);
    }

    @Override
    public <T> Flux<T> run(Flux<T> source, Function<Throwable, Flux<T>> fallback) {
      return ReactiveCalls.flux(guard, source).onErrorResume(fallback);
    }
  }
}
