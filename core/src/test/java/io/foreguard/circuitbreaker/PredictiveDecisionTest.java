package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.CallContext;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What follows from an estimate, whoever made it: the model of these tests says what it is told.
 */
class PredictiveDecisionTest {
  private static final double THRESHOLD = .5;

  private final ManualClock clock = new ManualClock();
  private final Told model = new Told();
  private CircuitBreaker breaker = breaker(.25);

  @Nested
  class Admission {
    @Test
    void isForAllWhenSuccessIsPlainlyWorthItAndForNobodyWhenItPlainlyIsNot() {
      assertThat(stateAt(.6, 0)).isEqualTo(State.CLOSED);
      assertThat(stateAt(.4, 0)).isEqualTo(State.OPEN);
      assertThat(stateAt(.5, 0)).isEqualTo(State.THROTTLED);
    }

    @Test
    void growsWithTheEstimate() {
      double last = 0;
      int partial = 0;
      for (double p = .45; p < .55; p += .002) {
        stateAt(p, 0);
        double share = breaker.admissionShare();
        assertThat(share).isBetween(last, 1.0);
        if (share > 0 && share < 1) {
          partial++;
          assertThat(share).isGreaterThanOrEqualTo(.05);
        }
        last = share;
      }
      assertThat(last).isEqualTo(1);
      assertThat(partial).isBetween(3, 40);
    }

    @Test
    void changesSlowlyWhereTheEstimateIsUnsure() {
      assertThat(stateAt(.45, .2)).isEqualTo(State.THROTTLED);
      assertThat(stateAt(.45, .01)).isEqualTo(State.OPEN);
      assertThat(stateAt(.53, .3)).isEqualTo(State.THROTTLED);
      assertThat(stateAt(.53, .001)).isEqualTo(State.CLOSED);
    }

    @Test
    void takesMoreToBeFullAgainThanItTookToStay() {
      int stays = 0;
      for (double p = .5; p < .54; p += .001) {
        boolean closed = stateAt(p, 0) == State.CLOSED;
        stateAt(.5, 0);
        State after = judgedAt(p, 0);
        assertThat(after).isIn(State.THROTTLED, State.CLOSED);
        if (closed && after == State.THROTTLED) {
          stays++;
          assertThat(breaker.admissionShare()).isEqualTo(1);
        }
        assertThat(closed || after == State.THROTTLED).isTrue();
      }
      assertThat(stays).isPositive();
      assertThat(judgedAt(.6, 0)).isEqualTo(State.CLOSED);
    }

    @Test
    void doesNotFlutterWhileTheEstimateStays() {
      for (double p = .45; p < .55; p += .001) {
        stateAt(p, 0);
        State first = judgedAt(p, 0);
        for (int i = 0; i < 4 && first != State.OPEN; i++) {
          assertThat(judgedAt(p, 0)).as("at %.3f", p).isEqualTo(first);
        }
      }
    }

    @Test
    void tellsWhoIsRefusedWhenToComeBack() {
      stateAt(.5, 0);
      while (breaker.tryAcquire().isPresent()) {
        clock.advance(Duration.ofNanos(1));
      }

      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(this::acquireUntilRefused)
          .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectionReason.THROTTLED))
          .satisfies(e -> assertThat(e.retryAfter()).isPositive());
    }

    private void acquireUntilRefused() {
      for (int i = 0; i < 10; i++) {
        breaker.acquire();
      }
    }

    @Test
    void admitsTheShareThatItNamesAndSpreadsIt() {
      assertThat(stateAt(.5, 0)).isEqualTo(State.THROTTLED);
      double share = breaker.admissionShare();
      assertThat(share).isBetween(.3, .8);

      int admitted = 0;
      int refusedInARow = 0;
      for (int i = 0; i < 2_000; i++) {
        Optional<Permit> permit = breaker.tryAcquire();
        permit.ifPresent(Permit::success);
        admitted += permit.isPresent() ? 1 : 0;
        refusedInARow = permit.isPresent() ? 0 : refusedInARow + 1;
        assertThat(refusedInARow).isLessThan(4);
        clock.advance(Duration.ofMillis(1));
      }

      assertThat(admitted / 2_000.).isCloseTo(share, within(.04));
      assertThat(breaker.metrics().rejected()).isEqualTo(2_000 - admitted);
      assertThat(breaker.metrics().probes()).as("they are of outages").isZero();
    }

    @Test
    void saysWhyItMoved() {
      List<String> triggers = new ArrayList<>();
      var unused = breaker.events().onTransition(move -> triggers.add(move.trigger()));
      judgedAt(.5, 0);
      judgedAt(.2, 0);

      assertThat(triggers)
          .containsExactly("P(success) 0.50 against 0.50", "P(success) 0.20 against 0.50");
      assertThat(breaker.explain().threshold()).isEqualTo(THRESHOLD);
    }
  }

  @Nested
  class ProbesInAnOutage {
    @Test
    void growRarerWithTheSquareRootOfTheOutage() {
      List<Double> probes = probes(breaker, 10, 200);

      assertThat(gapAt(probes, 200) / gapAt(probes, 2)).isBetween(5.0, 20.0); // ten, if exact
      // sqrt(2 cf / (cr L h)) with h = 1 / (2 t): after 200 s, for 100 calls per second, 1.4 s
      assertThat(gapAt(probes, 200)).isBetween(1.0, 1.9);
    }

    @Test
    void areRarerForFewerCallsPerSecondButNotInProportion() {
      double often = gapAt(probes(breaker(.25), 5, 40), 40);
      double rarely = gapAt(probes(breaker(.25), 80, 40), 40);

      assertThat(rarely / often).isBetween(2.5, 6.5); // four, if exact
    }

    @Test
    void areRarerWhereAFailureCostsMore() {
      double cheap = gapAt(probes(breaker(.1), 10, 40), 40);
      double dear = gapAt(probes(breaker(1.6), 10, 40), 40);

      assertThat(dear / cheap).isBetween(2.5, 6.5); // four, if exact
    }

    @Test
    void areNeverRarerThanTheLongestIntervalSet() {
      CircuitBreaker bounded =
          breaker(
              policy(1.6).maxProbeInterval(Duration.ofMillis(500)).build(), Duration.ofSeconds(60));

      assertThat(gapAt(probes(bounded, 10, 60), 60)).isBetween(.4, .52);
    }

    @Test
    void comeSoonerWhenPastOutagesWereShort() {
      double first = gapAt(probes(breaker, 10, 30), 30);
      breaker.transitionToClosed();
      breaker = breaker(.25);
      for (int i = 0; i < 4; i++) {
        outage(2);
      }

      double later = gapAt(probes(breaker, 10, 30), 30);

      assertThat(later / first).isBetween(.25, .65); // sqrt(.5 / 30 / (3.5 / 36)), if exact
      for (int i = 0; i < 10; i++) {
        outage(2);
      }
      double muchLater = gapAt(probes(breaker, 10, 30), 30);
      assertThat(muchLater / first).as("only the last few count").isBetween(.25, .75);
    }

    @Test
    void comeLaterWhenPastOutagesWereLong() {
      double first = gapAt(probes(breaker(.25), 10, 30), 30);
      for (int i = 0; i < 3; i++) {
        outage(200);
      }

      double later = gapAt(probes(breaker, 10, 30), 30);

      assertThat(later / first).isBetween(1.2, 2.5); // sqrt(.5 / 30 / (3.5 / 630)), if exact
    }

    private void outage(int seconds) {
      breaker.transitionToClosed();
      run(breaker, 10, 1);
      breaker.transitionToOpen();
      run(breaker, seconds > 10 ? 200 : 10, seconds);
      breaker.transitionToClosed();
    }

    @Test
    void beginSoonerTheLessAFailureCosts() {
      assertThat(probes(breaker(.25), 10, 5).get(0)).isBetween(.005, .03);
      assertThat(probes(breaker(1.6), 10, 5).get(0)).isBetween(.04, .1);
      assertThat(probes(breaker(1.6), 80, 5).get(0)).isBetween(.3, .8);
    }

    @Test
    void areMoreFrequentWhereARejectionCostsMore() {
      double cheap = gapAt(probes(breaker(.25), 10, 40), 40);
      PredictivePolicy dear = policy(.25).rejectionCost(4).build();

      double often = gapAt(probes(breaker(dear, Duration.ofSeconds(60)), 10, 40), 40);

      assertThat(often / cheap).isBetween(.35, .7); // half, if exact
    }

    @Test
    void ofAKeyThatCallersCanAvoidAreRarer() {
      CircuitBreaker keyed = breaker(.25);
      CallContext context = CallContext.of("replica", "a");
      double usual = gapAt(probes(keyed.key("replica", "b"), 10, 40), 40);
      keyed.transitionToClosed();
      CircuitBreaker key = keyed.key("replica", "a");
      key.transitionToOpen();
      assertThat(keyed.admits(context)).isFalse();
      key.transitionToClosed();

      double avoided = gapAt(probes(key, 10, 40), 40);

      // sqrt(10), and sqrt(.5 / 1.5) for the short outage before
      assertThat(avoided / usual).isBetween(1.4, 2.6);
    }

    @Test
    void goOnWhenTheyHang() {
      breaker.transitionToOpen();
      int probes = 0;
      for (int i = 0; i < 20_000; i++) {
        probes += breaker.tryAcquire().isPresent() ? 1 : 0; // and never an answer
        clock.advance(Duration.ofMillis(10));
        assertThat(breaker.metrics().inFlight()).isLessThanOrEqualTo(1);
      }

      assertThat(probes).isBetween(20, 250);
      assertThat(breaker.metrics().lostPermits()).isBetween(probes - 1L, (long) probes);
      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void areNoneWhileOneIsOut() {
      breaker.transitionToOpen();
      while (breaker.tryAcquire().isEmpty()) {
        clock.advance(Duration.ofMillis(10));
      }
      assertThat(breaker.tryAcquire()).isEmpty();
      clock.advance(Duration.ofMillis(1));
      assertThat(breaker.tryAcquire()).isEmpty();
    }

    @Test
    void keepTheirPlaceForAWhileWhenTheySayNothing() {
      probes(breaker, 10, 1);
      Permit probe = nextProbe(breaker);
      probe.release();
      for (int i = 0; i < 9; i++) {
        clock.advance(Duration.ofMillis(10));
        assertThat(breaker.tryAcquire()).isEmpty();
      }
      long before = clock.nanoTime();

      assertThat(nextProbe(breaker).isProbe()).isTrue();
      assertThat(clock.nanoTime() - before).isLessThan(1_000_000_000L);
    }

    @Test
    void areLostAfterTwiceTheUsualLatency() {
      for (int i = 0; i < 200; i++) {
        Permit permit = breaker.acquire();
        clock.advance(Duration.ofMillis(200));
        permit.success();
      }
      breaker.transitionToOpen();

      assertThat(secondsUntilLost()).isBetween(.4, 1.2); // 200 ms, plus what is not unusual
    }

    @Test
    void areLostAfterASecondWhereLatencyIsNotKnown() {
      breaker.transitionToOpen();

      assertThat(secondsUntilLost()).isBetween(.5, 2.0);
    }

    @Test
    void areWaitedForTheLongerTheMoreWereLost() {
      probes(breaker, 10, 100); // they come about once in a second now
      double early = secondsUntilLost();
      for (int i = 0; i < 4; i++) {
        secondsUntilLost();
      }

      double late = secondsUntilLost();

      assertThat(late).isGreaterThan(3 * early);
      assertThat(late).as("the next one is due").isLessThan(2);
    }

    private double secondsUntilLost() {
      nextProbe(breaker); // and never an answer
      long start = clock.nanoTime();
      while (breaker.metrics().inFlight() > 0) {
        clock.advance(Duration.ofMillis(1));
      }
      return (clock.nanoTime() - start) / 1e9;
    }

    private Permit nextProbe(CircuitBreaker one) {
      Optional<Permit> permit = one.tryAcquire();
      while (permit.isEmpty()) {
        clock.advance(Duration.ofMillis(10));
        permit = one.tryAcquire();
      }
      return permit.get();
    }
  }

  @Nested
  class Recovery {
    @Test
    void closesOnPlainSuccessOnceDemandFits() {
      toHalfOpen(breaker);
      int successes = 1;
      while (breaker.state() == State.HALF_OPEN && successes < 100) {
        breaker.acquire().success();
        successes++;
        clock.advance(Duration.ofMillis(100));
      }

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(successes).isBetween(5, 20);
    }

    @Test
    void staysWhileMoreCallsComeThanTheWindowTakes() {
      toHalfOpen(breaker);
      for (int i = 0; i < 100 && breaker.state() == State.HALF_OPEN; i++) {
        Permit permit = breaker.acquire();
        List<Permit> rest = new ArrayList<>();
        for (int k = 0; k < 500; k++) {
          breaker.tryAcquire().ifPresent(rest::add);
        }
        assertThat(rest).hasSizeLessThan(500);
        clock.advance(Duration.ofMillis(20));
        permit.success();
        rest.forEach(Permit::release);
        clock.advance(Duration.ofMillis(1));
      }

      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      assertThat(breaker.admissionShare()).as("of what arrives").isBetween(.01, .7);
    }

    @Test
    void waitsForTheModelToAgree() {
      toHalfOpen(breaker);
      model.says(.1, 0);
      for (int i = 0; i < 100; i++) {
        breaker.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);

      model.says(.9, 0);
      for (int i = 0; i < 100; i++) {
        breaker.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void endsInAnOutageWhenCallsFailInARowHoweverManyHaveSucceeded() {
      toHalfOpen(breaker);
      model.says(.1, 0); // so that it does not close
      for (int i = 0; i < 200; i++) {
        breaker.tryAcquire().ifPresent(Permit::success);
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      int failures = 0;
      while (breaker.state() == State.HALF_OPEN && failures < 50) {
        breaker.acquire().failure(new IllegalStateException("simulated"));
        failures++;
      }

      assertThat(failures).isBetween(3, 10);
    }

    @Test
    void survivesFailuresThatAreFew() {
      toHalfOpen(breaker);
      model.says(.1, 0);
      for (int i = 0; i < 300; i++) {
        Permit permit = breaker.acquire();
        boolean settled =
            i % 5 == 4 ? permit.failure(new IllegalStateException("simulated")) : permit.success();
        assertThat(settled).isTrue();
        clock.advance(Duration.ofMillis(100));
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
      }
    }

    @Test
    void endsInAnOutageWhenFewerSucceedThanTheThreshold() {
      for (double threshold : new double[] {.31, .52, .77}) {
        for (int seed = 0; seed < 10; seed++) {
          SplittableRandom random = new SplittableRandom(seed);
          breaker =
              breaker(
                  PredictivePolicy.builder().minimumSuccessProbability(threshold).build(),
                  Duration.ofSeconds(60));
          toHalfOpen(breaker);
          model.says(.01, 0); // so that it does not close
          int successes = 1;
          int failures = 0;
          int inARow = 0;
          for (int i = 0; i < 60; i++) {
            Permit permit = breaker.acquire();
            boolean well = random.nextDouble() < threshold + .1;
            boolean settled =
                well ? permit.success() : permit.failure(new IllegalStateException("simulated"));
            assertThat(settled).isTrue();
            successes += well ? 1 : 0;
            failures += well ? 0 : 1;
            inARow = well ? 0 : inARow + 1;
            clock.advance(Duration.ofMillis(20));
            if (successes < threshold * (successes + failures)) {
              assertThat(breaker.state()).isEqualTo(State.OPEN);
              break;
            }
            if (inARow >= 3) {
              break; // may be reason enough
            }
            assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
          }
        }
      }
    }

    @Test
    void takesTheLongerTheNearerSuccessIsToTheThreshold() {
      int sure = callsToClose(20);
      int likely = callsToClose(15);
      int close = callsToClose(11);

      assertThat(sure).isLessThan(15);
      assertThat(likely).isBetween(sure, 25);
      assertThat(close).isBetween(40, 110);
    }

    /** Calls of a recovery in which so many of 20 succeed, evenly spread, until it closes. */
    private int callsToClose(int of20) {
      toHalfOpen(breaker);
      int calls = 1;
      while (breaker.state() == State.HALF_OPEN && calls < 1_000) {
        Permit permit = breaker.acquire();
        boolean well = calls * of20 / 20 > (calls - 1) * of20 / 20;
        boolean settled =
            well ? permit.success() : permit.failure(new IllegalStateException("simulated"));
        assertThat(settled).isTrue();
        calls++;
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      return calls;
    }

    @Test
    void bringsBackAPartOfTheHealthyPast() {
      for (int i = 0; i < 500; i++) {
        breaker.acquire().success();
      }
      toHalfOpen(breaker);
      double recovering = samples();
      for (int i = 0; i < 100 && breaker.state() == State.HALF_OPEN; i++) {
        breaker.acquire().success();
        clock.advance(Duration.ofMillis(100));
      }
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(samples()).isGreaterThan(recovering + 40);

      toHalfOpen(breaker);
      breaker.transitionToOpen();
      assertThat(samples()).as("a recovery that failed").isLessThan(20);
      breaker.transitionToClosed();
      assertThat(samples()).as("an operator's word").isLessThan(20);
    }

    private double samples() {
      return breaker.signals().value(Signal.FAST_SAMPLES);
    }

    @Test
    void isNotBegunByALateSuccessOnceAProbeHasFailed() {
      CircuitBreaker silent = CircuitBreaker.of("engine", CircuitBreakerConfig.defaults(), clock);
      for (int i = 0; i < 500; i++) {
        Permit permit = silent.acquire();
        clock.advance(Duration.ofMillis(20));
        permit.success();
      }
      List<Permit> hanging = new ArrayList<>();
      while (silent.state() != State.OPEN) {
        silent.tryAcquire().ifPresent(hanging::add);
        clock.advance(Duration.ofMillis(10));
      }
      Optional<Permit> probe = silent.tryAcquire();
      while (probe.isEmpty()) {
        clock.advance(Duration.ofMillis(10));
        probe = silent.tryAcquire();
      }
      probe.get().failure(new IllegalStateException("simulated"));

      hanging.get(0).success();

      assertThat(silent.state()).isEqualTo(State.OPEN);
    }

    @Test
    void saysHowManyFailed() {
      List<String> triggers = new ArrayList<>();
      var unused = breaker.events().onTransition(move -> triggers.add(move.trigger()));
      toHalfOpen(breaker);
      breaker.acquire().failure(new IllegalStateException("simulated"));
      breaker.acquire().failure(new IllegalStateException("simulated"));

      assertThat(triggers).last().isEqualTo("2 of 3 calls failed in recovery");
    }

    @Test
    void takesCallsThatAreLostForFailures() {
      toHalfOpen(breaker);
      for (int i = 0; i < 2_000 && breaker.state() == State.HALF_OPEN; i++) {
        breaker.tryAcquire(); // and never an answer
        clock.advance(Duration.ofMillis(100));
      }

      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void saysWhatCameOfIt() {
      List<String> triggers = new ArrayList<>();
      var unused = breaker.events().onTransition(move -> triggers.add(move.trigger()));
      toHalfOpen(breaker);
      int calls = 1;
      while (breaker.state() == State.HALF_OPEN && calls < 100) {
        breaker.acquire().success();
        calls++;
        clock.advance(Duration.ofMillis(100));
      }

      assertThat(triggers)
          .containsExactly(
              "by an operator",
              "a probe succeeded",
              calls + " of " + calls + " calls succeeded in recovery");
    }
  }

  private CircuitBreaker breaker(double failureCost) {
    return breaker(policy(failureCost).build(), Duration.ofSeconds(60));
  }

  private static PredictivePolicy.Builder policy(double failureCost) {
    return PredictivePolicy.builder()
        .fastFailureCost(failureCost)
        .holdCost(0)
        .minimumSuccessProbability(THRESHOLD);
  }

  private CircuitBreaker breaker(PredictivePolicy policy, Duration lease) {
    return CircuitBreaker.of(
        "engine",
        CircuitBreakerConfig.builder().policy(policy).permitLease(lease).model(model).build(),
        clock);
  }

  /** The state that a closed breaker goes to when the model says so. */
  private State stateAt(double probability, double halfWidth) {
    judgedAt(.9, 0);
    breaker.transitionToClosed();
    judgedAt(.9, 0);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    return judgedAt(probability, halfWidth);
  }

  private State judgedAt(double probability, double halfWidth) {
    model.says(probability, halfWidth);
    clock.advance(Duration.ofMillis(20));
    breaker.tryAcquire().ifPresent(Permit::success);
    breaker.signals();
    return breaker.state();
  }

  private void run(CircuitBreaker one, int everyMillis, int seconds) {
    for (int i = 0; i < 1_000 * seconds / everyMillis; i++) {
      one.tryAcquire().ifPresent(permit -> permit.failure(new IllegalStateException("simulated")));
      clock.advance(Duration.ofMillis(everyMillis));
    }
  }

  /** When the probes of an outage go out, in seconds since it began; all of them fail. */
  private List<Double> probes(CircuitBreaker one, int everyMillis, int seconds) {
    model.says(.9, 0);
    for (int i = 0; i < 2_000; i++) {
      one.tryAcquire().ifPresent(Permit::success);
      clock.advance(Duration.ofMillis(everyMillis));
    }
    one.transitionToOpen();
    long start = clock.nanoTime();
    List<Double> probes = new ArrayList<>();
    while (clock.nanoTime() - start < seconds * 1e9) {
      Optional<Permit> permit = one.tryAcquire();
      if (permit.isPresent()) {
        probes.add((clock.nanoTime() - start) / 1e9);
        permit.get().failure(new IllegalStateException("simulated"));
      }
      clock.advance(Duration.ofMillis(everyMillis));
    }
    assertThat(one.state()).isEqualTo(State.OPEN);
    return probes;
  }

  /** The mean of the last gaps between probes before this second. */
  private static double gapAt(List<Double> probes, double second) {
    List<Double> until = probes.stream().filter(at -> at <= second).toList();
    int gaps = Math.min(3, until.size() - 1);
    assertThat(gaps).isPositive();
    return (until.get(until.size() - 1) - until.get(until.size() - 1 - gaps)) / gaps;
  }

  private void toHalfOpen(CircuitBreaker one) {
    model.says(.9, 0);
    one.transitionToOpen();
    for (int i = 0; i < 20_000 && one.state() != State.HALF_OPEN; i++) {
      clock.advance(Duration.ofMillis(100));
      one.tryAcquire().ifPresent(Permit::success);
    }
    assertThat(one.state()).isEqualTo(State.HALF_OPEN);
  }

  /** Says what it is told. */
  private static final class Told implements SuccessModel {
    private double probability = .9;
    private double halfWidth;

    void says(double value, double width) {
      probability = value;
      halfWidth = width;
    }

    @Override
    public String name() {
      return "told";
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public Estimate estimate(Signals signals) {
      return Estimate.of(
          this,
          probability,
          Math.max(0, probability - halfWidth),
          Math.min(1, probability + halfWidth),
          List.of());
    }
  }
}
