package io.foreguard.bulkhead.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.time.ManualClock;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
  private static final long ORIGIN = new ManualClock().nanoTime(); // overflows after a second
  private static final double SECOND = 1e9;
  private static final double DEADLINE_SECONDS = 2;

  private final Simulation simulation = new Simulation(17);
  private final AdaptiveLimit limit = simulation.limit;

  @Nested
  class Health {
    @Test
    void meetsNoLimitInAMillionCalls() {
      simulation.servers(60);
      simulation.run(5_000, 200);

      assertThat(simulation.calls).isGreaterThan(990_000);
      assertThat(simulation.refused).isZero();
      assertThat(limit.wasMetWithin(1_000_000_000L, simulation.now())).isFalse();
      assertThat(limit.healthyMost()).isBetween(10, 60);
      assertThat(limit.limit()).isGreaterThan(limit.healthyMost());
    }

    @Test
    void letsASurgePassThatLatencyDoesNotMind() {
      simulation.servers(1_000);
      simulation.run(60, 100);
      int before = limit.limit();

      simulation.run(60, 1_500);

      simulation.forget();
      simulation.run(20, 1_500);
      assertThat(limit.limit()).isGreaterThan(Math.max(75, before));
      assertThat(simulation.refusedShare()).isLessThan(.01);
    }

    @Test
    void startsWithoutALimit() {
      assertThat(limit.limit()).isGreaterThan(1_000);
      assertThat(limit.healthyMost()).isZero();
      assertThat(limit.wasMetWithin(Long.MAX_VALUE / 2, simulation.now())).isFalse();
      assertThat(limit.isNear(100, simulation.now())).isFalse();
    }

    @Test
    void learnsFromSuccessesInBatches() {
      long now = ORIGIN;
      AdaptiveLimit batched = new AdaptiveLimit(DEADLINE_SECONDS, now);
      for (int i = 0; i < 200; i++) {
        now += 100_000_000L;
        batched.successes(10, 10 * Math.log(.05), 8, now);
      }

      assertThat(batched.healthyMost()).isBetween(7, 8);
      assertThat(batched.limit()).isBetween(9, 40);
      assertThat(batched.isNear(batched.limit(), now)).isTrue();
      assertThat(batched.isNear(0, now)).isFalse();
    }
  }

  @Nested
  class AQueue {
    @Test
    void isRecognised() {
      simulation.servers(10);
      simulation.run(60, 100);

      simulation.run(120, 400); // twice what ten servers do

      assertThat(limit.limit()).isBetween(6, 30);
      simulation.forget();
      simulation.run(60, 400);
      assertThat(limit.limit()).isBetween(6, 30);
      assertThat(simulation.succeeded / 60.).as("of 200 per second").isGreaterThan(150);
      assertThat(simulation.meanLatencySeconds()).isLessThan(.2);
    }

    @Test
    void isForgottenWhenDemandFits() {
      simulation.servers(10);
      simulation.run(60, 100);
      simulation.run(60, 400);

      simulation.run(60, 100);
      simulation.forget();
      simulation.run(60, 100);

      assertThat(simulation.refusedShare()).isLessThan(.01);
    }
  }

  @Nested
  class Slowness {
    @Test
    void isNotTakenForAQueueForLong() {
      simulation.servers(1_000);
      simulation.run(120, 200);

      simulation.serviceSeconds = .15;
      simulation.run(60, 200);
      simulation.forget();
      simulation.run(30, 200);

      assertThat(simulation.refusedShare()).isLessThan(.02);
      assertThat(limit.limit()).isGreaterThan(30);
    }
  }

  @Nested
  class Failures {
    @Test
    void thatLoadCausesLowerTheLimit() {
      simulation.servers(1_000);
      simulation.run(60, 100);
      simulation.failure = inFlight -> inFlight > 20 ? .9 : 0;

      simulation.run(120, 1_000);

      assertThat(limit.limit()).isBetween(4, 32);
      simulation.forget();
      simulation.run(60, 1_000);
      assertThat(simulation.failed).isLessThan(simulation.succeeded / 2);
    }

    @Test
    void thatLoadDoesNotCauseDoNotKeepItDown() {
      simulation.servers(1_000);
      simulation.run(60, 200);
      simulation.failure = inFlight -> .3;

      simulation.run(90, 200);
      simulation.forget();
      simulation.run(60, 200);

      assertThat(simulation.refusedShare()).isLessThan(.3);
      assertThat(limit.limit()).isGreaterThan(4);
    }

    @Test
    void thatLoadDoesNotCauseRefuseFewInTheLongRun() {
      for (double failing : new double[] {.1, .3, .5, .7}) {
        for (int seed = 1; seed <= 3; seed++) {
          Simulation world = new Simulation(seed);
          world.servers(1_000);
          world.run(120, 200);
          world.failure = inFlight -> failing;
          world.run(300, 200);
          world.forget();

          int highest = 0;
          for (int second = 0; second < 600; second++) {
            world.run(1, 200);
            highest = Math.max(highest, world.limit.limit());
          }

          assertThat(world.refusedShare()).as("at %.1f", failing).isLessThan(.1);
          assertThat(highest).as("comes back up").isGreaterThan(20); // ten are in flight
        }
      }
    }

    @Test
    void thatSayNothingOfLoadChangeNothing() {
      simulation.servers(1_000);
      simulation.run(60, 200);
      simulation.overloadWeight = 0;
      simulation.failure = inFlight -> .5;
      simulation.forget();

      simulation.run(60, 200);

      assertThat(simulation.refused).isZero();
    }
  }

  @Nested
  class Collapse {
    @Test
    void underMoreLoadThanUsualCapsTheLimitForAWhile() {
      healthyAt(10);
      long now = overload(60, ORIGIN + (long) (300 * SECOND));

      AdaptiveLimit collapsed = simulation.limit;
      collapsed.collapsed(false, true, now);
      collapsed.restart(now);
      now = grow(collapsed, 20, now);
      assertThat(collapsed.limit()).isBetween(4, 59);

      grow(collapsed, 900, now);
      assertThat(collapsed.limit()).isGreaterThan(60);
    }

    @Test
    void isHeldAgainstTheLoadForLongerTheSecondTime() {
      healthyAt(10);
      long start = ORIGIN + (long) (300 * SECOND);
      long first = collapseUnderLoadUntilForgotten(60, start);
      long second = collapseUnderLoadUntilForgotten(2 * limit.limit(), start + first);

      assertThat(second).isGreaterThan(first + first / 4);
    }

    @Test
    void underTheUsualLoadDoesNotCapTheLimit() {
      healthyAt(40);
      long now = overload(40, ORIGIN + (long) (300 * SECOND));
      limit.collapsed(false, true, now);
      limit.restart(now);

      grow(limit, 20, now);

      assertThat(limit.limit()).isGreaterThan(40);
    }

    @Test
    void neverCapsTheLimitBelowAFewCalls() {
      healthyAt(1);
      long now = overload(4, ORIGIN + (long) (300 * SECOND));
      limit.collapsed(false, true, now);
      limit.restart(now);

      grow(limit, 10, now);

      assertThat(limit.limit()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void beforeAnythingIsKnownCapsNothing() {
      AdaptiveLimit fresh = new AdaptiveLimit(DEADLINE_SECONDS, ORIGIN);
      fresh.failure(1, ORIGIN, 50, ORIGIN + 1);
      fresh.collapsed(false, true, ORIGIN + 1);

      assertThat(fresh.limit()).isGreaterThan(1_000);
    }

    private long collapseUnderLoadUntilForgotten(int inFlight, long from) {
      long now = overload(inFlight, from);
      limit.collapsed(false, true, now);
      limit.restart(now);
      int seconds = 0;
      while (limit.limit() <= inFlight && seconds++ < 2_000) {
        now = grow(limit, 1, now);
      }
      assertThat(limit.limit()).isGreaterThan(inFlight);
      return now - from;
    }
  }

  @Nested
  class ARestart {
    @Test
    void beginsWithAnEighthOfTheKnownLevelAndGrowsByOnePerSuccessToIt() {
      healthyAt(30);
      long now = ORIGIN + (long) (300 * SECOND);
      limit.restart(now);
      assertThat(limit.limit()).isEqualTo(3);

      for (int i = 1; i <= 10; i++) {
        limit.refused(now);
        now += 50_000_000L;
        limit.success(Math.log(.05), now - 50_000_000L, 2, now);
        assertThat(limit.limit()).isEqualTo(3 + i);
      }
      for (int i = 0; i < 60; i++) {
        limit.refused(now);
        now += 1_000_000L;
        limit.success(Math.log(.05), now - 1_000_000L, 2, now);
      }

      assertThat(limit.limit()).as("slower above what is known").isBetween(28, 60);
    }

    @Test
    void neverBeginsWithFewerThanTwoCalls() {
      healthyAt(10);

      limit.restart(ORIGIN + (long) (300 * SECOND));

      assertThat(limit.limit()).isEqualTo(2);
    }

    @Test
    void growsOnlyWhenItIsMet() {
      long now = ORIGIN;
      limit.restart(now);
      for (int i = 0; i < 8; i++) {
        now += 50_000_000L;
        limit.success(Math.log(.05), now - 50_000_000L, 1, now);
      }

      assertThat(limit.limit()).isEqualTo(2);
    }
  }

  @Test
  void isNearForASecondAfterItWasMet() {
    limit.refused(ORIGIN);

    assertThat(limit.isNear(0, ORIGIN + 900_000_000L)).isTrue();
    assertThat(limit.wasMetWithin(1_000_000_000L, ORIGIN + 999_999_999L)).isTrue();
    assertThat(limit.wasMetWithin(1_000_000_000L, ORIGIN + 1_000_000_000L)).isFalse();
    assertThat(limit.isNear(0, ORIGIN + 1_100_000_000L)).isFalse();
  }

  /** Five minutes of calls that take 50 ms, with so many in flight. */
  private void healthyAt(int inFlight) {
    for (int i = 0; i < 6_000; i++) {
      long now = ORIGIN + i * 50_000_000L;
      limit.successes(inFlight, inFlight * Math.log(.05), inFlight, now);
    }
  }

  /** Calls fail with so many in flight. */
  private long overload(int inFlight, long from) {
    for (int i = 0; i < 3; i++) {
      limit.failure(.4, from, inFlight, from + i);
    }
    return from + 3;
  }

  /** Seconds of full demand and healthy latency. */
  @CanIgnoreReturnValue
  private static long grow(AdaptiveLimit limit, int seconds, long from) {
    long now = from;
    for (int i = 0; i < 20 * seconds; i++) {
      limit.refused(now);
      now += 50_000_000L;
      int inFlight = limit.limit();
      for (int k = 0; k < Math.min(60, inFlight); k++) {
        limit.success(Math.log(.05), now - 50_000_000L, inFlight, now);
      }
    }
    return now;
  }

  /** Poisson calls to servers that share a queue, in virtual time. */
  private static final class Simulation {
    final SplittableRandom random;
    final AdaptiveLimit limit = new AdaptiveLimit(DEADLINE_SECONDS, ORIGIN);
    final PriorityQueue<Call> ends = new PriorityQueue<>(Comparator.comparingDouble(Call::end));
    final PriorityQueue<Double> free = new PriorityQueue<>();
    double elapsed;
    double serviceSeconds = .05;
    double overloadWeight = 1;
    IntToDoubleFunction failure = inFlight -> 0;
    int calls;
    int refused;
    int succeeded;
    int failed;
    double latencies;

    Simulation(long seed) {
      random = new SplittableRandom(seed);
    }

    void servers(int count) {
      free.clear();
      for (int i = 0; i < count; i++) {
        free.add(elapsed);
      }
    }

    void forget() {
      calls = 0;
      refused = 0;
      succeeded = 0;
      failed = 0;
      latencies = 0;
    }

    long now() {
      return ORIGIN + (long) elapsed;
    }

    double refusedShare() {
      return refused / (double) calls;
    }

    double meanLatencySeconds() {
      return latencies / succeeded;
    }

    void run(double seconds, double perSecond) {
      double until = elapsed + seconds * SECOND;
      double arrival = elapsed;
      while (true) {
        arrival -= Math.log(1 - random.nextDouble()) / perSecond * SECOND;
        if (arrival >= until) {
          break;
        }
        endUntil(arrival);
        elapsed = arrival;
        arrive();
      }
      endUntil(until);
      elapsed = until;
    }

    private void arrive() {
      calls++;
      if (ends.size() >= limit.limit()) {
        refused++;
        limit.refused(now());
        return;
      }
      if (random.nextDouble() < failure.applyAsDouble(ends.size() + 1)) {
        ends.add(new Call(elapsed, elapsed + .01 * SECOND, false));
        return;
      }
      double service = serviceSeconds * Math.exp(.3 * random.nextGaussian() - .045) * SECOND;
      double end = Math.max(elapsed, free.remove()) + service;
      free.add(end);
      double deadline = elapsed + DEADLINE_SECONDS * SECOND;
      ends.add(new Call(elapsed, Math.min(end, deadline), end <= deadline));
    }

    private void endUntil(double time) {
      while (!ends.isEmpty() && ends.element().end() <= time) {
        int inFlight = ends.size();
        Call call = ends.remove();
        elapsed = call.end();
        long start = ORIGIN + (long) call.start();
        if (call.succeeds()) {
          succeeded++;
          double latency = (call.end() - call.start()) / SECOND;
          latencies += latency;
          limit.success(Math.log(latency), start, inFlight, now());
        } else {
          failed++;
          limit.failure(overloadWeight, start, inFlight, now());
        }
      }
    }

    private record Call(double start, double end, boolean succeeds) {}
  }
}
