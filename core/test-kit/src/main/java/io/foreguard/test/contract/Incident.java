package io.foreguard.test.contract;

import io.foreguard.CallRejectedException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.Signals;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.VirtualTime;
import io.foreguard.timeout.TimeoutExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An incident as a breaker saw it, call by call over fifty minutes: health, a share of errors, slow
 * calls, time-outs, recovery. The same each time.
 */
final class Incident {
  private static final Duration INTERVAL = Duration.ofMillis(1_500);
  private static final int CALLS = 2_000;
  private static final List<Moment> MOMENTS = play();

  private Incident() {}

  /** All moments, in order of time. */
  static List<Moment> moments() {
    return MOMENTS;
  }

  private static List<Moment> play() {
    VirtualTime time = VirtualTime.create();
    CircuitBreakerConfig config =
        CircuitBreakerConfig.builder()
            .mode(Mode.SHADOW)
            .slowCallDuration(Duration.ofMillis(500))
            .deadline(Duration.ofSeconds(1))
            .build();
    CircuitBreaker breaker = CircuitBreaker.of("incident", config, time);
    ScriptedDependency dependency =
        ScriptedDependency.of("incident", time).taking(Duration.ofMillis(20));
    dependency
        .after(Duration.ofMinutes(35), d -> d.failing(.4, 1))
        .after(Duration.ofMinutes(39), d -> d.slowingTo(Duration.ofMillis(900), INTERVAL))
        .after(
            Duration.ofMinutes(42),
            d -> d.failing(new TimeoutExceededException("incident", Duration.ofSeconds(1))))
        .after(Duration.ofMinutes(45), ScriptedDependency::recovering);
    List<Moment> moments = new ArrayList<>(CALLS);
    breaker
        .events()
        .onCall(
            (outcome, nanos, probe) ->
                moments.add(new Moment(breaker.signals(), outcome, nanos, probe, time.nanoTime())));
    for (int i = 0; i < CALLS; i++) {
      try {
        String unused = breaker.call(() -> dependency.answer("answer"));
      } catch (CallRejectedException e) {
        throw new IllegalStateException("A breaker in shadow mode refused a call", e);
      } catch (Exception e) {
        // as scripted
      }
      time.advance(INTERVAL);
    }
    return List.copyOf(moments);
  }

  /** A call that ended, and what the breaker's model saw then. */
  record Moment(
      Signals signals, Outcome outcome, long durationNanos, boolean probe, long nanoTime) {}
}
