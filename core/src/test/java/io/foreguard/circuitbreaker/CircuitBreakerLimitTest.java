package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.CallContext;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
