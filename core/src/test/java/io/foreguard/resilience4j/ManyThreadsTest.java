package io.foreguard.resilience4j;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManyThreadsTest {
  private static final int THREADS = 8;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final CyclicBarrier start = new CyclicBarrier(THREADS);
  private final ManualClock clock = new ManualClock();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void aHalfOpenCircuitAdmitsNoMoreThanItsPlaces() throws Exception {
    for (int round = 0; round < 300; round++) {
      AdaptiveCircuitBreaker breaker = breaker(AdapterConfig.classic());
      breaker.transitionToOpenState();
      breaker.transitionToHalfOpenState();

      List<Boolean> admitted = all(breaker::tryAcquirePermission);

      assertThat(admitted.stream().filter(yes -> yes)).hasSize(3);
      assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isEqualTo(THREADS - 3);
    }
  }

  @Test
  void oneThreadOpensTheCircuitAndTellsOfIt() throws Exception {
    for (int round = 0; round < 300; round++) {
      AdaptiveCircuitBreaker breaker = breaker(AdapterConfig.classic());
      AtomicInteger told = new AtomicInteger();
      breaker.getEventPublisher().onStateTransition(event -> told.incrementAndGet());
      breaker.getEventPublisher().onFailureRateExceeded(event -> told.incrementAndGet());

      all(
          () -> {
            for (int i = 0; i < 10; i++) {
              breaker.onError(0, NANOSECONDS, new IllegalStateException("down"));
            }
            return true;
          });

      assertThat(breaker.getState()).isEqualTo(State.OPEN);
      assertThat(told).hasValue(2);
    }
  }

  @Test
  void everyPermitOfAPredictiveBreakerFindsItsEnd() throws Exception {
    AdaptiveCircuitBreaker breaker = breaker(AdapterConfig.predictive());

    all(
        () -> {
          for (int i = 0; i < 5_000; i++) {
            breaker.executeRunnable(() -> {});
          }
          return true;
        });

    io.foreguard.circuitbreaker.CircuitBreakerMetrics seen =
        breaker.foreguard().orElseThrow().metrics();
    assertThat(seen.inFlight()).isZero();
    assertThat(seen.successes()).isEqualTo(THREADS * 5_000L);
  }

  private AdaptiveCircuitBreaker breaker(AdapterConfig policy) {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .slidingWindowSize(20)
            .minimumNumberOfCalls(20)
            .permittedNumberOfCallsInHalfOpenState(3)
            .build();
    return AdaptiveCircuitBreaker.of("shared", config, policy.toBuilder().clock(clock).build());
  }

  private <T> List<T> all(Callable<T> task) throws Exception {
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          threads.submit(
              () -> {
                start.await(30, SECONDS);
                return task.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : running) {
      results.add(each.get(30, SECONDS));
    }
    return results;
  }
}
