package io.foreguard.resilience4j;

import io.foreguard.time.Clock;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What Resilience4j's decorators time calls by: the configuration's function of the clock, or the
 * breaker's own clock when the function is the default one. Thread-safe.
 */
final class CallTimer {
  private static final Function<java.time.Clock, Long> NANO_TIME =
      CircuitBreakerConfig.ofDefaults().getCurrentTimestampFunction();

  private final LongSupplier timestamps;
  private final TimeUnit unit;
  private final long slackNanos;

  private CallTimer(LongSupplier timestamps, TimeUnit unit) {
    this.timestamps = timestamps;
    this.unit = unit;
    slackNanos = unit == TimeUnit.NANOSECONDS ? 0 : unit.toNanos(1);
  }

  /** That of the configuration. */
  static CallTimer of(CircuitBreakerConfig config) {
    return of(config, Clock.system());
  }

  /** That of the configuration, with {@code clock} in place of the system's nanoseconds. */
  static CallTimer of(CircuitBreakerConfig config, Clock clock) {
    return of(config, clock::nanoTime);
  }

  /** The default function is not asked: it would make an object of each number. */
  private static CallTimer of(CircuitBreakerConfig config, LongSupplier nanoTime) {
    Function<java.time.Clock, Long> function = config.getCurrentTimestampFunction();
    java.time.Clock argument = config.getClock();
    boolean byDefault = function.equals(NANO_TIME);
    return new CallTimer(
        byDefault ? nanoTime : () -> function.apply(argument), config.getTimestampUnit());
  }

  long now() {
    return timestamps.getAsLong();
  }

  TimeUnit unit() {
    return unit;
  }

  /** How much longer than in truth a call may seem, for the timer's unit is coarse. */
  long slackNanos() {
    return slackNanos;
  }

  /** Says how many nanoseconds have passed since now, as seen by a call that is timed by this. */
  LongSupplier stopwatch() {
    long start = now();
    return () -> unit.toNanos(now() - start) + slackNanos;
  }
}
