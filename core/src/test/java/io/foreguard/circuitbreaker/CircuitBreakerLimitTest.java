package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.CallContext;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CircuitBreakerLimitTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final List<Permit> inFlight = new ArrayList<>();

  @Test
  void throttlesWhenMoreCallsArriveThanAreSeenToGoWell() {
    learn();

    Optional<Permit> refused = fill();

    assertThat(refused).isEmpty();
    assertThat(breaker.state()).isEqualTo(State.THROTTLED);
    assertThat(breaker.admissionShare()).isEqualTo(1);
    assertThatExceptionOfType(CircuitOpenException.class)
        .isThrownBy(breaker::acquire)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.OVERLOADED))
        .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ZERO));
    assertThat(breaker.metrics().rejected()).isEqualTo(2);
    assertThat(breaker.metrics().inFlight()).isEqualTo(inFlight.size());
  }

  @Test
  void admitsAnotherCallForEachThatEnds() {
    learn();
    fill();
    int before = inFlight.size();

    inFlight.remove(0).release();

    assertThat(breaker.tryAcquire()).hasValueSatisfying(inFlight::add);
    assertThat(inFlight).hasSize(before);
    assertThat(breaker.tryAcquire()).isEmpty();
  }

  @Test
  void admitsAgainWhenARefusedCallOfAKeyHasGivenItsPlaceBack() {
    learn();
    fill();
    inFlight.remove(0).release();
    breaker.key("replica", "a").transitionToOpen();

    assertThat(breaker.tryAcquire(CallContext.of("replica", "a"))).isEmpty();

    assertThat(breaker.tryAcquire()).isPresent();
  }

  @Test
  void closesASecondAfterTheLimitWasMet() {
    learn();
    fill();
    inFlight.forEach(Permit::success);
    assertThat(breaker.state()).isEqualTo(State.THROTTLED);

    clock.advance(Duration.ofMillis(1_100));
    breaker.acquire().success();

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void inShadowModeAdmitsAndCounts() {
    learn();
    breaker.mode(Mode.SHADOW);

    for (int i = 0; i < 50; i++) {
      inFlight.add(breaker.acquire());
      clock.advance(Duration.ofMillis(10));
    }

    assertThat(breaker.metrics().shadowRejected()).isPositive();
    assertThat(breaker.metrics().rejected()).isZero();
    assertThat(breaker.state()).isEqualTo(State.THROTTLED);
  }

  @Nested
  class AKey {
    private static final CallContext ASKED = CallContext.of("replica", "asked");
    private static final CallContext OTHER = CallContext.of("replica", "other");

    private final CircuitBreaker unlimited =
        CircuitBreaker.of(
            "engine",
            CircuitBreakerConfig.builder()
                .policy(PredictivePolicy.builder().limitsConcurrency(false).build())
                .build(),
            clock);

    @Test
    void ofWhichNobodyAskedIsNeverLimited() {
      CircuitBreaker key = breaker.key("replica", "other");
      for (int i = 0; i < 3_000; i++) {
        Permit permit = breaker.acquire(OTHER);
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }
      assertThat(breaker.concurrencyLimit()).isLessThan(50);

      int refused = 0;
      for (int i = 0; i < 500; i++) {
        refused += breaker.tryAcquire(OTHER).isEmpty() ? 1 : 0;
        clock.advance(Duration.ofMillis(1));
        assertThat(key.concurrencyLimit()).isEqualTo(Integer.MAX_VALUE);
      }

      assertThat(refused).as("by the dependency").isGreaterThan(400);
      assertThat(key.metrics().rejected()).isZero();
      assertThat(key.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void ofWhichNobodyAskedIsNotLimitedForItsSiblingsSake() {
      avoidAndRecover();
      learn(ASKED, OTHER);

      fill(ASKED);
      fill(OTHER);

      assertThat(breaker.key("replica", "asked").metrics().rejected()).isPositive();
      assertThat(breaker.key("replica", "other").metrics().rejected()).isZero();
      assertThat(breaker.key("replica", "other").concurrencyLimit()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void thatCallersCanAvoidHasALimitOfItsOwn() {
      avoidAndRecover();
      learn(ASKED);

      assertThat(breaker.key("replica", "asked").concurrencyLimit()).isLessThan(50);
      fill(ASKED);
      assertThat(breaker.admits(ASKED)).isFalse();
      assertThat(breaker.admits(OTHER)).isTrue();
    }

    @Test
    void isNotLimitedWherePolicySaysSo() {
      for (int i = 0; i < 3_000; i++) {
        assertThat(unlimited.admits(ASKED)).isTrue();
        Permit permit = unlimited.acquire(ASKED);
        clock.advance(Duration.ofSeconds(1));
        permit.success();
      }

      assertThat(unlimited.key("replica", "asked").concurrencyLimit()).isEqualTo(Integer.MAX_VALUE);
      assertThat(unlimited.concurrencyLimit()).isEqualTo(Integer.MAX_VALUE);
      for (int i = 0; i < 500; i++) {
        assertThat(unlimited.tryAcquire(ASKED)).isPresent();
      }
    }

    /** The key opens, callers that ask choose another, and it becomes well again. */
    private void avoidAndRecover() {
      breaker.mode(Mode.DISABLED); // only keys are looked at
      CircuitBreaker key = breaker.key("replica", "asked");
      key.mode(Mode.ENFORCE);
      key.transitionToOpen();
      assertThat(breaker.admits(ASKED)).isFalse();
      for (int i = 0; i < 200 && key.state() != State.CLOSED; i++) {
        clock.advance(Duration.ofSeconds(5));
        breaker.tryAcquire(ASKED).ifPresent(Permit::success);
      }
      assertThat(key.state()).isEqualTo(State.CLOSED);
    }

    private void learn(CallContext... contexts) {
      for (CallContext context : contexts) {
        breaker.key("replica", context.key(0)).mode(Mode.ENFORCE);
      }
      for (int i = 0; i < 3_000; i++) {
        for (CallContext context : contexts) {
          Permit permit = breaker.acquire(context);
          clock.advance(Duration.ofSeconds(1));
          permit.success();
        }
      }
    }

    private void fill(CallContext context) {
      for (int i = 0; i < 200; i++) {
        breaker.tryAcquire(context).ifPresent(inFlight::add);
        clock.advance(Duration.ofMillis(1));
      }
    }
  }

  /** Calls one after the other, which take a second each. */
  private void learn() {
    for (int i = 0; i < 3_000; i++) {
      Permit permit = breaker.acquire();
      clock.advance(Duration.ofSeconds(1));
      permit.success();
    }
  }

  /** Calls that do not end, until one is refused. */
  private Optional<Permit> fill() {
    for (int i = 0; i < 50; i++) {
      Optional<Permit> permit = breaker.tryAcquire();
      if (permit.isEmpty()) {
        return permit;
      }
      inFlight.add(permit.orElseThrow());
      clock.advance(Duration.ofMillis(10));
    }
    throw new AssertionError("50 calls in flight where one at a time was usual");
  }
}
