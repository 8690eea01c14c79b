package io.foreguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.resilience4j.AdapterConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.annotation.CircuitBreaker;
import io.github.resilience4j.common.circuitbreaker.monitoring.endpoint.CircuitBreakerEventDTO;
import io.github.resilience4j.common.circuitbreaker.monitoring.endpoint.UpdateState;
import io.github.resilience4j.springboot.circuitbreaker.monitoring.endpoint.CircuitBreakerEndpoint;
import io.github.resilience4j.springboot.circuitbreaker.monitoring.endpoint.CircuitBreakerEventsEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Resilience4j's own Spring Boot starter at work on our registry, as the migration guide says. */
class Resilience4jBootTest {
  private static final String BREAKER = "resilience4j.circuitbreaker.instances.points.";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withUserConfiguration(Application.class)
          .withPropertyValues(
              BREAKER + "sliding-window-size=10",
              BREAKER + "minimum-number-of-calls=10",
              BREAKER + "record-exceptions=java.io.IOException",
              BREAKER + "register-health-indicator=true",
              "management.health.circuitbreakers.enabled=true",
              "management.endpoint.health.show-details=always",
              "management.endpoints.web.exposure.include=*");

  @ParameterizedTest
  @ValueSource(strings = {"classic", "predictive"})
  void failingCallsOpenTheCircuitOfAnAnnotatedMethod(String policy) {
    run(
        policy,
        context -> {
          Balance balance = context.getBean(Balance.class);
          var breaker = context.getBean(CircuitBreakerRegistry.class).circuitBreaker("points");

          assertThat(balance.read("ada")).isEqualTo("42 of ada");
          balance.burn();
          for (int i = 0; i < 100; i++) {
            assertThat(balance.read("ada")).isIn("cached for IOException", "cached for no call");
          }

          assertThat(breaker.getState()).isEqualTo(State.OPEN);
          assertThat(balance.calls()).hasValueLessThan(50);
          assertThat(breaker.getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(10);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "predictive"})
  void fallbacksOfStagesAnswerForARefusedCall(String policy) {
    run(
        policy,
        context -> {
          Balance balance = context.getBean(Balance.class);
          assertThat(balance.later("ada").toCompletableFuture().join()).isEqualTo("42 of ada");

          context
              .getBean(CircuitBreakerRegistry.class)
              .circuitBreaker("points")
              .transitionToForcedOpenState();

          assertThat(balance.later("ada").toCompletableFuture().join())
              .isEqualTo("cached for no call");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "predictive"})
  void healthMetersAndEndpointsSeeTheBreaker(String policy) {
    run(
        policy,
        context -> {
          Balance balance = context.getBean(Balance.class);
          assertThat(balance.read("ada")).isEqualTo("42 of ada");
          var unused =
              context
                  .getBean(CircuitBreakerEndpoint.class)
                  .updateCircuitBreakerState("points", UpdateState.FORCE_OPEN);
          assertThat(balance.read("ada")).isEqualTo("cached for no call");

          assertThat(health(context)).contains("points", "FORCED_OPEN");
          MeterRegistry meters = context.getBean(MeterRegistry.class);
          assertThat(
                  meters
                      .get("resilience4j.circuitbreaker.state")
                      .tags("name", "points", "state", "forced_open")
                      .gauge()
                      .value())
              .isEqualTo(1);
          assertThat(
                  meters
                      .get("resilience4j.circuitbreaker.calls")
                      .tags("name", "points", "kind", "successful")
                      .timer()
                      .count())
              .isEqualTo(1);
          assertThat(
                  context
                      .getBean(CircuitBreakerEventsEndpoint.class)
                      .getEventsFilteredByCircuitBreakerName("points")
                      .getCircuitBreakerEvents())
              .extracting(CircuitBreakerEventDTO::getType)
              .extracting(Object::toString)
              .containsExactly("SUCCESS", "STATE_TRANSITION");
        });
  }

  @Test
  void foreguardsOwnRegistrySeesThePredictiveBreaker() {
    run(
        "predictive",
        context ->
            assertThat(context.getBean(ForeguardRegistry.class).circuitBreakers().find("points"))
                .isPresent());
    run(
        "classic",
        context ->
            assertThat(context.getBean(ForeguardRegistry.class).circuitBreakers().find("points"))
                .isEmpty());
  }

  @Test
  void isWhatTheMigrationGuideSays() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "migrating-from-resilience4j.md"));
    String source =
        Files.readString(
            Path.of("src", "test", "java", "io", "foreguard", "spring", "AdaptiveBreakers.java"));
    int start = guide.indexOf("@Configuration(proxyBeanMethods = false)");
    String shown = guide.substring(start, guide.indexOf("```", start)).strip();

    assertThat(source).contains(shown);
  }

  private void run(String policy, ThrowingConsumer<ApplicationContext> check) {
    runner
        .withPropertyValues("policy=" + policy)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              check.accept(context);
            });
  }

  private static String health(ApplicationContext context) {
    CompositeHealthDescriptor all =
        (CompositeHealthDescriptor) context.getBean(HealthEndpoint.class).health();
    return ((IndicatedHealthDescriptor) all.getComponents().get("circuitBreakers"))
        .getDetails()
        .toString();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(AdaptiveBreakers.class)
  static class Application {
    @Bean
    AdapterConfig adapter(Environment environment) {
      return "classic".equals(environment.getProperty("policy"))
          ? AdapterConfig.classic()
          : AdapterConfig.predictive();
    }

    @Bean
    Balance balance() {
      return new Balance();
    }
  }

  /** A service with annotated methods. */
  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // fallback methods are found by their names
  static class Balance {
    private volatile boolean burns;
    private final AtomicInteger calls = new AtomicInteger();

    @CircuitBreaker(name = "points", fallbackMethod = "cached")
    public String read(String customer) throws IOException {
      calls.incrementAndGet();
      if (burns) {
        throw new IOException("down");
      }
      return "42 of " + customer;
    }

    @CircuitBreaker(name = "points", fallbackMethod = "cachedLater")
    public CompletionStage<String> later(String customer) {
      return CompletableFuture.completedFuture("42 of " + customer);
    }

    public void burn() {
      burns = true;
    }

    public AtomicInteger calls() {
      return calls;
    }

    private String cached(String customer, IOException failure) {
      return "cached for IOException";
    }

    private String cached(String customer, CallNotPermittedException refusal) {
      return "cached for no call";
    }

    private CompletionStage<String> cachedLater(
        String customer, CallNotPermittedException refusal) {
      return CompletableFuture.completedFuture("cached for no call");
    }
  }
}
