package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What kind of failures the limit on calls in flight minds. */
class OverloadTest {
  private static final int USUAL = 20;

  private final ManualClock clock = new ManualClock();
  private final SplittableRandom random = new SplittableRandom(5);
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "engine",
          CircuitBreakerConfig.builder()
              // the gate does not mind failures here
              .policy(PredictivePolicy.builder().minimumSuccessProbability(.02).build())
              .build(),
          clock);
  private int refused;

  @Nested
  class TheLimit {
    @Test
    void goesDownForTimeOutsAndRefusalsByTheDependency() {
      for (Outcome outcome : new Outcome[] {Outcome.TIMEOUT, Outcome.REJECTED}) {
        breaker.transitionToClosed();
        waves(300, USUAL, Outcome.SUCCESS, 0);
        int before = breaker.concurrencyLimit();

        int lowest = waves(40, USUAL, outcome, .6);

        assertThat(lowest).as(outcome.name()).isLessThan(before);
      }
    }

    @Test
    void mindsNoOtherFailuresUnderTheUsualLoad() {
      waves(300, USUAL, Outcome.SUCCESS, 0);
      int before = breaker.concurrencyLimit();
      refused = 0;

      int lowest = waves(100, USUAL, Outcome.FAILURE, .6);

      assertThat(lowest).isGreaterThanOrEqualTo(Math.min(before, USUAL));
      assertThat(refused).isZero();
    }

    @Test
    void mindsNoFaultsOfCallers() {
      waves(300, USUAL, Outcome.SUCCESS, 0);
      refused = 0;

      waves(100, USUAL, Outcome.CALLER_FAULT, .6);

      assertThat(refused).isZero();
    }

    @Test
    void goesDownForFailuresBeyondTheLoadThatIsKnownToBeHealthy() {
      waves(300, USUAL, Outcome.SUCCESS, 0);

      waves(1, 34, Outcome.FAILURE, .8); // below the limit, and far above what is usual
      int lowest = waves(60, 34, Outcome.FAILURE, .8);

      assertThat(lowest).isLessThan(34);
    }
  }

  @Nested
  class ACollapse {
    @Test
    void underUnusualLoadIsNotInvitedAgainAtOnce() {
      waves(300, USUAL, Outcome.SUCCESS, 0);
      collapse(33);

      int highest = recover();

      assertThat(highest).isLessThan(33);
    }

    @Test
    void underTheUsualLoadCapsNothing() {
      waves(300, USUAL, Outcome.SUCCESS, 0);
      collapse(USUAL);

      assertThat(recover()).isGreaterThan(33);
    }

    private void collapse(int inFlight) {
      for (int i = 0; i < 50 && breaker.state() != State.OPEN; i++) {
        waves(1, inFlight, Outcome.FAILURE, 1);
      }
      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    /** Full demand and success for ten seconds after the first probe; the highest limit. */
    private int recover() {
      for (int i = 0; i < 10_000 && breaker.state() == State.OPEN; i++) {
        clock.advance(Duration.ofMillis(10));
        breaker.tryAcquire().ifPresent(Permit::success);
      }
      int highest = 0;
      for (int i = 0; i < 200; i++) {
        waves(1, 100, Outcome.SUCCESS, 0);
        if (breaker.state() != State.CLOSED) { // else nobody meets it
          highest = Math.max(highest, breaker.concurrencyLimit());
        }
      }
      return highest;
    }
  }

  /** So many calls at a time, which take 50 ms; returns the lowest limit. */
  private int waves(int count, int inFlight, Outcome otherwise, double share) {
    int lowest = Integer.MAX_VALUE;
    for (int wave = 0; wave < count; wave++) {
      List<Permit> permits = new ArrayList<>();
      for (int i = 0; i < inFlight; i++) {
        breaker.tryAcquire().ifPresentOrElse(permits::add, () -> refused++);
        clock.advance(Duration.ofMillis(1));
      }
      clock.advance(Duration.ofMillis(50));
      for (Permit permit : permits) {
        assertThat(permit.record(random.nextDouble() < share ? otherwise : Outcome.SUCCESS))
            .isTrue();
      }
      lowest = Math.min(lowest, breaker.concurrencyLimit());
    }
    return lowest;
  }
}
