package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signal;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PredictiveBreakerTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "engine", CircuitBreakerConfig.builder().deadline(Duration.ofSeconds(5)).build(), clock);

  @Nested
  class ADependencyThatHangs {
    @Test
    void isNoticedLongBeforeItsCallsTimeOut() {
      healthy(500, 20);
      List<Permit> hanging = new ArrayList<>();
      Duration before = clock.elapsed();

      for (int i = 0; i < 400 && breaker.state() != State.OPEN; i++) {
        breaker.tryAcquire().ifPresent(hanging::add);
        clock.advance(Duration.ofMillis(10)); // 100 calls per second, none of which ends
      }

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(clock.elapsed().minus(before)).isLessThan(Duration.ofSeconds(1));
      assertThat(breaker.metrics().failures()).isZero();
      assertThat(breaker.explain().toString()).contains("calls overdue");
    }

    @Test
    void isShutOutWithinTheSlowestHealthyLatencyAndThreeCalls() {
      double spread = .3;
      for (long timeoutSeconds : new long[] {1, 5, 50}) {
        ManualClock time = new ManualClock();
        Duration timeout = Duration.ofSeconds(timeoutSeconds);
        CircuitBreaker guarded =
            CircuitBreaker.of(
                "engine", CircuitBreakerConfig.builder().deadline(timeout).build(), time);
        SplittableRandom random = new SplittableRandom(timeoutSeconds);
        for (int i = 0; i < 2_000; i++) {
          Permit permit = guarded.acquire();
          time.advance(Duration.ofNanos((long) (2e7 * Math.exp(spread * random.nextGaussian()))));
          permit.success();
        }
        Duration before = time.elapsed();
        while (guarded.state() != State.OPEN) {
          guarded.tryAcquire(); // and never an answer
          time.advance(Duration.ofMillis(10));
        }

        double slowest = .02 * Math.exp(3.09 * spread); // 99.9 of 100 healthy calls are faster
        assertThat(time.elapsed().minus(before).toNanos() / 1e9).isLessThan(slowest + .03 + .011);
      }
    }

    @Test
    void isNotOpenForTheFewCallsThatHangBesideMany() {
      healthy(500, 20);
      for (int i = 0; i < 2_000; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofMillis(5));
        if (i % 20 != 0) {
          permit.success(); // one in twenty is never heard of again
        }
        assertThat(breaker.state()).isNotEqualTo(State.OPEN);
      }
    }

    @Test
    void isTakenBackWhenTheCallsThatWereTakenToHangSucceed() {
      healthy(500, 20);
      List<Permit> slow = new ArrayList<>();
      while (breaker.state() != State.OPEN) {
        breaker.tryAcquire().ifPresent(slow::add);
        clock.advance(Duration.ofMillis(10));
      }

      slow.get(0).success();

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void isForgottenAtOnceWhenItWasOnlyAPause() {
      healthy(500, 20);
      List<Permit> slow = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        breaker.tryAcquire().ifPresent(slow::add);
        clock.advance(Duration.ofMillis(15));
      }
      slow.forEach(Permit::success);
      for (int i = 0; i < 20; i++) {
        breaker.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofMillis(5));
      }

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.signals().value(Signal.OVERDUE)).isZero();
    }

    @Test
    void holdsNoOldCallAgainstTheRecovery() {
      healthy(500, 20);
      for (int i = 0; i < 400 && breaker.state() != State.OPEN; i++) {
        breaker.tryAcquire(); // never settled
        clock.advance(Duration.ofMillis(10));
      }
      Duration before = clock.elapsed();

      recover(10);

      assertThat(breaker.metrics().inFlight()).isPositive(); // the old ones still hang
      assertThat(clock.elapsed().minus(before)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Nested
  class Recovery {
    @Test
    void isPossibleHoweverHighTheThreshold() {
      ManualClock time = new ManualClock();
      PredictivePolicy policy = PredictivePolicy.builder().minimumSuccessProbability(.95).build();
      CircuitBreaker strict =
          CircuitBreaker.of("engine", CircuitBreakerConfig.builder().policy(policy).build(), time);
      for (int i = 0; i < 3_000; i++) {
        boolean fails = i >= 1_000 && i < 1_200;
        strict.tryAcquire().ifPresent(p -> p.record(fails ? Outcome.FAILURE : Outcome.SUCCESS));
        time.advance(Duration.ofMillis(10));
        if (i == 1_150) {
          assertThat(strict.state()).isEqualTo(State.OPEN);
        }
      }

      assertThat(strict.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void beginsWithTwoCallsAndGrowsByOnePerSuccess() {
      healthy(100, 10);
      open();
      toHalfOpen();

      List<Permit> first = takeAll();
      assertThat(first).hasSize(2);
      first.forEach(
          permit -> {
            clock.advance(Duration.ofMillis(5));
            permit.success();
          });

      assertThat(takeAll().size()).isBetween(3, 4);
    }

    @Test
    void neverHasMoreInFlightThanWhatSuccessesHaveEarned() {
      healthy(200, 10);
      open();
      toHalfOpen();
      Deque<Permit> inFlight = new ArrayDeque<>();
      int earned = 2;
      for (int round = 0; round < 200 && breaker.state() == State.HALF_OPEN; round++) {
        for (int i = 0; i < 500; i++) {
          breaker.tryAcquire().ifPresent(inFlight::add);
          if (breaker.state() != State.HALF_OPEN) {
            return;
          }
        }
        assertThat(inFlight).hasSizeLessThanOrEqualTo(earned);
        clock.advance(Duration.ofMillis(10));
        int settled = Math.min(2, inFlight.size());
        for (int i = 0; i < settled; i++) {
          inFlight.remove().success();
          earned++;
        }
      }
    }

    @Test
    void opensAgainWhenTheDependencyIsNotWell() {
      healthy(200, 10);
      open();
      toHalfOpen();
      for (int i = 0; i < 50 && breaker.state() == State.HALF_OPEN; i++) {
        takeAll().forEach(permit -> permit.record(Outcome.FAILURE));
        clock.advance(Duration.ofMillis(10));
      }

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void worksAtOneCallInTwentySeconds() {
      for (int i = 0; i < 200 && breaker.state() != State.OPEN; i++) {
        breaker.tryAcquire().ifPresent(p -> p.record(Outcome.FAILURE));
        clock.advance(Duration.ofSeconds(20));
      }
      assertThat(breaker.state()).isEqualTo(State.OPEN);

      int calls = 0;
      while (breaker.state() != State.CLOSED && calls < 500) {
        breaker.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofSeconds(20));
        calls++;
      }

      assertThat(calls).isLessThan(40);
    }
  }

  @Nested
  class AnOutage {
    @Test
    void isProbedByOneCallAtATimeAndEverMoreRarely() {
      healthy(200, 10);
      open();
      List<Duration> probes = new ArrayList<>();
      for (int i = 0; i < 60_000; i++) {
        Optional<Permit> permit = breaker.tryAcquire();
        if (permit.isPresent()) {
          probes.add(clock.elapsed());
          assertThat(permit.get().isProbe()).isTrue();
          assertThat(breaker.tryAcquire()).isEmpty();
          permit.get().record(Outcome.FAILURE);
        }
        clock.advance(Duration.ofMillis(10));
      }

      assertThat(probes).hasSizeBetween(50, 2_000); // of 60,000 calls in ten minutes
      Duration early = probes.get(5).minus(probes.get(4));
      Duration late = probes.get(probes.size() - 1).minus(probes.get(probes.size() - 2));
      assertThat(late).isGreaterThan(early.multipliedBy(3));
      assertThat(late).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void isProbedNoLessBecauseManyCallsWereInFlightWhenItBegan() {
      healthy(200, 10);
      List<Permit> old = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        old.add(breaker.acquire());
      }
      clock.advance(Duration.ofMillis(10));
      open();
      old.forEach(permit -> permit.record(Outcome.FAILURE));

      for (int i = 0; i < 500; i++) {
        breaker.tryAcquire().ifPresent(p -> p.record(Outcome.FAILURE));
        clock.advance(Duration.ofMillis(10));
      }

      assertThat(breaker.signals().value(Signal.ARRIVAL_RATE)).isGreaterThan(50);
    }
  }

  @Nested
  class InDoubt {
    @Test
    void admitsAShareAndComesBackWithoutAnOutage() {
      CircuitBreaker doubtful =
          CircuitBreaker.of(
              "engine",
              CircuitBreakerConfig.builder()
                  .policy(PredictivePolicy.builder().minimumSuccessProbability(.5).build())
                  .build(),
              clock);
      SplittableRandom random = new SplittableRandom(7);
      int throttled = 0;
      for (int i = 0; i < 3_000; i++) {
        doubtful
            .tryAcquire()
            .ifPresent(p -> p.record(random.nextDouble() < .5 ? Outcome.FAILURE : Outcome.SUCCESS));
        throttled += doubtful.state() == State.THROTTLED ? 1 : 0;
        if (doubtful.state() == State.THROTTLED) {
          assertThat(doubtful.admissionShare()).isBetween(.04, 1.0);
        }
        clock.advance(Duration.ofMillis(10));
      }

      assertThat(throttled).isPositive();
      for (int i = 0; i < 3_000; i++) {
        doubtful.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofMillis(10));
      }
      assertThat(doubtful.state()).isEqualTo(State.CLOSED);
    }
  }

  private void healthy(int calls, int millis) {
    for (int i = 0; i < calls; i++) {
      Optional<Permit> permit = breaker.tryAcquire();
      clock.advance(Duration.ofMillis(millis));
      permit.ifPresent(Permit::success);
    }
  }

  private void open() {
    for (int i = 0; i < 200 && breaker.state() != State.OPEN; i++) {
      breaker.tryAcquire().ifPresent(p -> p.record(Outcome.FAILURE));
      if (breaker.state() != State.OPEN) {
        clock.advance(Duration.ofMillis(10));
      }
    }
    assertThat(breaker.state()).isEqualTo(State.OPEN);
  }

  private void toHalfOpen() {
    for (int i = 0; i < 20_000 && breaker.state() != State.HALF_OPEN; i++) {
      clock.advance(Duration.ofMillis(10));
      breaker.tryAcquire().ifPresent(Permit::success);
    }
    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
  }

  private List<Permit> takeAll() {
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      breaker.tryAcquire().ifPresent(permits::add);
    }
    return permits;
  }

  private void recover(int millis) {
    for (int i = 0; i < 5_000 && breaker.state() != State.CLOSED; i++) {
      clock.advance(Duration.ofMillis(millis));
      breaker.tryAcquire().ifPresent(Permit::success);
    }
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }
}
