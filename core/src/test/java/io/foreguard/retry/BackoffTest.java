package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackoffTest {
  private static final long SEED = 20_261_122;
  private static final Duration BASE = Duration.ofMillis(100);
  private static final Duration CAP = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource(
      value = Jitter.class,
      names = {"FULL", "EQUAL", "DECORRELATED"})
  void delaysThatReachedTheCapDoNotCoincideAtIt(Jitter jitter) {
    ExponentialBackoff backoff = Backoff.exponential(BASE, CAP).withJitter(jitter);
    Random random = new Random(SEED);
    Set<Duration> distinct = new HashSet<>();
    int atCap = 0;
    for (int caller = 0; caller < 10_000; caller++) {
      Duration delay = Duration.ZERO;
      for (int attempt = 1; attempt <= 10; attempt++) {
        delay = backoff.delay(attempt, delay, random);
        assertThat(delay).isBetween(Duration.ZERO, CAP);
      }
      distinct.add(delay);
      atCap += delay.equals(CAP) ? 1 : 0;
    }
    assertThat(atCap).isLessThan(5);
    assertThat(distinct).hasSizeGreaterThan(9_900);
  }

  @Test
  void fullJitterAtTheCapIsUniformBelowIt() {
    long[] delays = draw(Backoff.exponential(BASE, CAP), 10, 20_000);

    assertThat(meanMillis(delays)).isBetween(4_900.0, 5_100.0);
    assertThat(quantileMillis(delays, 0.9)).isBetween(8_900.0, 9_100.0);
    assertThat(quantileMillis(delays, 0.1)).isBetween(900.0, 1_100.0);
  }

  @Test
  void equalJitterAtTheCapIsUniformInItsUpperHalf() {
    ExponentialBackoff equal = Backoff.exponential(BASE, CAP).withJitter(Jitter.EQUAL);
    long[] delays = draw(equal, 10, 20_000);

    assertThat(Arrays.stream(delays).min().orElseThrow()).isGreaterThanOrEqualTo(5_000_000_000L);
    assertThat(meanMillis(delays)).isBetween(7_450.0, 7_550.0);
  }

  @Test
  void growsByTheMultiplierUpToTheCapWithoutJitter() {
    ExponentialBackoff backoff =
        Backoff.exponential(BASE, Duration.ofSeconds(1)).withMultiplier(3).withJitter(Jitter.NONE);

    assertThat(delay(backoff, 1)).hasMillis(100);
    assertThat(delay(backoff, 2)).hasMillis(300);
    assertThat(delay(backoff, 3)).hasMillis(900);
    assertThat(delay(backoff, 4)).hasMillis(1000);
    assertThat(delay(backoff, 5)).hasMillis(1000);
  }

  @ParameterizedTest
  @EnumSource(Jitter.class)
  void anyBackoffStaysBetweenItsBounds(Jitter jitter) {
    SplittableRandom settings = new SplittableRandom(SEED);
    for (int round = 0; round < 3_000; round++) {
      Duration cap = Duration.ofNanos(settings.nextLong(1L << settings.nextInt(1, 60)));
      Duration base = Duration.ofNanos(settings.nextLong(cap.toNanos() + 1));
      double multiplier = 1 + settings.nextInt(2) * settings.nextDouble(9);
      ExponentialBackoff backoff =
          Backoff.exponential(base, cap).withMultiplier(multiplier).withJitter(jitter);
      Duration previous = Duration.ZERO;
      for (int attempt = 1; attempt <= 40; attempt++) {
        Duration plain = delay(backoff.withJitter(Jitter.NONE), attempt);
        Duration delay = backoff.delay(attempt, previous, settings);
        assertThat(delay)
            .as("round %d: attempt %d of %s after %s", round, attempt, backoff, previous)
            .isBetween(lower(jitter, base, plain), upper(backoff, plain, previous));
        previous = delay;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Jitter.class)
  void meanDelayNeverShrinksWithTheNumberOfTheAttempt(Jitter jitter) {
    ExponentialBackoff backoff = Backoff.exponential(BASE, CAP).withJitter(jitter);
    Random random = new Random(SEED);
    double[] means = new double[12];
    int callers = 20_000;
    for (int caller = 0; caller < callers; caller++) {
      Duration delay = Duration.ZERO;
      for (int attempt = 1; attempt <= means.length; attempt++) {
        delay = backoff.delay(attempt, delay, random);
        means[attempt - 1] += delay.toNanos() / 1e6 / callers;
      }
    }
    for (int i = 1; i < means.length; i++) {
      assertThat(means[i]).as("mean at attempt %d", i + 1).isGreaterThan(means[i - 1] * 0.98);
    }
    assertThat(means[6]).isGreaterThan(means[0] * 5);
  }

  @Test
  void decorrelatedDelaysStartBelowThreeTimesTheBaseAndNeverFallBelowIt() {
    ExponentialBackoff backoff = Backoff.exponential(BASE, CAP).withJitter(Jitter.DECORRELATED);
    long[] first = draw(backoff, 1, 5_000);

    assertThat(Arrays.stream(first).min().orElseThrow()).isBetween(100_000_000L, 101_000_000L);
    assertThat(Arrays.stream(first).max().orElseThrow()).isBetween(299_000_000L, 300_000_000L);
  }

  @ParameterizedTest
  @EnumSource(Jitter.class)
  void doesNotOverflowAtTheMillionthAttempt(Jitter jitter) {
    Duration longest = Duration.ofDays(26_000);
    for (int attempt : new int[] {63, 64, 65, 1_100, 1_000_000, Integer.MAX_VALUE}) {
      ExponentialBackoff backoff =
          Backoff.exponential(BASE, longest).withMultiplier(10).withJitter(jitter);
      assertThat(backoff.delay(attempt, longest, new Random(SEED)))
          .isBetween(Duration.ZERO, longest);
    }
    ExponentialBackoff zero = Backoff.exponential(Duration.ZERO, CAP).withJitter(jitter);
    assertThat(delay(zero, 1_000_000)).isZero();
  }

  @Test
  void theSameSeedGivesTheSameDelays() {
    ExponentialBackoff backoff = Backoff.exponential(BASE, CAP);

    assertThat(draw(backoff, 4, 100)).containsExactly(draw(backoff, 4, 100));
  }

  @Test
  void fixedAndNoneKeepTheirDelay() {
    assertThat(delay(Backoff.fixed(BASE), 77)).isEqualTo(BASE);
    assertThat(delay(Backoff.none(), 77)).isZero();
  }

  @Test
  void refusesContradictionsByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(Duration.ofSeconds(11), CAP))
        .withMessage("base must be at most cap (PT10S), but was PT11S");
    ExponentialBackoff backoff = Backoff.exponential(BASE, CAP);
    for (double multiplier : new double[] {0.99, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backoff.withMultiplier(multiplier))
          .withMessage("multiplier must be at least 1 and finite, but was " + multiplier);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> delay(backoff, 0))
        .withMessage("attempt must be at least 1, but was 0");
    assertThatIllegalArgumentException().isThrownBy(() -> Backoff.fixed(Duration.ofNanos(-1)));
  }

  private static Duration lower(Jitter jitter, Duration base, Duration plain) {
    return switch (jitter) {
      case NONE -> plain;
      case FULL -> Duration.ZERO;
      case EQUAL -> plain.dividedBy(2);
      case DECORRELATED -> base;
    };
  }

  private static Duration upper(ExponentialBackoff backoff, Duration plain, Duration previous) {
    if (backoff.jitter() != Jitter.DECORRELATED) {
      return plain;
    }
    double grown =
        Math.max(backoff.base().toNanos(), previous.toNanos()) * (backoff.multiplier() + 1);
    return Duration.ofNanos((long) Math.min((double) backoff.cap().toNanos(), Math.ceil(grown)));
  }

  private static Duration delay(Backoff backoff, int attempt) {
    return backoff.delay(attempt, Duration.ZERO, new Random(SEED));
  }

  private static long[] draw(Backoff backoff, int attempt, int times) {
    RandomGenerator random = new Random(SEED);
    return LongStream.range(0, times)
        .map(i -> backoff.delay(attempt, Duration.ZERO, random).toNanos())
        .toArray();
  }

  private static double meanMillis(long[] nanos) {
    return Arrays.stream(nanos).average().orElseThrow() / 1e6;
  }

  private static double quantileMillis(long[] nanos, double quantile) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) (quantile * sorted.length)] / 1e6;
  }
}
