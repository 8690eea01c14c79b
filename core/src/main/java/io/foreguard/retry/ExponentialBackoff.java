package io.foreguard.retry;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that grow by a constant factor from a base up to a cap, spread by a {@link Jitter}.
 * Immutable.
 *
 * <p>No delay is ever longer than the cap. The jitter is drawn below the capped delay, so delays
 * stay spread however many attempts went before.
 */
public final class ExponentialBackoff implements Backoff {
  /*
   * The strategies are those of Marc Brooker, "Exponential Backoff And Jitter"
   * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), with one difference:
   * the decorrelated strategy there is min(cap, uniform(base, 3 * previous)), which puts two thirds
   * of the delays on the cap itself once the previous one has reached it. Here the cap bounds the
   * interval that is drawn from. Its factor 3 is multiplier + 1, so the default multiplier agrees.
   *
   * Nanoseconds are computed as double: growth that overflows becomes infinite, and so the cap.
   */
  private static final double DEFAULT_MULTIPLIER = 2.0;

  private final long baseNanos;
  private final long capNanos;
  private final double multiplier;
  private final Jitter jitter;

  private ExponentialBackoff(long baseNanos, long capNanos, double multiplier, Jitter jitter) {
    this.baseNanos = baseNanos;
    this.capNanos = capNanos;
    this.multiplier = multiplier;
    this.jitter = jitter;
  }

  static ExponentialBackoff of(Duration base, Duration cap) {
    Require.notNegative(base, "base");
    Require.notNegative(cap, "cap");
    Require.that(base.compareTo(cap) <= 0, "base", "at most cap (" + cap + ")", base);
    return new ExponentialBackoff(base.toNanos(), cap.toNanos(), DEFAULT_MULTIPLIER, Jitter.FULL);
  }

  /**
   * Returns this backoff with another growth factor per attempt.
   *
   * @param multiplier at least 1 (constant delays) and finite
   * @throws IllegalArgumentException if below 1, infinite or NaN
   */
  public ExponentialBackoff withMultiplier(double multiplier) {
    requireMultiplier(multiplier);
    return new ExponentialBackoff(baseNanos, capNanos, multiplier, jitter);
  }

  static void requireMultiplier(double multiplier) {
    boolean ok = multiplier >= 1 && multiplier < Double.POSITIVE_INFINITY;
    Require.that(ok, "multiplier", "at least 1 and finite", multiplier);
  }

  /** Returns this backoff with another way to spread the delays. */
  public ExponentialBackoff withJitter(Jitter jitter) {
    return new ExponentialBackoff(
        baseNanos, capNanos, multiplier, Require.nonNull(jitter, "jitter"));
  }

  /** Delay after the first attempt, before jitter. */
  public Duration base() {
    return Duration.ofNanos(baseNanos);
  }

  /** Longest delay. */
  public Duration cap() {
    return Duration.ofNanos(capNanos);
  }

  /** Growth factor per attempt. */
  public double multiplier() {
    return multiplier;
  }

  /** How the delays are spread. */
  public Jitter jitter() {
    return jitter;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code attempt} is below 1 or {@code previous} is negative
   */
  @Override
  public Duration delay(int attempt, Duration previous, RandomGenerator random) {
    Require.that(attempt >= 1, "attempt", "at least 1", attempt);
    Require.notNegative(previous, "previous");
    return Duration.ofNanos(
        switch (jitter) {
          case NONE -> ceiling(attempt);
          case FULL -> random.nextLong(ceiling(attempt) + 1);
          case EQUAL -> between((ceiling(attempt) + 1) / 2, ceiling(attempt), random);
          case DECORRELATED -> between(baseNanos, decorrelatedCeiling(previous), random);
        });
  }

  private long ceiling(int attempt) {
    return baseNanos == 0 ? 0 : capped(baseNanos * Math.pow(multiplier, attempt - 1));
  }

  private long decorrelatedCeiling(Duration previous) {
    return capped(Math.max(baseNanos, previous.toNanos()) * (multiplier + 1));
  }

  private long capped(double nanos) {
    return nanos < capNanos ? (long) nanos : capNanos;
  }

  private static long between(long low, long high, RandomGenerator random) {
    return low + random.nextLong(high - low + 1);
  }

  @Override
  public String toString() {
    return "exponential backoff from "
        + base()
        + " to "
        + cap()
        + ", times "
        + multiplier
        + ", jitter "
        + jitter;
  }
}
