package io.foreguard.retry;

import io.foreguard.internal.Require;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt.
 *
 * <p>Implementations must be thread-safe and hold no state of a call: what they need to know of it
 * arrives as arguments.
 */
@FunctionalInterface
public interface Backoff {
  /**
   * Delay between an attempt that failed and the next one, zero or longer.
   *
   * @param attempt number of the attempt that failed, 1 for the first
   * @param previous delay before that attempt, zero before the first
   * @param random where to draw from
   */
  Duration delay(int attempt, Duration previous, RandomGenerator random);

  /** Immediate retries. */
  static Backoff none() {
    return fixed(Duration.ZERO);
  }

  /**
   * The same delay each time, without jitter.
   *
   * @throws IllegalArgumentException if {@code delay} is negative or longer than 73 years
   */
  static Backoff fixed(Duration delay) {
    Require.notNegative(delay, "delay");
    return (attempt, previous, random) -> delay;
  }

  /**
   * Delays that double from {@code base} up to {@code cap}, with {@link Jitter#FULL}.
   *
   * @throws IllegalArgumentException if either is negative or longer than 73 years, or {@code base}
   *     is longer than {@code cap}
   */
  static ExponentialBackoff exponential(Duration base, Duration cap) {
    return ExponentialBackoff.of(base, cap);
  }
}
