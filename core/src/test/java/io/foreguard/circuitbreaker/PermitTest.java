package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PermitTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);

  @Test
  void everyWayToSettleAnswersWhetherItWasTheFirst() {
    List<Predicate<Permit>> ways =
        List.of(
            Permit::success,
            permit -> permit.result("answer"),
            permit -> permit.failure(new IllegalStateException("simulated")),
            permit -> permit.record(Outcome.CALLER_FAULT),
            Permit::release);
    for (Predicate<Permit> first : ways) {
      for (Predicate<Permit> second : ways) {
        breaker.transitionToClosed();
        Permit permit = breaker.acquire();
        assertThat(first.test(permit)).isTrue();
        long judged = breaker.metrics().calls();
        assertThat(second.test(permit)).isFalse();
        assertThat(breaker.metrics().calls()).isEqualTo(judged);
      }
    }
    assertThat(breaker.metrics().calls()).isEqualTo(25);
  }

  @Test
  void saysWhenItWasGranted() {
    Permit permit = breaker.acquire();
    long granted = breaker.clock().nanoTime();
    clock.advance(Duration.ofSeconds(3));

    assertThat(permit.startNanos()).isEqualTo(granted);
  }

  @Test
  void takesAReadingOfTheClockForWhenTheCallEnded() {
    Permit permit = breaker.acquire();
    long end = permit.startNanos() + 5_000;
    clock.advance(Duration.ofSeconds(3));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> permit.record(Outcome.FAILURE, permit.startNanos() - 1));
    assertThat(permit.record(Outcome.FAILURE, end)).isTrue();
    assertThat(permit.record(Outcome.FAILURE, end)).isFalse();
    assertThat(breaker.metrics().failures()).isEqualTo(1);
    assertThat(breaker.metrics().inFlight()).isZero();
  }

  @Test
  void isAProbeOnlyWhileTheCircuitIsNotClosed() {
    assertThat(breaker.acquire().isProbe()).isFalse();
    breaker.transitionToOpen();
    clock.advance(Duration.ofMinutes(1));
    assertThat(breaker.acquire().isProbe()).isTrue();
  }

  @Test
  void aTicketOfAPlaceThatDoesNotExistIsNotValid() {
    Leases leases = new Leases();
    assertThat(leases.giveBack(4)).isFalse();
    assertThat(leases.giveBack(Leases.MOST - 1)).isFalse();
  }

  @Test
  void aPolicySaysWhatItIsAndCapsItsMinimumByItsWindow() {
    ClassicPolicy.Builder policy = ClassicPolicy.builder();
    assertThat(policy.build().minimumCalls()).isEqualTo(100);
    assertThat(policy.slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 20).build())
        .returns(20, ClassicPolicy::minimumCalls);
    assertThat(policy.slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 500).build())
        .returns(100, ClassicPolicy::minimumCalls);
    ClassicPolicy byTime = policy.slidingWindow(ClassicPolicy.WindowType.TIME_BASED, 20).build();
    assertThat(byTime.minimumCalls()).isEqualTo(100);
    assertThat(byTime.toString()).contains("TIME_BASED", "windowSize=20", "minimumCalls=100");
  }
}
