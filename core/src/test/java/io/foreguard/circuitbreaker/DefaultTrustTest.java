package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DefaultTrustTest {
  private final ManualClock clock = new ManualClock();
  private final SplittableRandom random = new SplittableRandom(5);
  private final List<CircuitBreakerEvent.ModelChange> changes = new ArrayList<>();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "loyalty", CircuitBreakerConfig.builder().deadline(Duration.ofMillis(50)).build(), clock);

  DefaultTrustTest() {
    breaker.events().onModelChange(changes::add);
  }

  private int calls(int times, long millis, double successRate) {
    int sent = 0;
    for (int i = 0; i < times; i++) {
      Optional<Permit> permit = breaker.tryAcquire();
      clock.advance(Duration.ofMillis(millis));
      if (permit.isPresent()) {
        sent++;
        if (random.nextDouble() < successRate) {
          permit.get().success();
        } else {
          permit.get().failure(new IOException("down"));
        }
      }
    }
    return sent;
  }

  @Test
  void fixedThresholdsDecideWhereTheDefaultModelIsPlainlyWrongUntilItNoLongerIs() {
    calls(1_000, 20, .99);
    assertThat(changes).isEmpty();

    calls(5_000, 150, .99); // all are late, nearly all succeed, and nobody gives up on them

    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).from()).isEqualTo("statistical");
    assertThat(changes.get(0).to()).isEqualTo("classic");
    assertThat(changes.get(0).reason()).contains("average");
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    assertThat(calls(1_000, 150, .99)).isEqualTo(1_000);
    assertThat(breaker.explain().toString()).contains("no estimate (the plain average");

    calls(20_000, 20, .99);
    assertThat(changes).hasSize(2);
    assertThat(changes.get(1).to()).isEqualTo("statistical");
    assertThat(breaker.estimate().model()).isEqualTo("statistical");
    assertThat(breaker.estimate().isAbstention()).isFalse();
  }

  @Test
  void fixedThresholdsStillProtectWhileTheDefaultModelIsDemoted() {
    calls(1_000, 20, .99);
    for (int i = 0; i < 5_000 && changes.isEmpty(); i++) {
      calls(1, 150, .99);
    }
    List<CircuitBreakerEvent.Transition> moves = new ArrayList<>();
    breaker.events().onTransition(moves::add);

    int sent = calls(300, 150, 0); // less than the minute that it is demoted for

    assertThat(changes).hasSize(1);
    assertThat(sent).isLessThan(150);
    assertThat(moves)
        .extracting(CircuitBreakerEvent.Transition::trigger)
        .anyMatch(trigger -> trigger.contains("fixed thresholds are exceeded"));
  }

  @Test
  void outagesAndBrownoutsAreNoReasonToDistrustIt() {
    for (int i = 0; i < 40; i++) {
      calls(2_000, 20, .995);
      calls(300, 20, i % 3 == 0 ? 0 : .3 + .1 * (i % 5));
    }
    assertThat(changes).isEmpty();
  }
}
