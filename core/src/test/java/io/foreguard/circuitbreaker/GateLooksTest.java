package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a gate looks at what it knows, and what it takes in without a look. */
class GateLooksTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long LEASE = 10 * SECOND;

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "engine",
          CircuitBreakerConfig.builder().permitLease(Duration.ofNanos(LEASE)).build(),
          clock);
  private final Gate gate = breaker.gate();

  @Nested
  class WhileACallIsInFlight {
    private final long hanging = gate.admit(clock.nanoTime());
    private final long start = clock.nanoTime();

    @Test
    void anAdmissionLooksTenMillisecondsAfterTheLastLook() {
      breaker.signals();

      pass(10 * MILLI - 1);
      admit();
      assertThat(sinceLook()).isEqualTo(10 * MILLI - 1);

      pass(1);
      admit();
      assertThat(sinceLook()).isZero();
    }

    @Test
    void aSuccessLooksTenMillisecondsAfterTheLastLook() {
      long first = admit();
      long second = admit();
      breaker.signals();

      pass(10 * MILLI - 1);
      gate.settle(first, start, clock.nanoTime(), Outcome.SUCCESS);
      assertThat(sinceLook()).isEqualTo(10 * MILLI - 1);

      pass(1);
      gate.settle(second, start, clock.nanoTime(), Outcome.SUCCESS);
      assertThat(sinceLook()).isZero();
    }

    @Test
    void aSuccessLooksAMillisecondAfterTheLastLookWhenManyHaveSucceeded() {
      gate.settle(hanging, start, clock.nanoTime(), Outcome.SUCCESS); // its place is the others'
      succeedAtOnce(62);
      long first = admit();
      breaker.signals();

      pass(MILLI - 1);
      gate.settle(first, start, clock.nanoTime(), Outcome.SUCCESS); // the 64th
      assertThat(sinceLook()).isEqualTo(MILLI - 1);

      succeedAtOnce(63);
      long last = admit();
      pass(1);
      gate.settle(last, clock.nanoTime() - 1, clock.nanoTime(), Outcome.SUCCESS);
      assertThat(sinceLook()).isZero();
    }

    @Test
    void aCallThatOutlivesItsLeaseIsWrittenOffByItsEnd() {
      pass(LEASE + 2);
      gate.settle(hanging, start, clock.nanoTime(), Outcome.SUCCESS);

      assertThat(sinceLook()).isZero();
      assertThat(gate.lastSignals().value(Signal.IN_FLIGHT)).isZero();
      assertThat(breaker.metrics().staleResults()).isOne();
      assertThat(breaker.metrics().lostPermits()).isOne();
    }

    @Test
    void aCallThatEndsWithItsLeaseIsInTime() {
      pass(LEASE);
      gate.settle(hanging, start, clock.nanoTime(), Outcome.SUCCESS);

      assertThat(breaker.metrics().staleResults()).isZero();
      assertThat(breaker.metrics().successes()).isOne();
      assertThat(breaker.metrics().lostPermits()).isZero();
    }

    @Test
    void aCallThatWasWrittenOffBeforeItsEndIsNotJudged() {
      pass(LEASE + 2);
      breaker.signals();
      pass(1);
      gate.settle(hanging, start, clock.nanoTime(), Outcome.FAILURE);

      assertThat(breaker.metrics().failures()).isZero();
      assertThat(breaker.metrics().staleResults()).isOne();
      assertThat(breaker.metrics().lostPermits()).isOne();
    }

    @Test
    void aCallThatIsWrittenOffBetweenItsEndAndTheLookIsNotJudged() {
      pass(LEASE + 2);
      breaker.signals();
      gate.settle(hanging, start, start + LEASE, Outcome.FAILURE);

      assertThat(breaker.metrics().failures()).isZero();
      assertThat(breaker.metrics().staleResults()).isOne();
      assertThat(breaker.metrics().lostPermits()).isOne();
    }

    private void succeedAtOnce(int calls) {
      for (int i = 0; i < calls; i++) {
        gate.settle(admit(), clock.nanoTime(), clock.nanoTime(), Outcome.SUCCESS);
      }
    }
  }

  @Nested
  class ASuccess {
    @Test
    void ofTheFirstSlotIsJustCounted() {
      long start = clock.nanoTime();
      long token = admit();
      pass(MILLI / 2);

      assertThat(gate.count(token, start, clock.nanoTime(), gate.rules())).isTrue();

      assertThat(sinceLook()).isEqualTo(MILLI / 2);
      assertThat(breaker.metrics().successes()).isOne();
    }

    @Test
    void isJustCountedUntilHalfItsLeaseIsOver() {
      long start = clock.nanoTime();
      long early = admit();
      long late = admit();

      pass(LEASE / 2);
      breaker.signals();
      double known = samples();
      assertThat(gate.count(early, start, clock.nanoTime(), gate.rules())).isTrue();
      assertThat(samples()).isEqualTo(known);

      pass(1);
      assertThat(gate.count(late, start, clock.nanoTime(), gate.rules())).isFalse();
      gate.settle(late, start, clock.nanoTime(), Outcome.SUCCESS);
      assertThat(samples()).isGreaterThan(known + 1.5);
      assertThat(breaker.metrics().successes()).isEqualTo(2);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void ofAnEarlierEraIsNotCounted() {
      long start = clock.nanoTime();
      long token = admit();
      breaker.transitionToOpen();
      breaker.transitionToClosed();

      assertThat(gate.count(token, start, start, gate.rules())).isFalse();
    }
  }

  @Nested
  class WithNothingElseInFlight {
    @Test
    void aSuccessMayWaitForLessThanASecond() {
      warmUp();

      pass(SECOND - 1);
      admitAndSucceed();
      assertThat(sinceLook()).isEqualTo(SECOND - 1);

      pass(1);
      admitAndSucceed();
      assertThat(sinceLook()).isZero();
    }

    @Test
    void anAdmissionMayWaitForLessThanASecond() {
      warmUp();

      pass(SECOND - 1);
      gate.cancel(admit(), clock.nanoTime(), clock.nanoTime());
      assertThat(sinceLook()).isEqualTo(SECOND - 1);

      pass(1);
      admit();
      assertThat(sinceLook()).isZero();
    }

    @Test
    void nothingWaitsAfterAFailureUntilASuccess() {
      warmUp();
      assertThat(Tokens.isQuiet(gate.word())).isTrue();

      breaker.acquire().record(Outcome.FAILURE);
      assertThat(Tokens.isQuiet(gate.word())).isFalse();

      pass(20 * MILLI);
      admitAndSucceed();
      breaker.signals();
      assertThat(Tokens.isQuiet(gate.word())).isTrue();
    }

    @Test
    void nothingWaitsUnderFixedThresholds() {
      CircuitBreaker classic =
          CircuitBreaker.of(
              "classic",
              CircuitBreakerConfig.builder().policy(TripPolicy.classic()).build(),
              clock);
      classic.signals();

      assertThat(Tokens.isQuiet(classic.gate().word())).isFalse();
    }

    @Test
    void nothingWaitsWhileTheCircuitIsOpen() {
      warmUp();
      breaker.transitionToOpen();

      assertThat(Tokens.isQuiet(gate.word())).isFalse();
    }

    private void warmUp() {
      for (int i = 0; i < 5; i++) {
        pass(20 * MILLI);
        admitAndSucceed();
      }
      breaker.signals();
    }
  }

  @Test
  void nothingWaitsWhileACallIsOverdue() {
    for (int i = 0; i < 100; i++) {
      long start = clock.nanoTime();
      long token = admit();
      pass(20 * MILLI);
      gate.settle(token, start, clock.nanoTime(), Outcome.SUCCESS);
    }
    breaker.signals();
    assertThat(Tokens.isQuiet(gate.word())).isTrue();

    admit();
    pass(SECOND);
    breaker.signals();

    assertThat(gate.lastSignals().value(Signal.OVERDUE)).isOne();
    assertThat(Tokens.isQuiet(gate.word())).isFalse();
  }

  @Nested
  class Idleness {
    private static final long IDLE = 10 * SECOND;

    @Test
    void beginsAfterItsTimeAndNotWithIt() {
      breaker.signals();

      pass(IDLE);
      assertThat(isIdle()).isFalse();
      pass(1);
      assertThat(isIdle()).isTrue();
    }

    @Test
    void isNotProlongedByBeingLookedAt() {
      breaker.signals();
      pass(IDLE - 1);
      assertThat(isIdle()).isFalse();
      pass(2);

      assertThat(isIdle()).isTrue();
      assertThat(sinceLook()).isEqualTo(IDLE + 1);
    }

    @Test
    void countsFromTheSecondInWhichTheLastSuccessMayHaveWaited() {
      breaker.signals();
      admitAndSucceed();

      pass(IDLE + 1);
      assertThat(isIdle()).isFalse();
      assertThat(sinceLook()).isEqualTo(IDLE + 1 - SECOND);

      pass(SECOND);
      assertThat(isIdle()).isTrue();
    }

    @Test
    void isNotThereWhileACallIsInFlight() {
      breaker.signals();
      pass(LEASE - 5 * SECOND);
      admit();
      breaker.signals();
      pass(5 * SECOND + 1);

      assertThat(gate.isIdle(clock.nanoTime(), 5 * SECOND)).isFalse();
    }

    private boolean isIdle() {
      return gate.isIdle(clock.nanoTime(), IDLE);
    }
  }

  private long admit() {
    long token = gate.admit(clock.nanoTime());
    assertThat(Tokens.kind(token)).isEqualTo(Tokens.NORMAL);
    return token;
  }

  private void admitAndSucceed() {
    long token = admit();
    gate.settle(token, clock.nanoTime(), clock.nanoTime(), Outcome.SUCCESS);
  }

  private void pass(long nanos) {
    clock.advance(Duration.ofNanos(nanos));
  }

  private long sinceLook() {
    return clock.nanoTime() - gate.lastTick;
  }

  private double samples() {
    return gate.lastSignals().value(Signal.FAST_SAMPLES);
  }
}
