package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoublePredicate;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/**
 * The breaker with its defaults, from outside, in small worlds of one dependency that never queues.
 */
class OutsideViewTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("outside", CircuitBreakerConfig.defaults(), clock);
  private final Random random = new Random(1);

  private DoubleSupplier latency = () -> .05 * Math.exp(.4 * random.nextGaussian());
  private DoublePredicate fails = at -> false;
  private DoublePredicate hangs = at -> false;
  private long rejected;
  private long failed;
  private double lastRejection = Double.NaN;
  private double firstRejection = Double.NaN;

  @Test
  void worksAfterAMonthOfIdleness() throws Exception {
    assertThat(breaker.call(() -> 1)).isEqualTo(1);
    clock.advance(Duration.ofDays(30));

    for (int i = 0; i < 3; i++) {
      assertThat(breaker.call(() -> 1)).isEqualTo(1);
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(breaker.metrics().rejected()).isZero();
  }

  @Test
  void aHangIsSeenAtOnceThoughAFewCallsHadFailedBefore() {
    fails = at -> at < 30 && random.nextDouble() < .015;
    hangs = at -> at > 30;

    play(10, 60);

    assertThat(firstRejection).isBetween(30.0, 32.0);
  }

  @Test
  void theNextOutageIsProbedByTheLengthOfTheLast() {
    fails = at -> (at > 20 && at < 320) || (at > 380 && at < 680);
    play(100, 370);
    long before = failed;

    play(100, 330);

    assertThat(failed - before).isLessThan(before);
  }

  @Test
  void recoversQuicklyThoughTheProcessStartedUnderLoad() {
    latency = () -> -.05 * Math.log(1 - random.nextDouble());
    fails = at -> at > 10 && at < 12;

    play(2_000, 50);

    assertThat(lastRejection).isBetween(10.0, 15.0);
  }

  @Test
  void aSlowKindOfCallIsNoHang() {
    latency = () -> (random.nextInt(10) == 0 ? .4 : .005) * Math.exp(.3 * random.nextGaussian());

    play(2_000, 30);

    assertThat(rejected).isLessThan(10);
  }

  private void play(double callsPerSecond, double seconds) {
    double end = now() + seconds;
    for (double at = now(); at < end; at += -Math.log(1 - random.nextDouble()) / callsPerSecond) {
      clock.advance(Duration.ofNanos(Math.max(0, Math.round((at - now()) * 1e9))));
      arrive(at);
    }
  }

  private void arrive(double at) {
    Optional<Permit> permit = breaker.tryAcquire();
    if (permit.isEmpty()) {
      rejected++;
      lastRejection = at;
      firstRejection = Double.isNaN(firstRejection) ? at : firstRejection;
    } else if (!hangs.test(at)) {
      boolean bad = fails.test(at);
      failed += bad ? 1 : 0;
      Outcome outcome = bad ? Outcome.FAILURE : Outcome.SUCCESS;
      double seconds = bad ? .002 : latency.getAsDouble();
      clock.schedule(
          () -> permit.get().record(outcome), Duration.ofNanos(Math.round(seconds * 1e9)));
    }
  }

  private double now() {
    return clock.elapsed().toNanos() * 1e-9;
  }
}
