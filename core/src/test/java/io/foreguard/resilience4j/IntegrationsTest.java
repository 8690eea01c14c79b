package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.ManualClock;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.decorators.Decorators;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.retry.Retry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is written for Resilience4j's breakers, at work on ours under both policies. */
class IntegrationsTest {
  private final ManualClock clock = new ManualClock();

  static Stream<AdapterConfig> policies() {
    return Stream.of(AdapterConfig.classic(), AdapterConfig.predictive());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void decoratorsOfEveryKind(AdapterConfig policy) throws Throwable {
    CircuitBreaker breaker = breaker(policy);

    assertThat(CircuitBreaker.decorateSupplier(breaker, () -> 1).get()).isEqualTo(1);
    assertThat(CircuitBreaker.decorateCallable(breaker, () -> 2).call()).isEqualTo(2);
    assertThat(CircuitBreaker.decorateFunction(breaker, (Integer i) -> i + 1).apply(2))
        .isEqualTo(3);
    assertThat(breaker.decorateCheckedSupplier(() -> 4).get()).isEqualTo(4);
    breaker.decorateConsumer((Integer i) -> assertThat(i).isEqualTo(5)).accept(5);
    breaker.executeCheckedRunnable(() -> {});
    CompletionStage<Integer> stage =
        breaker.executeCompletionStage(() -> CompletableFuture.supplyAsync(() -> 6));
    assertThat(stage.toCompletableFuture().join()).isEqualTo(6);
    Supplier<Future<Integer>> future =
        breaker.decorateFuture(() -> CompletableFuture.completedFuture(7));
    assertThat(future.get().get()).isEqualTo(7);
    assertThatThrownBy(
            () ->
                breaker.executeCallable(
                    () -> {
                      throw new IOException("down");
                    }))
        .isInstanceOf(IOException.class);

    assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(8);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void decoratorsInARow(AdapterConfig policy) {
    CircuitBreaker breaker = breaker(policy);
    Supplier<String> decorated =
        Decorators.ofSupplier(() -> "answer")
            .withCircuitBreaker(breaker)
            .withBulkhead(Bulkhead.ofDefaults("beside"))
            .withRetry(Retry.ofDefaults("around"))
            .withFallback(List.of(CallNotPermittedException.class), e -> "fallback")
            .decorate();

    assertThat(decorated.get()).isEqualTo("answer");
    breaker.transitionToForcedOpenState();
    assertThat(decorated.get()).isEqualTo("fallback");
  }

  @ParameterizedTest
  @MethodSource("policies")
  void refusedStages(AdapterConfig policy) {
    CircuitBreaker breaker = breaker(policy);
    breaker.transitionToForcedOpenState();

    CompletableFuture<Integer> refused =
        breaker
            .executeCompletionStage(() -> CompletableFuture.completedFuture(1))
            .toCompletableFuture();

    assertThatThrownBy(refused::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(CallNotPermittedException.class);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void metersOfARegistry(AdapterConfig policy) {
    AdaptiveCircuitBreakerRegistry registry =
        AdaptiveCircuitBreakerRegistry.of(policy.toBuilder().clock(clock).build());
    MeterRegistry meters = new SimpleMeterRegistry();
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(meters);

    CircuitBreaker breaker = registry.circuitBreaker("late");
    breaker.executeRunnable(() -> {});
    breaker.transitionToForcedOpenState();
    assertThat(breaker.tryAcquirePermission()).isFalse();

    assertThat(state(meters, "forced_open")).isEqualTo(1);
    assertThat(state(meters, "closed")).isZero();
    assertThat(meters.get("resilience4j.circuitbreaker.calls").tag("kind", "successful").timer())
        .satisfies(timer -> assertThat(timer.count()).isEqualTo(1));
    assertThat(meters.get("resilience4j.circuitbreaker.failure.rate").gauge().value())
        .isEqualTo(-1);
    registry.remove("late");
    assertThat(meters.find("resilience4j.circuitbreaker.state").gauge()).isNull();
  }

  @ParameterizedTest
  @MethodSource("policies")
  void reactiveStreams(AdapterConfig policy) {
    CircuitBreaker breaker = breaker(policy);

    assertThat(Mono.just(1).transformDeferred(CircuitBreakerOperator.of(breaker)).block())
        .isEqualTo(1);
    assertThat(
            Flux.just(1, 2, 3)
                .transformDeferred(CircuitBreakerOperator.of(breaker))
                .collectList()
                .block())
        .containsExactly(1, 2, 3);
    assertThatThrownBy(
            () ->
                Mono.error(new IllegalStateException("down"))
                    .transformDeferred(CircuitBreakerOperator.of(breaker))
                    .block())
        .hasMessage("down");
    Mono.never().transformDeferred(CircuitBreakerOperator.of(breaker)).subscribe().dispose();

    assertThat(breaker.getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(2);
    assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    breaker.transitionToForcedOpenState();
    assertThatThrownBy(
            () -> Mono.just(1).transformDeferred(CircuitBreakerOperator.of(breaker)).block())
        .isInstanceOf(CallNotPermittedException.class);
  }

  @ParameterizedTest
  @MethodSource("policies")
  void failingCallsOpenThroughADecorator(AdapterConfig policy) {
    CircuitBreaker breaker = breaker(policy);
    for (int i = 0; i < 100 && breaker.getState() == State.CLOSED; i++) {
      clock.advance(Duration.ofMillis(100));
      try {
        breaker.executeRunnable(
            () -> {
              throw new IllegalStateException("down");
            });
      } catch (IllegalStateException | CallNotPermittedException expected) {
        assertThat(expected).isNotNull();
      }
    }

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
  }

  private CircuitBreaker breaker(AdapterConfig policy) {
    return AdaptiveCircuitBreaker.of(
        "integrated", CircuitBreakerConfig.ofDefaults(), policy.toBuilder().clock(clock).build());
  }

  private static double state(MeterRegistry meters, String state) {
    return meters.get("resilience4j.circuitbreaker.state").tag("state", state).gauge().value();
  }
}
