package io.foreguard.resilience4j;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PredictiveAdapterTest {
  private final ManualClock clock = new ManualClock();
  private final AdapterConfig adapter = AdapterConfig.predictive().toBuilder().clock(clock).build();
  private final List<String> heard = new ArrayList<>();
  private final AdaptiveCircuitBreaker breaker = listened(CircuitBreakerConfig.ofDefaults());

  @Test
  void opensWhenCallsFailThoughFewerThanTheMinimum() {
    fail(40);

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
    assertThat(heard).contains("CLOSED_TO_OPEN");
    assertThat(breaker.getCircuitBreakerConfig().getMinimumNumberOfCalls()).isEqualTo(100);
    assertThatExceptionOfType(CallNotPermittedException.class)
        .isThrownBy(() -> breaker.executeSupplier(() -> "unreached"))
        .withMessage("CircuitBreaker 'remote' is OPEN and does not permit further calls")
        .satisfies(e -> assertThat(e.getCausingCircuitBreakerName()).isEqualTo("remote"));
    assertThat(breaker.getMetrics().getNumberOfNotPermittedCalls()).isPositive();
    assertThat(heard).contains("NOT_PERMITTED");
  }

  @Test
  void recoversWhenProbesSucceed() {
    fail(40);

    for (int i = 0; i < 2_000 && breaker.getState() != State.CLOSED; i++) {
      clock.advance(Duration.ofMillis(50));
      if (breaker.tryAcquirePermission()) {
        clock.advance(Duration.ofMillis(1));
        breaker.onSuccess(1, MILLISECONDS);
      }
    }

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    assertThat(heard).containsSubsequence("CLOSED_TO_OPEN", "OPEN_TO_HALF_OPEN");
    assertThat(metrics().inFlight()).isZero();
  }

  @Test
  void matchesAnEndToItsBeginningOnAnyThread() {
    assertThat(breaker.tryAcquirePermission()).isTrue();
    clock.advance(Duration.ofMillis(10));
    assertThat(breaker.tryAcquirePermission()).isTrue();
    clock.advance(Duration.ofMillis(10));
    assertThat(metrics().inFlight()).isEqualTo(2);
    List<Long> durations = new ArrayList<>();
    foreguard().events().onCall((outcome, nanos, probe) -> durations.add(nanos));

    CompletableFuture.runAsync(() -> breaker.onSuccess(10, MILLISECONDS)).join();
    CompletableFuture.runAsync(() -> breaker.onError(20, MILLISECONDS, new IOException())).join();

    assertThat(metrics().inFlight()).isZero();
    assertThat(durations).containsExactly(10_000_000L, 20_000_000L);
    assertThat(metrics().calls(Outcome.FAILURE)).isEqualTo(1);
  }

  @Test
  void aCoarselyTimedCallIsMatchedAsWell() {
    CircuitBreakerConfig config =
        CircuitBreakerConfig.custom()
            .currentTimestampFunction(any -> clock.wallTime().toEpochMilli(), MILLISECONDS)
            .build();
    AdaptiveCircuitBreaker coarse = AdaptiveCircuitBreaker.of("coarse", config, adapter);
    assertThat(coarse.tryAcquirePermission()).isTrue();
    clock.advance(Duration.ofNanos(700_000));
    assertThat(coarse.tryAcquirePermission()).isTrue();
    clock.advance(Duration.ofMillis(5));

    coarse.onSuccess(5, MILLISECONDS);
    coarse.onSuccess(6, MILLISECONDS);

    assertThat(coarse.foreguard().orElseThrow().metrics().inFlight()).isZero();
  }

  @Test
  void releasesAndIgnoredErrorsLeaveNothingInFlight() {
    AdaptiveCircuitBreaker picky =
        listened(CircuitBreakerConfig.custom().ignoreExceptions(IOException.class).build());
    for (int i = 0; i < 100; i++) {
      assertThat(picky.tryAcquirePermission()).isTrue();
      assertThat(picky.tryAcquirePermission()).isTrue();
      picky.releasePermission();
      picky.onError(0, NANOSECONDS, new IOException());
    }

    CircuitBreakerMetrics seen = picky.foreguard().orElseThrow().metrics();
    assertThat(seen.inFlight()).isZero();
    assertThat(seen.failures()).isZero();
    assertThat(picky.getState()).isEqualTo(State.CLOSED);
    assertThat(picky.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void thePredicatesSayWhatIsAFailureAndTheClassifierOfWhatKind() {
    AdaptiveCircuitBreaker picky =
        listened(
            CircuitBreakerConfig.custom()
                .recordException(e -> !(e instanceof IllegalArgumentException))
                .recordResult("bad"::equals)
                .build());
    call(picky, b -> b.onError(0, NANOSECONDS, new IllegalArgumentException()));
    call(picky, b -> b.onError(0, NANOSECONDS, new TimeoutException()));
    call(picky, b -> b.onError(0, NANOSECONDS, new InterruptedException()));
    call(picky, b -> b.onResult(0, NANOSECONDS, "bad"));
    call(picky, b -> b.onResult(0, NANOSECONDS, "good"));

    CircuitBreakerMetrics seen = picky.foreguard().orElseThrow().metrics();
    assertThat(seen.calls(Outcome.SUCCESS)).isEqualTo(2);
    assertThat(seen.calls(Outcome.TIMEOUT)).isEqualTo(1);
    assertThat(seen.calls(Outcome.FAILURE)).isEqualTo(2);
  }

  @Test
  void resultsWithoutACallAreEvidenceToo() {
    for (int i = 0; i < 40 && breaker.getState() == State.CLOSED; i++) {
      clock.advance(Duration.ofMillis(100));
      breaker.onError(0, NANOSECONDS, new IOException());
    }

    assertThat(breaker.getState()).isEqualTo(State.OPEN);
  }

  @Test
  void showsEachModeAsAState() {
    breaker.transitionToDisabledState();
    assertThat(breaker.getState()).isEqualTo(State.DISABLED);
    fail(200);
    assertThat(breaker.tryAcquirePermission()).isTrue();
    breaker.transitionToForcedOpenState();
    assertThat(breaker.tryAcquirePermission()).isFalse();
    breaker.transitionToMetricsOnlyState();
    fail(200);
    assertThat(breaker.tryAcquirePermission()).isTrue();
    assertThat(breaker.getMetrics().getFailureRate()).isEqualTo(100);
    breaker.transitionToClosedState();

    assertThat(heard.stream().filter(h -> h.contains("_TO_")))
        .containsExactly(
            "CLOSED_TO_DISABLED",
            "DISABLED_TO_FORCED_OPEN",
            "FORCED_OPEN_TO_METRICS_ONLY",
            "METRICS_ONLY_TO_CLOSED");
  }

  @Test
  void refusesTransitionsThatResilience4jRefuses() {
    assertThatThrownBy(breaker::transitionToHalfOpenState)
        .isInstanceOf(IllegalStateTransitionException.class);
    breaker.transitionToMetricsOnlyState();
    assertThatThrownBy(breaker::transitionToOpenState)
        .isInstanceOf(IllegalStateTransitionException.class);
  }

  @Test
  void staysOpenForAsLongAsSomebodySays() {
    breaker.transitionToOpenStateFor(Duration.ofMinutes(10));
    for (int i = 0; i < 600; i++) {
      assertThat(breaker.tryAcquirePermission()).isFalse();
      clock.advance(Duration.ofSeconds(1));
    }
    clock.advance(Duration.ofMillis(1));

    assertThat(breaker.tryAcquirePermission()).isTrue();
    assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
    assertThat(heard).contains("CLOSED_TO_OPEN", "OPEN_TO_HALF_OPEN");
  }

  @Test
  void resetClosesFromEverywhere() {
    breaker.transitionToForcedOpenState();
    breaker.reset();

    assertThat(breaker.getState()).isEqualTo(State.CLOSED);
    assertThat(breaker.tryAcquirePermission()).isTrue();
    assertThat(heard).contains("FORCED_OPEN_TO_CLOSED", "RESET");
  }

  @Test
  void tellsOfAnUnbrokenWayThroughTheStatesWhateverHappens() {
    SplittableRandom random = new SplittableRandom(20261127);
    for (int run = 0; run < 100; run++) {
      heard.clear();
      AdaptiveCircuitBreaker any = listened(CircuitBreakerConfig.ofDefaults());
      Deque<Long> calls = new ArrayDeque<>();
      for (int step = 0; step < 400; step++) {
        int choice = random.nextInt(40);
        if (choice == 0) {
          command(any, random.nextInt(8));
        } else if (choice < 16 && any.tryAcquirePermission()) {
          calls.add(clock.nanoTime());
        } else if (choice < 30 && !calls.isEmpty()) {
          long nanos = clock.nanoTime() - calls.remove();
          if (random.nextInt(3) < run % 4) {
            any.onError(nanos, NANOSECONDS, new IOException());
          } else {
            any.onSuccess(nanos, NANOSECONDS);
          }
        } else {
          clock.advance(Duration.ofMillis(random.nextInt(500)));
        }
      }
      while (!calls.isEmpty()) {
        any.onSuccess(clock.nanoTime() - calls.remove(), NANOSECONDS);
      }

      assertThat(any.foreguard().orElseThrow().metrics().inFlight()).isZero();
      String at = "CLOSED";
      for (String move : heard.stream().filter(h -> h.contains("_TO_")).toList()) {
        String[] ends = move.split("_TO_", -1);
        assertThat(ends[0]).as("in %s", heard).isEqualTo(at);
        at = ends[1];
      }
      assertThat(any.getState().name()).isEqualTo(at);
    }
  }

  private static void command(AdaptiveCircuitBreaker breaker, int which) {
    try {
      switch (which) {
        case 0 -> breaker.transitionToClosedState();
        case 1 -> breaker.transitionToOpenState();
        case 2 -> breaker.transitionToHalfOpenState();
        case 3 -> breaker.transitionToDisabledState();
        case 4 -> breaker.transitionToForcedOpenState();
        case 5 -> breaker.transitionToMetricsOnlyState();
        case 6 -> breaker.transitionToOpenStateFor(Duration.ofMillis(300));
        default -> breaker.reset();
      }
    } catch (IllegalStateTransitionException expected) {
      assertThat(breaker.getState()).isEqualTo(expected.getFromState());
    }
  }

  private void fail(int calls) {
    for (int i = 0; i < calls; i++) {
      clock.advance(Duration.ofMillis(100));
      if (breaker.tryAcquirePermission()) {
        breaker.onError(0, NANOSECONDS, new IOException("down"));
      }
    }
  }

  private static void call(
      AdaptiveCircuitBreaker breaker, java.util.function.Consumer<AdaptiveCircuitBreaker> end) {
    breaker.acquirePermission();
    end.accept(breaker);
  }

  private CircuitBreakerMetrics metrics() {
    return foreguard().metrics();
  }

  private io.foreguard.circuitbreaker.CircuitBreaker foreguard() {
    return breaker.foreguard().orElseThrow();
  }

  private AdaptiveCircuitBreaker listened(CircuitBreakerConfig config) {
    AdaptiveCircuitBreaker made = AdaptiveCircuitBreaker.of("remote", config, adapter);
    made.getEventPublisher()
        .onStateTransition(event -> heard.add(event.getStateTransition().name()))
        .onCallNotPermitted(event -> heard.add("NOT_PERMITTED"))
        .onReset(event -> heard.add("RESET"));
    return made;
  }
}
