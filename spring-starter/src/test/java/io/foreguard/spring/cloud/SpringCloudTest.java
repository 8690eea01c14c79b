package io.foreguard.spring.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.spring.ForeguardAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.circuitbreaker.CircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.cloud.client.circuitbreaker.Customizer;
import org.springframework.cloud.client.circuitbreaker.NoFallbackAvailableException;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class SpringCloudTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  ForeguardAutoConfiguration.class, ForeguardSpringCloudAutoConfiguration.class))
          .withPropertyValues(
              "foreguard.guards.points.retry.max-attempts=2",
              "foreguard.guards.points.retry.base-delay=0ms");

  @Test
  void aBreakerIsTheGuardOfItsId() {
    runner.run(
        context -> {
          CircuitBreaker breaker = context.getBean(CircuitBreakerFactory.class).create("points");
          AtomicInteger tries = new AtomicInteger();
          assertThat(
                  breaker.<String>run(
                      () -> {
                        if (tries.incrementAndGet() == 1) {
                          throw new IllegalStateException("first");
                        }
                        return "second";
                      }))
              .isEqualTo("second");
          var points = context.getBean(ForeguardRegistry.class).guard("points").circuitBreaker();
          assertThat(points.metrics().calls()).isEqualTo(2);

          points.mode(Mode.FORCED_OPEN);
          assertThat(
                  breaker.<String>run(
                      () -> "unreached", t -> t.getClass().getSuperclass().getName()))
              .isEqualTo(CallRejectedException.class.getName());
          assertThatThrownBy(() -> breaker.run(() -> "unreached"))
              .isInstanceOf(NoFallbackAvailableException.class)
              .hasCauseInstanceOf(CallRejectedException.class);
        });
  }

  @Test
  void monosAndFluxesAreGuardedToo() {
    runner.run(
        context -> {
          ReactiveCircuitBreaker breaker =
              context.getBean(ReactiveCircuitBreakerFactory.class).create("points");
          AtomicInteger tries = new AtomicInteger();
          Mono<String> once =
              Mono.defer(
                  () ->
                      tries.incrementAndGet() == 1
                          ? Mono.error(new IllegalStateException())
                          : Mono.just("second"));
          assertThat(breaker.run(once).block()).isEqualTo("second");
          assertThat(breaker.run(Flux.just(1, 2, 3)).collectList().block())
              .containsExactly(1, 2, 3);
          Flux<Integer> cut = Flux.just(1).concatWith(Flux.error(new IllegalStateException("cut")));
          assertThat(breaker.run(cut, failure -> Flux.just(9)).collectList().block())
              .containsExactly(1, 9);
          context
              .getBean(ForeguardRegistry.class)
              .guard("points")
              .circuitBreaker()
              .mode(Mode.FORCED_OPEN);
          assertThat(breaker.run(Mono.just("a"), failure -> Mono.just("fallback")).block())
              .isEqualTo("fallback");
        });
  }

  @Test
  void customizersChangeGuardsThatHaveNoProperties() {
    runner
        .withUserConfiguration(Customized.class)
        .run(
            context -> {
              CircuitBreakerFactory<?, ?> factory = context.getBean(CircuitBreakerFactory.class);
              ForeguardRegistry registry = context.getBean(ForeguardRegistry.class);
              CircuitBreaker unused = factory.create("any");
              unused = factory.create("special");
              unused = factory.create("points");
              assertThat(registry.guard("any").deadline()).contains(Duration.ofSeconds(3));
              assertThat(registry.guard("special").retry()).isPresent();
              assertThat(registry.guard("points").deadline()).isEmpty();
            });
  }

  @Test
  void givesWayToAnotherFactoryAndToAProperty() {
    runner
        .withPropertyValues("spring.cloud.circuitbreaker.foreguard.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(CircuitBreakerFactory.class));
    runner
        .withClassLoader(new FilteredClassLoader(CircuitBreakerFactory.class))
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Configuration(proxyBeanMethods = false)
  static class Customized {
    @Bean
    Customizer<ForeguardCircuitBreakerFactory> customizer() {
      return factory -> {
        factory.configureDefault(id -> guard -> guard.deadline(Duration.ofSeconds(3)));
        factory.configure(
            builder -> builder.guard(guard -> guard.retry(RetryConfig.defaults())), "special");
      };
    }
  }
}
