package io.foreguard.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LatencyProfileTest {
  private static final double EXACT = 1e-9;
  private static final int FAST = LatencyBuckets.of(10_000_000);
  private static final int SLOW = LatencyBuckets.of(100_000_000);
  private static final double FAST_SECONDS = Math.exp(LatencyBuckets.logSeconds(FAST));
  private static final double SLOW_SECONDS = Math.exp(LatencyBuckets.logSeconds(SLOW));

  private final LatencyProfile profile = new LatencyProfile();
  private final List<Double> logs = new ArrayList<>();

  @Nested
  class Quantiles {
    @Test
    void areUnknownBeforeTheFirstCall() {
      assertThat(profile.quantile(.5)).isNaN();
      assertThat(profile.histogramSamples()).isZero();
    }

    @Test
    void agreeWithASortedListForFewBucketsAndForMany() {
      for (int kinds : new int[] {1, 3, 12, 13, 40}) {
        Random random = new Random(kinds);
        LatencyProfile one = new LatencyProfile();
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
          int bucket = 20 + 2 * random.nextInt(kinds);
          one.record(bucket);
          seen.add(bucket);
          if (i % 97 == 0 || i > 797) {
            for (double q : new double[] {0, .001, .25, .5, .9, .95, .999, 1}) {
              assertThat(one.quantile(q))
                  .as("%d kinds, %d calls, quantile %.3f", kinds, i, q)
                  .isCloseTo(naive(seen, q), within(EXACT));
            }
          }
        }
        assertThat(one.histogramSamples()).isEqualTo(800);
      }
    }

    @Test
    void areTheSameAfterForgetting() {
      for (int kinds : new int[] {5, 30}) {
        LatencyProfile one = new LatencyProfile();
        for (int i = 0; i < 2_000; i++) {
          one.record(20 + i % kinds);
        }
        assertThat(one.histogramSamples()).isEqualTo(2_000);
        double[] before = {one.quantile(.1), one.quantile(.5), one.quantile(.99)};

        one.record(20);

        assertThat(one.histogramSamples()).isEqualTo(1_000);
        double[] after = {one.quantile(.1), one.quantile(.5), one.quantile(.99)};
        for (int i = 0; i < before.length; i++) {
          assertThat(after[i]).isCloseTo(before[i], within(.02 * before[i]));
        }
      }
    }

    @Test
    void forgetTheDistantPast() {
      for (int kinds : new int[] {3, 30}) {
        LatencyProfile one = new LatencyProfile();
        for (int i = 0; i < 2_000; i++) {
          one.recordInHistogram(80 + i % kinds, 1);
        }
        for (int i = 0; i < 10_000; i++) {
          one.recordInHistogram(20 + i % kinds, 1);
          assertThat(one.histogramSamples()).isBetween(1_000.0, 2_000.0);
        }

        double fastest = LatencyBuckets.lowerNanos(20 + kinds) / 1e9;
        assertThat(one.quantile(.99)).isLessThanOrEqualTo(fastest);
      }
    }

    @Test
    void countABatchAsAsManyCalls() {
      for (int kinds : new int[] {4, 30}) {
        LatencyProfile inBatches = new LatencyProfile();
        LatencyProfile singly = new LatencyProfile();
        for (int i = 0; i < 90; i++) {
          inBatches.recordInHistogram(20 + i % kinds, 7);
          for (int k = 0; k < 7; k++) {
            singly.recordInHistogram(20 + i % kinds, 1);
          }
        }
        for (double q = .05; q < 1; q += .05) {
          assertThat(inBatches.quantile(q)).isCloseTo(singly.quantile(q), within(EXACT));
        }
      }
    }

    private static double naive(List<Integer> seen, double q) {
      int[] sorted = seen.stream().mapToInt(Integer::intValue).sorted().toArray();
      double rank = q * sorted.length;
      int bucket = sorted[Math.max(0, (int) Math.ceil(rank) - 1)];
      double below = Arrays.stream(sorted).filter(b -> b < bucket).count();
      double inside = Arrays.stream(sorted).filter(b -> b == bucket).count();
      double low = LatencyBuckets.lowerNanos(bucket);
      double high = LatencyBuckets.lowerNanos(bucket + 1);
      return (low + (high - low) * (rank - below) / inside) / 1e9;
    }
  }

  @Nested
  class CautiousQuantiles {
    @Test
    void areThoseOfTheLawWhereFewCallsLieBeyond() {
      record(40, FAST);

      double law = FAST_SECONDS * Math.exp(LatencyProfile.normalQuantile(.875) * .25);
      assertThat(profile.cautiousQuantile(.875)).isCloseTo(law, within(EXACT));
      record(40, FAST); // now ten lie beyond
      assertThat(profile.cautiousQuantile(.875)).isEqualTo(profile.quantile(.875)).isLessThan(law);
    }

    @Test
    void useTheHealthySpread() {
      for (int i = 0; i < 60; i++) {
        record(1, i % 2 == 0 ? FAST : SLOW);
      }

      double mean = (Math.log(FAST_SECONDS) + Math.log(SLOW_SECONDS)) / 2;
      double spread = (Math.log(SLOW_SECONDS) - Math.log(FAST_SECONDS)) / 2;
      double law = Math.exp(mean + LatencyProfile.normalQuantile(.99) * spread);
      assertThat(profile.cautiousQuantile(.99)).isCloseTo(law, within(.01 * law));
    }

    @Test
    void trustWhatWasSeenBelowTheMedian() {
      record(2, FAST);
      record(2, SLOW);

      assertThat(profile.cautiousQuantile(.4)).isEqualTo(profile.quantile(.4));
      assertThat(profile.cautiousQuantile(.5)).isGreaterThan(1.5 * profile.quantile(.5));
    }

    @Test
    void trustWhatWasSeenOnceTenLieBeyond() {
      record(10, FAST);
      record(9, SLOW);
      assertThat(profile.cautiousQuantile(.5)).isGreaterThan(1.5 * profile.quantile(.5));

      record(1, SLOW);

      assertThat(profile.cautiousQuantile(.5)).isEqualTo(profile.quantile(.5));
    }
  }

  @Nested
  class MeanAndSpread {
    @Test
    void areExactWhileAllCallsFitIntoTheMemory() {
      Random random = new Random(5);
      for (int i = 1; i <= 1_000; i++) {
        record(1, bucket(random, .02));
        if (i <= 50) {
          assertThat(Math.log(profile.fastSeconds())).isCloseTo(mean(1), within(EXACT));
          assertThat(profile.fastSpread()).isCloseTo(spread(1), within(EXACT));
        }
        assertThat(Math.log(profile.baselineSeconds())).isCloseTo(mean(1), within(EXACT));
        assertThat(profile.baselineSpread()).isCloseTo(spread(1), within(EXACT));
      }
    }

    @Test
    void forgetByAFixedShareFromThenOn() {
      Random random = new Random(6);
      for (int i = 0; i < 3_000; i++) {
        record(1, bucket(random, .02));
      }

      assertThat(Math.log(profile.fastSeconds())).isCloseTo(mean(1 - 1 / 50.), within(1e-6));
      assertThat(profile.fastSpread()).isCloseTo(spread(1 - 1 / 50.), within(1e-6));
      // the first thousand are one lump, of which a share of (1 - 1 / 1,000)^2,000 is left
      assertThat(Math.log(profile.baselineSeconds())).isCloseTo(mean(1 - 1 / 1_000.), within(.01));
      assertThat(profile.baselineSpread()).isCloseTo(spread(1 - 1 / 1_000.), within(.02));
    }

    @Test
    void takeTheFirstBatchAsItIs() {
      profile.record(-3, .49, 10);

      assertThat(Math.log(profile.fastSeconds())).isCloseTo(-3, within(EXACT));
      assertThat(Math.log(profile.baselineSeconds())).isCloseTo(-3, within(EXACT));
      assertThat(profile.fastSpread()).isCloseTo(.7, within(EXACT));
      assertThat(profile.baselineSpread()).isCloseTo(.7, within(EXACT));
    }

    @Test
    void mixABatchByItsShareOfTheMemory() {
      profile.record(-3, .2, 5_000);
      profile.record(-3.3, .1, 25);

      checkMixture(1 - Math.pow(1 - 1 / 50., 25), profile.fastSeconds(), profile.fastSpread());
      double share = 1 - Math.pow(1 - 1 / 1_000., 25);
      checkMixture(share, profile.baselineSeconds(), profile.baselineSpread());
    }

    private void checkMixture(double share, double seconds, double spread) {
      double mean = -3 - share * .3;
      double square = (1 - share) * (9 + .2) + share * (3.3 * 3.3 + .1);
      assertThat(Math.log(seconds)).isCloseTo(mean, within(EXACT));
      assertThat(spread * spread).isCloseTo(square - mean * mean, within(EXACT));
    }

    @Test
    void haveALeastSpread() {
      record(100, FAST);

      assertThat(profile.fastSpread()).isEqualTo(.25);
      assertThat(profile.baselineSpread()).isEqualTo(.25);
    }

    private double mean(double keep) {
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < logs.size(); i++) {
        double weight = Math.pow(keep, logs.size() - 1 - i);
        sum += weight * logs.get(i);
        weights += weight;
      }
      return sum / weights;
    }

    private double spread(double keep) {
      double mean = mean(keep);
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < logs.size(); i++) {
        double weight = Math.pow(keep, logs.size() - 1 - i);
        sum += weight * Math.pow(logs.get(i) - mean, 2);
        weights += weight;
      }
      return Math.max(.25, Math.sqrt(sum / weights));
    }
  }

  @Nested
  class TheHealthyLatency {
    @Test
    void isWhateverComesAtFirst() {
      record(10, FAST);
      record(10, SLOW);

      double middle = Math.sqrt(FAST_SECONDS * SLOW_SECONDS);
      assertThat(profile.baselineSeconds()).isCloseTo(middle, within(1e-6));
    }

    @Test
    void isNotThatOfASlowPhase() {
      record(500, FAST);
      record(900, SLOW);

      assertThat(profile.fastSeconds()).isCloseTo(SLOW_SECONDS, within(.001));
      assertThat(profile.baselineSeconds()).isBetween(.9 * FAST_SECONDS, 1.2 * FAST_SECONDS);
    }

    @Test
    void isNotThatOfTwoSlowPhasesEither() {
      record(500, FAST);
      record(900, SLOW);
      record(200, FAST);
      record(900, SLOW);

      assertThat(profile.baselineSeconds()).isBetween(.9 * FAST_SECONDS, 1.4 * FAST_SECONDS);
    }

    @Test
    void isTheSlowOneWhenItLasts() {
      record(500, FAST);
      record(1_100, SLOW);

      assertThat(profile.baselineSeconds()).isCloseTo(SLOW_SECONDS, within(.01 * SLOW_SECONDS));
      assertThat(profile.baselineSpread()).isEqualTo(profile.fastSpread());
    }

    @Test
    void followsOneThatIsSlightlySlower() {
      int slower = FAST + 1;
      record(500, FAST);
      record(3_000, slower);

      double seconds = Math.exp(LatencyBuckets.logSeconds(slower));
      assertThat(profile.baselineSeconds()).isCloseTo(seconds, within(.02 * seconds));
    }

    @Test
    void followsOneThatIsFaster() {
      record(500, SLOW);
      record(5_000, FAST);

      assertThat(profile.baselineSeconds()).isCloseTo(FAST_SECONDS, within(.05 * FAST_SECONDS));
    }
  }

  @Nested
  class OverdueCalls {
    @Test
    void areJudgedByTheLongerMemoryWhileLatencyIsAsUsual() {
      Random random = new Random(8);
      for (int i = 0; i < 500; i++) {
        record(1, bucket(random, .02));
      }
      record(5, FAST + 2); // the recent past is slightly different
      profile.refresh();

      double longer = profile.baselineSeconds() * Math.exp(3.1 * profile.baselineSpread());
      assertThat(profile.overdueSeconds()).isCloseTo(longer, within(EXACT));
      assertThat(profile.fastSeconds()).isNotEqualTo(profile.baselineSeconds());
    }

    @Test
    void areJudgedByTheRecentPastWhenLatencyIsUnusual() {
      record(500, FAST);
      for (int change : new int[] {SLOW, FAST - 6}) {
        record(100, change);
        profile.refresh();

        double recent = profile.fastSeconds() * Math.exp(3.1 * profile.fastSpread());
        assertThat(profile.overdueSeconds()).isCloseTo(recent, within(EXACT));
        double longer = profile.baselineSeconds() * Math.exp(3.1 * profile.baselineSpread());
        assertThat(Math.abs(recent - longer)).isGreaterThan(.1 * recent);
      }
    }
  }

  private void record(int calls, int bucket) {
    for (int i = 0; i < calls; i++) {
      profile.record(bucket);
      logs.add(LatencyBuckets.logSeconds(bucket));
    }
  }

  private static int bucket(Random random, double medianSeconds) {
    return LatencyBuckets.of((long) (medianSeconds * 1e9 * Math.exp(.5 * random.nextGaussian())));
  }
}
