package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.LatencyEvidence.Condition;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateLatencyTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
  private final LatencyEvidence latency = breaker.latency();

  @Test
  void knowsNothingAtFirst() {
    assertThat(latency.condition()).isEqualTo(Condition.CALM);
    assertThat(latency.successes()).isZero();
    assertThat(latency.quantile(.95)).isNaN();
  }

  @Test
  void knowsTheLatencyOfSuccesses() throws Exception {
    succeed(300, Duration.ofMillis(20));

    assertThat(latency.condition()).isEqualTo(Condition.CALM);
    assertThat(latency.successes()).isBetween(290.0, 300.0);
    assertThat(latency.quantile(.5)).isBetween(.015, .025);
  }

  @Test
  void isLoadedWhenTheDependencyRefuses() throws Exception {
    succeed(300, Duration.ofMillis(20));
    breaker.acquire().record(Outcome.REJECTED);
    succeed(15, Duration.ofMillis(20));
    breaker.acquire().record(Outcome.REJECTED);

    assertThat(latency.condition()).isEqualTo(Condition.LOADED);
  }

  @Test
  void isLoadedWhenItBecomesSlower() throws Exception {
    succeed(300, Duration.ofMillis(20));
    succeed(100, Duration.ofMillis(60));

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(latency.condition()).isEqualTo(Condition.LOADED);
  }

  @Test
  void oneStragglerIsNoLoadButTwoAloneAre() throws Exception {
    succeed(300, Duration.ofMillis(20));
    Permit first = breaker.acquire();
    clock.advance(Duration.ofMillis(500));
    breaker.signals();
    assertThat(latency.condition()).isEqualTo(Condition.CALM);

    Permit second = breaker.acquire();
    clock.advance(Duration.ofMillis(500));
    breaker.signals();
    assertThat(latency.condition()).isEqualTo(Condition.LOADED);
    first.close();
    second.close();
  }

  @Test
  void twoStragglersAmongManyAreNoLoad() throws Exception {
    succeed(300, Duration.ofMillis(20));
    inFlight(2);
    clock.advance(Duration.ofMillis(500));
    inFlight(40);
    clock.advance(Duration.ofMillis(15));
    breaker.signals();
    assertThat(latency.condition()).isEqualTo(Condition.CALM);
  }

  @Test
  void isLoadedByTimeOutsButNotByOneAmongMany() throws Exception {
    succeed(300, Duration.ofMillis(20));
    breaker.acquire().record(Outcome.TIMEOUT);
    assertThat(latency.condition()).isEqualTo(Condition.CALM);

    for (int i = 0; i < 2; i++) {
      succeed(15, Duration.ofMillis(20));
      breaker.acquire().record(Outcome.TIMEOUT);
    }
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(latency.condition()).isEqualTo(Condition.LOADED);
  }

  private void inFlight(int calls) {
    for (int i = 0; i < calls; i++) {
      breaker.acquire();
    }
  }

  @Test
  void isDisruptedUnlessCallsPassAndAreJudged() {
    breaker.transitionToOpen();
    assertThat(latency.condition()).isEqualTo(Condition.DISRUPTED);
    breaker.transitionToClosed();
    assertThat(latency.condition()).isEqualTo(Condition.CALM);
    breaker.mode(Mode.DISABLED);
    assertThat(latency.condition()).isEqualTo(Condition.DISRUPTED);
    breaker.mode(Mode.FORCED_OPEN);
    assertThat(latency.condition()).isEqualTo(Condition.DISRUPTED);
    breaker.mode(Mode.SHADOW);
    assertThat(latency.condition()).isEqualTo(Condition.CALM);
  }

  private void succeed(int calls, Duration each) throws Exception {
    for (int i = 0; i < calls; i++) {
      breaker.call(
          () -> {
            clock.advance(each);
            return "answer";
          });
    }
  }
}
