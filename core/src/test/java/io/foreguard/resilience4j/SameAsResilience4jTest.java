package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.core.functions.Either;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random lives of Resilience4j's breaker and of ours with the classic policy, compared after each
 * step: answers, exceptions, states, numbers and events. Where ours is meant to differ, the test
 * says so and stops there; each such place has a test of its own in {@link ClassicExceptionsTest}.
 *
 * <p>The seed is fixed; {@code -Dforeguard.seed=...} sets another, {@code -Dforeguard.lives=...}
 * how many lives.
 */
class SameAsResilience4jTest {
  private static final long SEED = Long.getLong("foreguard.seed", 20261127);
  private static final int LIVES = Integer.getInteger("foreguard.lives", 400);
  private static final int STEPS = 250;

  enum Caller {
    /** Reports how each call that was admitted ended. */
    ORDERLY,
    /** Reports results of calls that it never asked for. */
    RECORDER
  }

  @ParameterizedTest
  @EnumSource(Caller.class)
  void livesTheSameLife(Caller caller) {
    int stoppedByTheFloor = 0;
    int steps = 0;
    SplittableRandom seeds = new SplittableRandom(SEED);
    for (int i = 0; i < LIVES; i++) {
      long seed = seeds.nextLong();
      Life life = new Life(seed, caller);
      try {
        while (life.steps < STEPS && !life.stopped) {
          life.step();
        }
      } catch (Throwable e) {
        fail("life with seed %d, step %d: %s", seed, life.steps, life.config, e);
      }
      stoppedByTheFloor += life.stopped ? 1 : 0;
      steps += life.steps;
    }
    assertThat(steps).isGreaterThan(LIVES * STEPS / 2);
    assertThat(stoppedByTheFloor).isLessThan(LIVES / 3);
  }

  @Test
  void visitsEveryStateAndEveryLegalTransition() {
    SplittableRandom seeds = new SplittableRandom(SEED);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Life life = new Life(seeds.nextLong(), Caller.ORDERLY);
      life.pair
          .ours
          .getEventPublisher()
          .onStateTransition(e -> seen.add(e.getStateTransition().name()));
      while (life.steps < STEPS && !life.stopped) {
        life.step();
      }
    }
    for (CircuitBreaker.StateTransition transition : CircuitBreaker.StateTransition.values()) {
      if (!CircuitBreaker.StateTransition.isInternalTransition(transition)) {
        assertThat(seen).contains(transition.name());
      }
    }
  }

  /** One random life. */
  private static final class Life {
    final CircuitBreakerConfig config;
    final Pair pair;
    boolean stopped;
    int steps;
    private final SplittableRandom random;
    private final Caller caller;
    private final SteppedClock clock = new SteppedClock();
    private final List<Call> calls = new ArrayList<>();
    private final Deque<Boolean> failures = new ArrayDeque<>();
    private final Deque<Boolean> slowness = new ArrayDeque<>();
    private int phase;
    private int handedBack;
    private boolean floorReached;
    private State before = State.CLOSED;
    private boolean openWithoutWindow;

    Life(long seed, Caller caller) {
      random = new SplittableRandom(seed);
      this.caller = caller;
      config = randomConfig();
      AdapterConfig adapter =
          AdapterConfig.builder()
              .circuitBreaker(
                  AdapterConfig.classic().circuitBreaker().toBuilder()
                      .permitLease(Duration.ofDays(10_000))
                      .build())
              .build();
      pair = new Pair(config, adapter);
      pair.peer.getEventPublisher().onStateTransition(event -> entered(event.getStateTransition()));
      pair.peer.getEventPublisher().onReset(event -> forget());
    }

    void step() {
      steps++;
      floorReached = false;
      int choice = random.nextInt(100);
      if (choice < 45) {
        if (caller == Caller.ORDERLY) {
          beginOrEnd();
        } else {
          record(random.nextInt(2) == 0 || pair.state() == State.HALF_OPEN ? 0 : randomNanos());
        }
      } else if (choice < 60) {
        if (caller == Caller.ORDERLY || pair.state() == State.OPEN) {
          begin();
        }
      } else if (choice < 93) {
        clock.advance(Duration.ofNanos(randomNanos()));
      } else if (choice < 99) {
        command();
      } else {
        pair.bothDo(CircuitBreaker::reset);
        forget();
      }
      if (!pair.isSame() && floorReached) {
        stopped = true;
        return;
      }
      pair.assertSame();
      if (before != pair.state()) {
        openWithoutWindow =
            pair.state() == State.OPEN && (before == State.FORCED_OPEN || before == State.DISABLED);
        before = pair.state();
      }
    }

    private void beginOrEnd() {
      int inFlight = calls.size();
      if (inFlight == 0 || random.nextInt(12) > inFlight) {
        begin();
        return;
      }
      Call call = calls.get(random.nextInt(inFlight));
      boolean fromBefore = pair.state() == State.HALF_OPEN && call.phase != phase;
      if (!fromBefore) {
        calls.remove(call);
        record(clock.nanos() - call.start);
      }
    }

    private void begin() {
      boolean asks = random.nextBoolean();
      String answer =
          asks
              ? pair.both(CircuitBreaker::tryAcquirePermission)
              : pair.bothDo(CircuitBreaker::acquirePermission);
      if (answer.equals("true") || answer.equals("done")) {
        calls.add(new Call(clock.nanos(), phase));
      }
    }

    private void record(long nanos) {
      if (openWithoutWindow) {
        return; // Resilience4j divides by zero here
      }
      boolean slow = nanos > config.getSlowCallDurationThreshold().toNanos();
      int kind = random.nextInt(100);
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      if (kind < 10 && mayHandBack()) {
        if (caller == Caller.ORDERLY && kind < 5) {
          pair.bothDo(CircuitBreaker::releasePermission);
        } else {
          error(nanos, new UnsupportedOperationException("ignored"));
        }
      } else if (kind < 30) {
        note(false, slow);
        pair.bothDo(b -> b.onSuccess(nanos, TimeUnit.NANOSECONDS));
      } else if (kind < 45) {
        note(false, slow);
        pair.bothDo(b -> b.onResult(nanos, TimeUnit.NANOSECONDS, kind == 44 ? null : "good"));
      } else if (kind < 55) {
        note(true, slow);
        pair.bothDo(b -> b.onResult(nanos, TimeUnit.NANOSECONDS, "bad"));
      } else if (kind < 62) {
        note(false, slow);
        error(nanos, new IllegalArgumentException("no failure"));
      } else if (kind < 67) {
        note(true, slow);
        error(nanos, new ExecutionException(new IOException("wrapped")));
      } else if (kind < 70) {
        note(true, slow);
        error(nanos, new CompletionException(new IllegalStateException("for a while")));
      } else if (kind < 72) {
        note(true, slow);
        error(nanos, new IllegalStateException("for a while"));
      } else if (kind < 74) {
        note(true, slow);
        error(nanos, new SecurityException("until later"));
      } else if (kind < 80 && millis * 1_000_000 == nanos) {
        note(true, slow);
        pair.bothDo(b -> b.onError(millis, TimeUnit.MILLISECONDS, new IOException("down")));
      } else {
        note(true, slow);
        error(nanos, new IOException("down"));
      }
    }

    private void error(long nanos, Throwable thrown) {
      pair.bothDo(b -> b.onError(nanos, TimeUnit.NANOSECONDS, thrown));
    }

    /** Beyond as many as there are places, ours keeps them taken. */
    private boolean mayHandBack() {
      if (pair.state() != State.HALF_OPEN) {
        return true;
      }
      handedBack++;
      return caller == Caller.ORDERLY
          && handedBack <= config.getPermittedNumberOfCallsInHalfOpenState();
    }

    private void command() {
      List<Consumer<CircuitBreaker>> commands =
          List.of(
              CircuitBreaker::transitionToClosedState,
              CircuitBreaker::transitionToOpenState,
              CircuitBreaker::transitionToHalfOpenState,
              CircuitBreaker::transitionToDisabledState,
              CircuitBreaker::transitionToForcedOpenState,
              CircuitBreaker::transitionToMetricsOnlyState,
              b -> b.transitionToOpenStateFor(Duration.ofMillis(700)),
              b -> b.transitionToOpenStateUntil(clock.instant().plusMillis(1_300)),
              b -> b.transitionToOpenStateUntil(clock.instant().minusMillis(1)));
      String answer = pair.bothDo(commands.get(random.nextInt(commands.size())));
      if (answer.equals("done")) {
        phase++; // some transitions into the same state are not told
        forget();
      }
    }

    private void entered(CircuitBreaker.StateTransition transition) {
      phase++;
      forget();
      assertThat(transition.getFromState()).isNotEqualTo(transition.getToState());
    }

    private void forget() {
      handedBack = 0;
      failures.clear();
      slowness.clear();
    }

    private void note(boolean failed, boolean slow) {
      failures.addLast(failed);
      slowness.addLast(slow);
      if (failures.size() > config.getMinimumNumberOfCalls()) {
        failures.removeFirst();
        slowness.removeFirst();
      }
      floorReached = isFloorReached();
    }

    /** Whether the last calls exceed a threshold though the time window will hold too few. */
    private boolean isFloorReached() {
      int minimum = config.getMinimumNumberOfCalls();
      return config.getSlidingWindowType() == SlidingWindowType.TIME_BASED
          && (pair.state() == State.CLOSED || pair.state() == State.METRICS_ONLY)
          && pair.peer.getMetrics().getNumberOfBufferedCalls() + 1 < minimum
          && failures.size() == minimum
          && (exceeds(failures, config.getFailureRateThreshold())
              || exceeds(slowness, config.getSlowCallRateThreshold()));
    }

    private static boolean exceeds(Deque<Boolean> flags, float threshold) {
      long set = flags.stream().filter(flag -> flag).count();
      return set * 100.0f / flags.size() >= threshold;
    }

    private long randomNanos() {
      long millis = random.nextInt(4) == 0 ? random.nextInt(4_000) : random.nextInt(300);
      return millis * 1_000_000 + random.nextLong(2) * random.nextInt(1_000_000);
    }

    private CircuitBreakerConfig randomConfig() {
      float[] rates = {1, 10, 25, 33.333f, 50, 66.7f, 75, 100};
      boolean counts = random.nextBoolean();
      CircuitBreakerConfig.Builder builder =
          CircuitBreakerConfig.custom()
              .clock(clock)
              .currentTimestampFunction(any -> clock.nanos(), TimeUnit.NANOSECONDS)
              .failureRateThreshold(rates[random.nextInt(rates.length)])
              .slowCallRateThreshold(rates[random.nextInt(rates.length)])
              .slowCallDurationThreshold(Duration.ofMillis(1 + random.nextInt(2_000)))
              .permittedNumberOfCallsInHalfOpenState(1 + random.nextInt(6))
              .writableStackTraceEnabled(random.nextBoolean())
              .recordException(e -> !(e instanceof IllegalArgumentException))
              .ignoreException(e -> e instanceof UnsupportedOperationException)
              .recordResult("bad"::equals)
              .transitionOnResult(this::check)
              .slidingWindow(
                  1 + random.nextInt(counts ? 12 : 6),
                  1 + random.nextInt(counts ? 15 : 4),
                  counts ? SlidingWindowType.COUNT_BASED : SlidingWindowType.TIME_BASED,
                  counts && random.nextBoolean()
                      ? SlidingWindowSynchronizationStrategy.LOCK_FREE
                      : SlidingWindowSynchronizationStrategy.SYNCHRONIZED);
      Duration wait = Duration.ofMillis(1 + random.nextInt(3_000));
      if (random.nextBoolean()) {
        builder.waitDurationInOpenState(wait);
      } else {
        builder.waitIntervalFunctionInOpenState(
            IntervalFunction.ofExponentialBackoff(wait, 1.5, Duration.ofSeconds(20)));
      }
      return builder.build();
    }

    private TransitionCheckResult check(Either<Object, Throwable> result) {
      if (result.isRight() && result.get() instanceof IllegalStateException) {
        return TransitionCheckResult.transitionToOpenAndWaitFor(Duration.ofMillis(450));
      }
      if (result.isRight() && result.get() instanceof SecurityException) {
        return TransitionCheckResult.transitionToOpenAndWaitUntil(clock.instant().plusSeconds(2));
      }
      return TransitionCheckResult.noTransition();
    }

    private record Call(long start, int phase) {}
  }
}
