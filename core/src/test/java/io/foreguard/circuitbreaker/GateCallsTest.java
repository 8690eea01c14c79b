package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GateCallsTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final Gate gate = breaker.gate();

  @Nested
  class ABreakerThatIsCalledNowAndThen {
    @Test
    void judgesPlainSuccessesTogether() {
      succeed(3, 20);
      double known = samples();

      succeed(20, 20);
      assertThat(samples()).isEqualTo(known);

      succeed(40, 20);
      assertThat(samples()).isGreaterThan(known + 20);
    }

    @Test
    void judgesThemAtTheLatestAfterASecond() {
      succeed(3, 20);
      double known = samples();

      succeed(4, 400);

      assertThat(samples()).isGreaterThanOrEqualTo(known + 2);
    }

    @Test
    void judgesThemBeforeAFailure() {
      succeed(23, 20);

      breaker.acquire().record(Outcome.FAILURE);

      assertThat(samples()).isGreaterThan(23);
      assertThat(breaker.metrics().failures()).isOne();
    }

    @Test
    void looksWhileACallIsInFlight() {
      succeed(23, 20);
      Permit slow = breaker.acquire();
      clock.advance(Duration.ofMillis(20));

      breaker.acquire().success();

      assertThat(samples()).isGreaterThan(20);
      assertThat(gate.lastSignals().value(Signal.IN_FLIGHT)).isGreaterThanOrEqualTo(1);
      slow.success();
    }

    @Test
    void tellsEverythingWhenItIsAsked() {
      succeed(23, 20);

      assertThat(breaker.metrics().successes()).isEqualTo(23);
    }

    @Test
    void isNotIdleForCallsThatNobodyHasJudged() {
      succeed(3, 20);
      succeed(1, 900);
      clock.advance(Duration.ofMillis(200));

      assertThat(breaker.isIdle(clock.nanoTime(), 1_000_000_000L)).isFalse();
      clock.advance(Duration.ofSeconds(1));
      assertThat(breaker.isIdle(clock.nanoTime(), 1_000_000_000L)).isTrue();
    }

    private void succeed(int calls, long millisBefore) {
      for (int i = 0; i < calls; i++) {
        clock.advance(Duration.ofMillis(millisBefore));
        breaker.acquire().success();
      }
    }

    private double samples() {
      return gate.lastSignals().value(Signal.FAST_SAMPLES);
    }
  }

  @Nested
  class ACancelledCall {
    @Test
    void leavesItsPlaceToAnotherWhenPlacesAreCounted() {
      List<Long> tokens = fill();
      long start = clock.nanoTime();

      gate.cancel(tokens.get(tokens.size() - 1), start, start);

      assertThat(Tokens.kind(gate.admit(start))).isEqualTo(Tokens.NORMAL);
      assertThat(Tokens.kind(gate.admit(start))).isEqualTo(Tokens.REJECTED);
    }

    @Test
    void leavesItsTurnToAnotherWhenItWasAProbe() {
      doubt();
      assertThat(breaker.state()).isEqualTo(State.THROTTLED);
      long probe = nextProbe();
      long start = clock.nanoTime();
      assertThat(gate.retryAfterNanos(RejectionReason.THROTTLED, start)).isPositive();

      gate.cancel(probe, start, start);

      assertThat(gate.retryAfterNanos(RejectionReason.THROTTLED, start)).isZero();
    }

    /** Calls until they are refused; all of them start now. */
    private List<Long> fill() {
      for (int i = 0; i < 200; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofMillis(20));
        permit.success();
      }
      List<Long> tokens = new ArrayList<>();
      long now = clock.nanoTime();
      for (long token = gate.admit(now);
          Tokens.kind(token) != Tokens.REJECTED;
          token = gate.admit(now)) {
        tokens.add(token);
      }
      return tokens;
    }

    private void doubt() {
      for (int i = 0; i < 10_000 && breaker.state() != State.THROTTLED; i++) {
        clock.advance(Duration.ofMillis(1));
        int turn = i;
        breaker
            .tryAcquire()
            .ifPresent(p -> p.record(turn % 4 == 0 ? Outcome.SUCCESS : Outcome.FAILURE));
      }
    }

    /** Lets time pass until a call is admitted whatever the dice say. */
    private long nextProbe() {
      for (int i = 0; i < 10_000; i++) {
        clock.advance(Duration.ofMillis(1));
        long now = clock.nanoTime();
        long before = gate.retryAfterNanos(RejectionReason.THROTTLED, now);
        long token = gate.admit(now);
        boolean later = gate.retryAfterNanos(RejectionReason.THROTTLED, now) > before;
        if (Tokens.kind(token) == Tokens.NORMAL && later) {
          return token;
        }
      }
      throw new AssertionError("no probe");
    }
  }
}
