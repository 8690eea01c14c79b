package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SiblingsTest {
  private static final CallContext A = CallContext.of("replica", "a");
  private static final Duration IDLE = Duration.ofHours(1);

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("engine", CircuitBreakerConfig.builder().keyIdleTime(IDLE).build(), clock);

  @Nested
  class MostAreInTrouble {
    @Test
    void whenMoreThanHalfAre() {
      keys("a", "b", "c", "d");
      open("a");
      open("b");
      assertThat(keyIsAsked()).isTrue();

      open("c");

      assertThat(keyIsAsked()).isFalse();
    }

    @Test
    void neverByOneKeyAlone() {
      keys("a");
      open("a");

      assertThat(keyIsAsked()).isTrue();
    }

    @Test
    void onlyWhenAllAreWhereCallersChooseAmongThem() {
      keys("a", "b", "c");
      open("a");
      open("b");
      assertThat(keyIsAsked()).isFalse();

      assertThat(breaker.admits(CallContext.of("replica", "c"))).isTrue(); // somebody chooses

      assertThat(keyIsAsked()).isTrue();
      open("c");
      assertThat(keyIsAsked()).isFalse();
      open("a");
      assertThat(breaker.admits(A)).isFalse();
      breaker.transitionToOpen();
      assertThat(breaker.admits(A)).as("who is not asked refuses nobody").isTrue();
    }

    @Test
    void countsAKeyThatRecoversOnceAndOneThatIsWellNotAtAll() {
      keys("a", "b", "c", "d");
      for (int i = 0; i < 5; i++) {
        open("a");
        clock.advance(Duration.ofMinutes(5));
        breaker.acquire(A).success();
        assertThat(key("a").state()).isEqualTo(State.HALF_OPEN);
        key("b").transitionToOpen();
        key("b").transitionToClosed();
      }
      open("a");
      assertThat(keyIsAsked()).isTrue();
      open("b");
      assertThat(keyIsAsked()).isTrue();

      open("c");

      assertThat(keyIsAsked()).isFalse();
    }

    @Test
    void doesNotCountKeysThatWereDropped() {
      keys("x", "y", "z");
      open("x");
      open("y");
      open("z");
      clock.advance(IDLE.multipliedBy(8));
      assertThat(breaker.keys("replica")).isEmpty();

      keys("a", "b", "c");
      open("a");

      assertThat(keyIsAsked()).isTrue();
    }

    /** Whether the open breaker of "a" refuses a call while that of the dependency would probe. */
    private boolean keyIsAsked() {
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(1));
      key("a").transitionToOpen(); // its own wait begins
      long before = key("a").metrics().rejected();
      breaker.tryAcquire(A).ifPresent(Permit::release);
      boolean asked = key("a").metrics().rejected() > before;
      breaker.transitionToClosed();
      return asked;
    }
  }

  @Nested
  class AProbeOfBoth {
    @Test
    void thatFailsIsTheKeysFailureAndLeavesTheDependencyToProbeAgain() {
      Permit probe = probeOfBoth();

      probe.record(Outcome.FAILURE);

      assertThat(key("a").metrics().failures()).isOne();
      assertThat(breaker.metrics().failures()).isZero();
      assertThat(breaker.metrics().inFlight()).isZero();
      assertThat(breaker.tryAcquire(CallContext.of("replica", "b")))
          .hasValueSatisfying(permit -> assertThat(permit.isProbe()).isTrue());
    }

    @Test
    void thatSucceedsIsGoodNewsOfBoth() {
      probeOfBoth().success();

      assertThat(key("a").state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    private Permit probeOfBoth() {
      keys("a", "b", "c");
      open("a");
      breaker.transitionToOpen();
      clock.advance(Duration.ofMinutes(2));
      Permit probe = breaker.acquire(A);
      assertThat(probe.isProbe()).isTrue();
      assertThat(key("a").metrics().probes()).isOne();
      return probe;
    }
  }

  @Nested
  class Settings {
    @Test
    void areOneObjectForAllKeysMadeAlike() {
      assertThat(key("a").config()).isSameAs(breaker.config());
      breaker.mode(Mode.SHADOW);
      CircuitBreakerConfig shadow = key("b").config();

      assertThat(shadow.mode()).isEqualTo(Mode.SHADOW);
      assertThat(key("c").config()).isSameAs(shadow);
      breaker.mode(Mode.DISABLED);
      assertThat(key("d").config().mode()).isEqualTo(Mode.DISABLED);
      breaker.mode(Mode.ENFORCE);
      assertThat(key("e").config()).isSameAs(breaker.config());
    }

    @Test
    void areTheLatestOnesForKeysToCome() {
      breaker.mode(Mode.SHADOW);
      key("a");
      CircuitBreakerConfig next =
          CircuitBreakerConfig.builder().permitLease(Duration.ofMinutes(3)).build();

      breaker.reconfigure(next);

      assertThat(key("b").config().permitLease()).isEqualTo(Duration.ofMinutes(3));
      assertThat(key("b").mode()).isEqualTo(Mode.SHADOW);
    }
  }

  private void keys(String... names) {
    for (String name : names) {
      key(name);
    }
  }

  private CircuitBreaker key(String name) {
    return breaker.key("replica", name);
  }

  private void open(String name) {
    key(name).transitionToOpen();
  }
}
