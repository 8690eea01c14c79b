package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void everyDurationFallsIntoTheBucketAroundIt() {
    for (long nanos = 1_024; nanos > 0 && nanos < 4_000_000_000_000L; nanos += nanos / 7 + 1) {
      int bucket = LatencyBuckets.of(nanos);
      double exact = (double) nanos;
      assertThat(LatencyBuckets.lowerNanos(bucket)).isLessThanOrEqualTo(exact);
      assertThat(LatencyBuckets.lowerNanos(bucket + 1)).isGreaterThan(exact);
      assertThat(Math.exp(LatencyBuckets.logSeconds(bucket)) * 1e9)
          .isCloseTo(exact, within(.15 * exact));
    }
  }

  @Test
  void durationsBeyondTheScaleFallIntoItsEnds() {
    for (long nanos : new long[] {Long.MIN_VALUE, -1, 0, 1, 1_023}) {
      assertThat(LatencyBuckets.of(nanos)).isZero();
    }
    assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
  }

  @Test
  void aBatchMovesTheMeanToItsOwnAndNotToItsSlowestCalls() {
    LatencyProfile profile = new LatencyProfile();
    int fast = LatencyBuckets.of(1_000_000);
    int slow = LatencyBuckets.of(1_000_000_000);
    double mean = .9 * LatencyBuckets.logSeconds(fast) + .1 * LatencyBuckets.logSeconds(slow);
    double difference = LatencyBuckets.logSeconds(slow) - LatencyBuckets.logSeconds(fast);

    for (int i = 0; i < 10; i++) {
      profile.record(mean, .9 * .1 * difference * difference, 1_000);
      profile.recordInHistogram(fast, 900);
      profile.recordInHistogram(slow, 100);
    }

    double expected = Math.exp(mean);
    assertThat(profile.fastSeconds()).isCloseTo(expected, within(.01 * expected));
    assertThat(profile.fastSpread()).isCloseTo(.3 * 6.9, within(.1));
    assertThat(profile.quantile(.5)).isCloseTo(.001, within(.0003));
    assertThat(profile.quantile(.95)).isCloseTo(1, within(.3));
  }

  @Test
  void nothingIsOverdueBeforeEnoughWasSeen() {
    LatencyProfile profile = new LatencyProfile();
    int bucket = LatencyBuckets.of(10_000_000);
    for (int i = 0; i < 19; i++) {
      profile.record(bucket);
      profile.refresh();
    }
    assertThat(profile.overdueSeconds()).isInfinite();
    profile.record(bucket);
    profile.refresh();

    assertThat(profile.overdueSeconds()).isBetween(.015, .05);
  }

  @Test
  void aQuantileBeyondWhatWasSeenIsThatOfTheLogNormalLaw() {
    LatencyProfile profile = new LatencyProfile();
    assertThat(profile.cautiousQuantile(.999)).isNaN();
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      profile.record(LatencyBuckets.of((long) (1e7 * Math.exp(.5 * random.nextGaussian()))));
    }

    double exact = .01 * Math.exp(.5 * 3.0902);
    assertThat(profile.cautiousQuantile(.999)).isBetween(.85 * exact, 1.8 * exact);
    assertThat(profile.cautiousQuantile(.9)).isEqualTo(profile.quantile(.9));
    assertThat(profile.cautiousQuantile(.3)).isEqualTo(profile.quantile(.3));
    assertThat(profile.histogramSamples()).isEqualTo(300);
  }

  @Test
  void aSlowKindOfCallThatWasSeenCountsMoreThanTheLaw() {
    LatencyProfile profile = new LatencyProfile();
    for (int i = 0; i < 1_000; i++) {
      profile.record(LatencyBuckets.of(i % 200 == 0 ? 2_000_000_000L : 10_000_000L));
    }

    assertThat(profile.cautiousQuantile(.999)).isBetween(1.5, 2.5);
  }

  @Test
  void theNormalQuantileIsThatOfTheTables() {
    assertThat(LatencyProfile.normalQuantile(.5)).isCloseTo(0, within(.0005));
    assertThat(LatencyProfile.normalQuantile(.95)).isCloseTo(1.64485, within(.0005));
    assertThat(LatencyProfile.normalQuantile(.99)).isCloseTo(2.32635, within(.0005));
    assertThat(LatencyProfile.normalQuantile(.999)).isCloseTo(3.09023, within(.0005));
  }
}
