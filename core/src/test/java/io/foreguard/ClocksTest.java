package io.foreguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitBreakerMetrics;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Outcome;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that jump, stop, go backwards and overflow. */
class ClocksTest {
  private static final Duration HOURS = Duration.ofHours(7);
  private static final CircuitBreakerConfig CLASSIC =
      CircuitBreakerConfig.builder()
          .policy(
              ClassicPolicy.builder()
                  .slidingWindow(ClassicPolicy.WindowType.TIME_BASED, 10)
                  .minimumCalls(8)
                  .openDuration(Duration.ofSeconds(30))
                  .halfOpenCalls(3)
                  .build())
          .build();
  private static final List<CircuitBreakerConfig> BOTH =
      List.of(CLASSIC, CircuitBreakerConfig.defaults());

  private final SteppingClock clock = new SteppingClock(Long.MAX_VALUE - 1_000);

  @Nested
  class ABreaker {
    @Test
    void writesOffWhatWasInFlightWhenTheClockJumpsAndGoesOn() {
      for (CircuitBreakerConfig config : BOTH) {
        CircuitBreaker breaker = healthy(config);
        List<Permit> inFlight = List.of(breaker.acquire(), breaker.acquire());
        clock.step(HOURS);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        breaker.acquire().success();
        inFlight.forEach(permit -> assertThat(permit.record(Outcome.FAILURE)).isTrue());

        CircuitBreakerMetrics metrics = breaker.metrics();
        assertThat(metrics.lostPermits()).isEqualTo(2);
        assertThat(metrics.staleResults()).isEqualTo(2);
        assertThat(metrics.failures()).isZero();
        assertThat(metrics.inFlight()).isZero();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
      }
    }

    @Test
    void probesAtOnceWhenTheClockJumpsOverItsWait() {
      for (CircuitBreakerConfig config : BOTH) {
        CircuitBreaker breaker = healthy(config);
        breaker.transitionToOpen();
        assertThat(breaker.tryAcquire()).isEmpty();

        clock.step(HOURS);

        assertThat(breaker.acquire().isProbe()).isTrue();
      }
    }

    @Test
    void decidesOnAClockThatStandsStill() {
      for (CircuitBreakerConfig config : BOTH) {
        CircuitBreaker breaker = healthy(config);
        int failures = 0;
        while (breaker.state() != State.OPEN && failures < 1_000) {
          breaker.tryAcquire().ifPresent(permit -> permit.record(Outcome.FAILURE));
          failures++;
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        for (int i = 0; i < 1_000; i++) {
          assertThat(breaker.tryAcquire()).isEmpty(); // no time has passed for a probe
        }
        assertThat(breaker.metrics().inFlight()).isZero();
      }
    }

    @Test
    void judgesCallsThatEndBeforeTheyBegan() {
      for (CircuitBreakerConfig config : BOTH) {
        CircuitBreaker breaker =
            healthy(config.toBuilder().slowCallDuration(Duration.ofMillis(100)).build());
        long before = breaker.metrics().calls();
        for (int i = 0; i < 500; i++) {
          Permit permit = breaker.acquire();
          clock.step(Duration.ofMillis(-3));
          permit.success();
          clock.step(Duration.ofMillis(4));
        }

        assertThat(breaker.metrics().calls() - before).isEqualTo(500);
        assertThat(breaker.metrics().calls(Outcome.SLOW_SUCCESS)).isZero();
        assertThat(breaker.metrics().inFlight()).isZero();
        assertThat(breaker.metrics().lostPermits()).isZero();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.estimate().probability()).isGreaterThan(.9);
      }
    }

    @Test
    void staysOpenForAsLongAsTheClockGoesBackwards() {
      CircuitBreaker breaker = healthy(CLASSIC);
      breaker.transitionToOpen();
      clock.step(Duration.ofSeconds(-2));

      assertThatThrownBy(breaker::acquire)
          .isInstanceOfSatisfying(
              CircuitOpenException.class,
              e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(32)));
      clock.step(Duration.ofSeconds(31));
      assertThat(breaker.tryAcquire()).isEmpty();
      clock.step(Duration.ofSeconds(1));
      assertThat(breaker.tryAcquire()).isPresent();
    }

    /** The origin of a clock means nothing: two breakers on clocks apart do the same. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 1, Long.MAX_VALUE - 40_000_000_001L, -2, Long.MIN_VALUE})
    void decidesTheSameWhateverItsClockStartsAt(long origin) {
      for (CircuitBreakerConfig config : BOTH) {
        for (long seed = 20_261_122; seed < 20_261_142; seed++) {
          assertThat(trace(config, origin, seed))
              .as("seed %d", seed)
              .isEqualTo(trace(config, 1_000_000, seed));
        }
      }
    }

    private List<String> trace(CircuitBreakerConfig config, long origin, long seed) {
      SteppingClock time = new SteppingClock(origin);
      CircuitBreaker breaker = CircuitBreaker.of("engine", config, time);
      SplittableRandom random = new SplittableRandom(seed);
      double failing = random.nextDouble(.05, .8);
      List<Permit> permits = new ArrayList<>();
      List<String> trace = new ArrayList<>();
      for (int i = 0; i < 800; i++) {
        if (random.nextInt(3) != 0) {
          Optional<Permit> permit = breaker.tryAcquire();
          permit.ifPresent(permits::add);
          trace.add(permit.isPresent() + " " + breaker.state());
        } else if (!permits.isEmpty()) {
          Outcome outcome = random.nextDouble() < failing ? Outcome.FAILURE : Outcome.SUCCESS;
          permits.remove(random.nextInt(permits.size())).record(outcome);
          trace.add(outcome + " " + breaker.state() + " " + breaker.admissionShare());
        }
        time.step(
            Duration.ofNanos(2 * random.nextLong(random.nextInt(40) == 0 ? 1L << 34 : 1L << 24)));
      }
      trace.add(breaker.metrics().inFlight() + " " + breaker.metrics().lostPermits());
      return trace;
    }

    private CircuitBreaker healthy(CircuitBreakerConfig config) {
      CircuitBreaker breaker = CircuitBreaker.of("engine", config, clock);
      for (int i = 0; i < 100; i++) {
        Permit permit = breaker.acquire();
        clock.step(Duration.ofMillis(10));
        permit.success();
      }
      return breaker;
    }
  }

  @Nested
  class ABulkhead {
    private final Bulkhead bulkhead =
        Bulkhead.of(
            "engine",
            BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofSeconds(1)).build(),
            clock);
    private final BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    private final CompletableFuture<String> waiting =
        bulkhead.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();

    @Test
    void keepsThoseWhoWaitWhileTheClockStandsStillOrGoesBackwards() {
      clock.step(Duration.ofHours(-1));

      assertThat(waiting).isNotDone();
      held.close();
      assertThat(bulkhead.inFlight()).isOne();
      assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void refusesThoseWhoWaitWhenTheClockJumps() {
      clock.step(HOURS);
      clock.fireTimers();

      assertThatThrownBy(waiting::join).hasCauseInstanceOf(BulkheadFullException.class);
      assertThat(bulkhead.waiting()).isZero();
      held.close();
      assertThat(bulkhead.inFlight()).isZero();
    }

    @Test
    void isNotDisturbedByATimerThatFiresThoughItWasCancelled() {
      held.close();
      clock.step(HOURS);
      clock.fireTimers();

      assertThat(waiting).isNotDone();
      assertThat(bulkhead.inFlight()).isOne();
      assertThat(bulkhead.rejectedCalls()).isZero();
      waiting.cancel(true);
      clock.fireTimers();
      assertThat(bulkhead.inFlight()).isZero();
    }
  }

  @Nested
  class ARetry {
    private int attempts;

    private Retry retry(Duration delay) {
      return Retry.of(
          "engine",
          RetryConfig.builder()
              .maxAttempts(5)
              .backoff(Backoff.fixed(delay))
              .deadline(Duration.ofSeconds(2))
              .build(),
          clock);
    }

    private void fails(Retry retry, Duration step, int expectedAttempts) {
      attempts = 0;
      assertThatThrownBy(
              () ->
                  retry.call(
                      () -> {
                        attempts++;
                        clock.step(step);
                        throw new IOException("simulated");
                      }))
          .hasMessage("simulated");
      assertThat(attempts).isEqualTo(expectedAttempts);
    }

    @Test
    void givesUpWhenTheClockJumpsOverItsDeadline() {
      fails(retry(Duration.ofMillis(10)), HOURS, 1);
    }

    @Test
    void makesItsAttemptsAndNoMoreWhenTheClockStandsStillOrGoesBackwards() {
      fails(retry(Duration.ZERO), Duration.ZERO, 5);
      fails(retry(Duration.ofMillis(10)), Duration.ofMillis(-50), 5);
    }

    @Test
    void keepsItsDeadlineAcrossTheOverflow() {
      fails(retry(Duration.ofMillis(400)), Duration.ofMillis(500), 3); // the third ends at 2.3 s
    }
  }
}
