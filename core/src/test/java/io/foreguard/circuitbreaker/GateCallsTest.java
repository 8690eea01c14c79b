package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.SplittableRandom;
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
    private long lastToken;
    private long lastStart;

    @Test
    void leavesItsPlaceToAnotherWhenPlacesAreCounted() {
      fill();
      long start = clock.nanoTime();

      gate.cancel(lastToken, lastStart, start);

      assertThat(Tokens.kind(gate.admit(start))).isEqualTo(Tokens.NORMAL);
      assertThat(Tokens.kind(gate.admit(start))).isEqualTo(Tokens.REJECTED);
    }

    @Test
    void leavesItsTurnToAnotherWhenItWasAProbe() {
      CircuitBreaker doubtful =
          CircuitBreaker.of(
              "engine",
              CircuitBreakerConfig.builder()
                  .policy(PredictivePolicy.builder().minimumSuccessProbability(.5).build())
                  .build(),
              clock);
      long probe = probeOf(doubtful);
      long start = clock.nanoTime();
      Gate doubted = doubtful.gate();
      assertThat(doubted.retryAfterNanos(RejectionReason.THROTTLED, start)).isPositive();

      doubted.cancel(probe, start, start);

      assertThat(doubted.retryAfterNanos(RejectionReason.THROTTLED, start)).isZero();
    }

    /** Makes calls that do not end, and stops the clock when one is refused. */
    private void fill() {
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }
      for (int i = 0; i < 50; i++) {
        clock.advance(Duration.ofMillis(10));
        long start = clock.nanoTime();
        long token = gate.admit(start);
        if (Tokens.kind(token) == Tokens.REJECTED) {
          return;
        }
        lastToken = token;
        lastStart = start;
      }
      throw new AssertionError("50 calls in flight where one at a time was usual");
    }

    /** Lets half of the calls fail until one is admitted in its turn, whatever the dice say. */
    private long probeOf(CircuitBreaker doubtful) {
      SplittableRandom random = new SplittableRandom(7);
      Gate doubted = doubtful.gate();
      for (int i = 0; i < 30_000; i++) {
        clock.advance(Duration.ofMillis(10));
        long now = clock.nanoTime();
        long turn = doubted.retryAfterNanos(RejectionReason.THROTTLED, now);
        long before = now - 2;
        int other =
            doubted.slots.enter(before); // so that the probe's place is another than the first
        long token = doubted.admit(now);
        boolean nextTurnIsLater = doubted.retryAfterNanos(RejectionReason.THROTTLED, now) > turn;
        if (doubtful.state() == State.THROTTLED && turn == 0 && nextTurnIsLater) {
          return token;
        }
        doubted.slots.leave(other, before);
        if (Tokens.kind(token) != Tokens.REJECTED) {
          boolean fails = random.nextDouble() < .5;
          doubtful.settle(token, now, now, fails ? Outcome.FAILURE : Outcome.SUCCESS);
        }
      }
      throw new AssertionError("no probe");
    }
  }
}
