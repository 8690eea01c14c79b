package io.foreguard.circuitbreaker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GateTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);

  @Nested
  class Arrivals {
    @Test
    void includeRefusedCalls() {
      breaker.transitionToOpen();
      run(6_000);

      assertThat(breaker.metrics().rejected()).isGreaterThan(4_000);
      assertThat(arrivalsPerSecond()).isCloseTo(100, within(2.0));
    }

    @Test
    void includeCallsThatShadowModeWouldHaveRefused() {
      breaker.mode(Mode.SHADOW);
      breaker.transitionToOpen();
      run(6_000);

      assertThat(breaker.metrics().shadowRejected()).isGreaterThan(4_000);
      assertThat(arrivalsPerSecond()).isCloseTo(100, within(2.0));
    }

    @Test
    void includeCallsWhoseResultsAreTooLateAndCountThemOnce() {
      run(3_000);
      List<Permit> before = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        before.add(breaker.acquire());
      }
      breaker.transitionToOpen();
      run(4_000);
      before.forEach(permit -> permit.record(Outcome.FAILURE));
      assertThat(breaker.metrics().staleResults()).isEqualTo(1_000);

      run(1_500);

      assertThat(arrivalsPerSecond()).isCloseTo(100, within(5.0));
    }

    private double arrivalsPerSecond() {
      return breaker.signals().value(Signal.ARRIVAL_RATE);
    }

    /** A call every ten milliseconds; those that are admitted fail at once. */
    private void run(int calls) {
      for (int i = 0; i < calls; i++) {
        breaker.tryAcquire().ifPresent(permit -> permit.record(Outcome.CALLER_FAULT));
        clock.advance(Duration.ofMillis(10));
      }
    }
  }

  @Nested
  class CallsOfARecovery {
    private final Permit stranger = recoverWithOneCallOut();
    private final List<Permit> taken = new ArrayList<>();

    @Test
    void keepTheirPlacesUntilTheyEnd() {
      fill();
      assertThat(taken).hasSize(breaker.concurrencyLimit() - 1);

      assertThat(stranger.record(Outcome.FAILURE)).isTrue();

      fill();
      assertThat(taken).hasSize(breaker.concurrencyLimit());
      assertThat(breaker.state()).isEqualTo(State.THROTTLED);
      taken.forEach(Permit::success);
      assertThat(breaker.metrics().staleResults()).as("the stranger's").isOne();
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void keepThemNoLongerThanTheirLeases() {
      fill();
      assertThat(taken).hasSize(breaker.concurrencyLimit() - 1);

      taken.forEach(Permit::success);
      taken.clear();
      clock.advance(Duration.ofSeconds(2)); // a hundred times as long as calls take
      int limit = breaker.concurrencyLimit();
      fill();

      assertThat(taken).hasSizeGreaterThanOrEqualTo(limit);
    }

    private Permit recoverWithOneCallOut() {
      for (int i = 0; i < 200; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofMillis(20));
        permit.success();
      }
      breaker.transitionToOpen();
      for (int i = 0; i < 10_000 && breaker.state() != State.HALF_OPEN; i++) {
        Optional<Permit> probe = breaker.tryAcquire();
        clock.advance(Duration.ofMillis(20));
        probe.ifPresent(Permit::success);
      }
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      Permit out = null;
      for (int i = 0; i < 100 && breaker.state() == State.HALF_OPEN; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofMillis(20));
        out = i == 7 ? breaker.acquire() : out;
        permit.success();
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(out).isNotNull();
      return out;
    }

    private void fill() {
      clock.advance(Duration.ofMillis(10));
      Optional<Permit> permit = breaker.tryAcquire();
      while (permit.isPresent() && taken.size() < 100) {
        taken.add(permit.get());
        clock.advance(Duration.ofMillis(10));
        permit = breaker.tryAcquire();
      }
    }
  }

  @Nested
  class TheBreakerOfAnIdleKey {
    private final CircuitBreaker keyed =
        CircuitBreaker.of(
            "engine",
            CircuitBreakerConfig.builder()
                .keyIdleTime(Duration.ofMinutes(4))
                .permitLease(Duration.ofHours(2))
                .build(),
            clock);

    @Test
    void isKeptForSixTimesAsLongWhileItIsIll() {
      keyed.key("replica", "a").transitionToOpen();

      clock.advance(Duration.ofMinutes(23));
      assertThat(keyed.keys("replica")).hasSize(1);
      clock.advance(Duration.ofMinutes(3));
      assertThat(keyed.keys("replica")).isEmpty();
    }

    @Test
    void isKeptWhileACallIsInFlightAndDroppedSoonAfterTheCallWasNotMade() {
      Permit permit = keyed.acquire(CallContext.of("replica", "a"));
      clock.advance(Duration.ofMinutes(30));
      assertThat(keyed.keys("replica")).hasSize(1);

      permit.keyed().breaker().gate().cancel(permit.keyed().token(), permit.startNanos(), 0);

      clock.advance(Duration.ofMinutes(1)); // the next look, a quarter of the time later
      assertThat(keyed.keys("replica")).isEmpty();
    }
  }

  @Nested
  class RetryAfter {
    @Test
    void isTheTimeToTheNextProbe() {
      breaker.transitionToOpen();
      Duration wait = retryAfter();
      assertThat(wait).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));

      clock.advance(wait.minusNanos(1));
      assertThat(retryAfter()).isEqualTo(Duration.ofNanos(1));
      clock.advance(Duration.ofNanos(1));

      assertThat(breaker.tryAcquire()).isPresent();
    }

    @Test
    void isUnknownWhileRecovering() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      breaker.acquire().success();
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      Permit first = breaker.acquire();
      Permit second = breaker.acquire();

      assertThat(retryAfter()).isZero();
      first.release();
      second.release();
    }

    private Duration retryAfter() {
      List<Duration> seen = new ArrayList<>();
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(breaker::acquire)
          .satisfies(e -> seen.add(e.retryAfter()));
      return seen.get(0);
    }
  }

  @Nested
  class AnOperatorsWord {
    @Test
    void toCloseForgetsRecentFailures() {
      for (int i = 0; i < 2; i++) {
        breaker.acquire().record(Outcome.FAILURE);
      }
      assertThat(breaker.explain().toString()).endsWith("(2 of the last 2 failed)");

      breaker.transitionToClosed();

      assertThat(breaker.explain().toString()).endsWith("(0 of the last 0 failed)");
      assertThat(breaker.admissionShare()).isEqualTo(1);
      assertThat(breaker.signals().value(Signal.CONSECUTIVE_FAILURES)).isZero();
    }

    @Test
    void toOpenForgetsNothing() {
      for (int i = 0; i < 2; i++) {
        breaker.acquire().record(Outcome.FAILURE);
      }
      breaker.transitionToOpen();

      assertThat(breaker.explain().toString()).endsWith("(2 of the last 2 failed)");
      assertThat(breaker.admissionShare()).isZero();
      assertThat(breaker.signals().value(Signal.CONSECUTIVE_FAILURES)).isEqualTo(2);
    }

    @Test
    void ofAnotherWindowTakesOverWhatTheOldOneKnows() {
      for (int i = 0; i < 20; i++) {
        breaker.acquire().success();
      }
      breaker.acquire().record(Outcome.FAILURE);
      ClassicPolicy five =
          ClassicPolicy.builder()
              .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 5)
              .minimumCalls(5)
              .build();

      breaker.reconfigure(CircuitBreakerConfig.builder().policy(five).build());

      assertThat(breaker.explain().toString()).endsWith("(1 of the last 5 failed)");
    }
  }

  @Test
  void leavesTheLockToOthersWhateverWasDone() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      List<Runnable> operations =
          List.of(
              () -> breaker.acquire().success(),
              () -> breaker.acquire().record(Outcome.FAILURE),
              breaker::signals,
              breaker::concurrencyLimit,
              breaker::explain,
              breaker::metrics,
              () -> breaker.latency().quantile(.5),
              () -> breaker.latency().successes(),
              () -> breaker.latency().condition(),
              breaker::transitionToOpen,
              breaker::tryAcquire,
              () -> breaker.admits(CallContext.of("replica", "a")),
              () -> clock.advance(Duration.ofMinutes(1)),
              () -> cancel(breaker.acquire()),
              breaker::acquire,
              breaker::probeNow,
              () -> breaker.mode(Mode.SHADOW),
              () -> breaker.mode(Mode.ENFORCE),
              () -> breaker.reconfigure(CircuitBreakerConfig.defaults()),
              breaker::transitionToClosed,
              () -> breaker.isIdle(clock.nanoTime() + Duration.ofHours(1).toNanos(), 1));
      for (Runnable operation : operations) {
        operation.run();
        assertThat(other.submit(breaker::metrics).get(10, SECONDS)).isNotNull();
      }
    } finally {
      other.shutdownNow();
    }
  }

  private void cancel(Permit permit) {
    breaker.gate().cancel(permit.token(), permit.startNanos(), clock.nanoTime());
  }

  @Nested
  class Modes {
    @Test
    void areToldOnlyWhenTheyChange() {
      List<String> told = new ArrayList<>();
      var unused =
          breaker.events().onModeChange(change -> told.add(change.from() + ">" + change.to()));
      breaker.mode(Mode.ENFORCE);
      breaker.mode(Mode.SHADOW);
      breaker.mode(Mode.SHADOW);
      breaker.mode(Mode.FORCED_OPEN);

      assertThat(told).containsExactly("ENFORCE>SHADOW", "SHADOW>FORCED_OPEN");
    }
  }
}
