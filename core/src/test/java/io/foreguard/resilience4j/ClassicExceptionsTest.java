package io.foreguard.resilience4j;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Where the classic policy is meant to differ from Resilience4j 2.4.0, and what that does in the
 * same case. Every one is listed in docs/migrating-from-resilience4j.md.
 */
class ClassicExceptionsTest {
  private static final int PLACES = 3;
  private final IllegalStateException down = new IllegalStateException("down");
  private final SteppedClock clock = new SteppedClock();

  @Test
  void callsFromBeforeSayNothingOfARecovery() {
    Pair pair = pair(config().build());
    List<Long> old = IntStream.range(0, 20).mapToObj(i -> begin(pair)).toList();
    halfOpen(pair);

    clock.advance(Duration.ofMillis(1));
    old.forEach(start -> pair.ours.onSuccess(clock.nanos() - start, NANOSECONDS));
    old.forEach(start -> pair.peer.onSuccess(clock.nanos() - start, NANOSECONDS));

    assertThat(pair.peer.getState()).isEqualTo(State.CLOSED);
    assertThat(pair.ours.getState()).isEqualTo(State.HALF_OPEN);
    assertThat(pair.ours.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void probesAreJudgedWhileCallsFromBeforeEnd() {
    Pair pair = pair(config().build());
    List<Long> old = IntStream.range(0, 20).mapToObj(i -> begin(pair)).toList();
    halfOpen(pair);
    List<Long> probes = IntStream.range(0, PLACES).mapToObj(i -> begin(pair)).toList();
    clock.advance(Duration.ofMillis(1));

    old.forEach(start -> pair.ours.onError(clock.nanos() - start, NANOSECONDS, down));
    probes.forEach(start -> pair.ours.onSuccess(clock.nanos() - start, NANOSECONDS));

    assertThat(pair.ours.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void callsFromBeforeHandBackNoPlace() {
    Pair pair = pair(config().ignoreException(e -> e == down).build());
    List<Long> old = IntStream.range(0, 20).mapToObj(i -> begin(pair)).toList();
    halfOpen(pair);
    clock.advance(Duration.ofMillis(1));

    old.forEach(start -> pair.ours.onError(clock.nanos() - start, NANOSECONDS, down));
    old.forEach(start -> pair.peer.onError(clock.nanos() - start, NANOSECONDS, down));

    assertThat(admitted(pair.peer)).isEqualTo(23);
    assertThat(admitted(pair.ours)).isEqualTo(PLACES);
  }

  @Test
  void callsThatSayNothingCannotGoOutWithoutEnd() {
    Pair pair = pair(config().ignoreException(e -> e == down).build());
    halfOpen(pair);

    assertThat(admittedIgnored(pair.peer)).isEqualTo(1_000);
    assertThat(admittedIgnored(pair.ours)).isEqualTo(2 * PLACES);
  }

  @Test
  void releasesHandBackNoMoreThanThereIs() {
    Pair pair = pair(config().build());
    halfOpen(pair);
    for (int i = 0; i < 20; i++) {
      pair.bothDo(CircuitBreaker::releasePermission);
    }

    assertThat(admitted(pair.peer)).isEqualTo(23);
    assertThat(admitted(pair.ours)).isEqualTo(PLACES);
  }

  @Test
  void aPlaceWhoseCallNeverEndsIsTakenBackAfterTheLease() {
    Pair pair = pair(config().build());
    halfOpen(pair);
    for (int i = 0; i < PLACES; i++) {
      assertThatThrownBy(() -> pair.ours.executeRunnable(ClassicExceptionsTest::fails))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> pair.peer.executeRunnable(ClassicExceptionsTest::fails))
          .isInstanceOf(AssertionError.class);
    }

    clock.advance(Duration.ofSeconds(59));
    assertThat(pair.both(CircuitBreaker::tryAcquirePermission)).isEqualTo("false");
    clock.advance(Duration.ofSeconds(1));

    assertThat(admitted(pair.ours)).isEqualTo(PLACES);
    clock.advance(Duration.ofDays(1));
    assertThat(admitted(pair.peer)).isZero();
  }

  @Test
  void aWallClockThatStepsBackDoesNotKeepTheCircuitOpen() {
    Pair pair = pair(config().build());
    pair.bothDo(CircuitBreaker::transitionToOpenState);
    clock.advance(Duration.ofHours(-1));
    pair.both(CircuitBreaker::tryAcquirePermission);
    clock.advance(Duration.ofMillis(5_001));

    assertThat(pair.peer.tryAcquirePermission()).isFalse();
    assertThat(pair.ours.tryAcquirePermission()).isTrue();
  }

  @Test
  void aDependencyThatIsCalledRarelyIsJudgedByItsLastCalls() {
    Pair pair =
        pair(
            config().slidingWindowSize(60).slidingWindowType(SlidingWindowType.TIME_BASED).build());
    for (int i = 0; i < 10; i++) {
      assertThat(pair.ours.getState()).isEqualTo(State.CLOSED);
      pair.bothDo(b -> b.onError(0, NANOSECONDS, down));
      clock.advance(Duration.ofSeconds(20));
    }

    assertThat(pair.ours.getState()).isEqualTo(State.OPEN);
    assertThat(pair.ours.getMetrics().getFailureRate()).isEqualTo(-1);
    for (int i = 0; i < 24 * 180; i++) {
      pair.peer.onError(0, NANOSECONDS, down);
      clock.advance(Duration.ofSeconds(20));
    }
    assertThat(pair.peer.getState()).isEqualTo(State.CLOSED);
  }

  @Test
  void theTimerOfAnOpenCircuitFindsItOpen() {
    Clock hasty = new HastyClock();
    CircuitBreakerConfig config = config().enableAutomaticTransitionFromOpenToHalfOpen().build();
    CircuitBreaker ours =
        AdaptiveCircuitBreaker.of(
            "hasty", config, AdapterConfig.classic().toBuilder().clock(hasty).build());

    ours.transitionToOpenState();

    assertThat(ours.getState()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void aThrowingConsumerSkipsNoOther() {
    Pair pair = pair(config().build());
    List<String> heard = new ArrayList<>();
    for (CircuitBreaker breaker : List.of(pair.ours, pair.peer)) {
      String name = breaker == pair.ours ? "ours" : "peer";
      breaker.getEventPublisher().onReset(event -> fails());
      breaker.getEventPublisher().onReset(event -> heard.add(name));
      breaker.reset();
    }

    assertThat(heard).containsExactly("ours");
  }

  @Test
  void aResultThatAsksForItOpensTheCircuitForTheUsualWait() {
    CircuitBreakerConfig config =
        config().transitionOnResult(any -> TransitionCheckResult.transitionToOpen()).build();
    Pair pair = pair(config);

    assertThatThrownBy(() -> pair.peer.onResult(0, NANOSECONDS, "maintenance"))
        .isInstanceOf(IllegalArgumentException.class);
    pair.ours.onResult(0, NANOSECONDS, "maintenance");

    assertThat(pair.peer.getState()).isEqualTo(State.CLOSED);
    assertThat(pair.ours.getState()).isEqualTo(State.OPEN);
    clock.advance(Duration.ofMillis(5_001));
    assertThat(pair.ours.tryAcquirePermission()).isTrue();
  }

  @Test
  void aCircuitThatOpensFromForcedOpenTakesResults() {
    Pair pair = pair(config().build());
    pair.bothDo(CircuitBreaker::transitionToForcedOpenState);
    pair.bothDo(CircuitBreaker::transitionToOpenState);

    assertThatThrownBy(() -> pair.peer.onSuccess(0, NANOSECONDS))
        .isInstanceOf(ArithmeticException.class);
    pair.ours.onSuccess(0, NANOSECONDS);

    assertThat(pair.ours.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  @Test
  void aPredicateThatThrowsHandsThePlaceBack() {
    CircuitBreakerConfig config =
        config()
            .permittedNumberOfCallsInHalfOpenState(1)
            .recordException(
                e -> {
                  throw down;
                })
            .build();
    Pair pair = pair(config);
    halfOpen(pair);
    pair.both(CircuitBreaker::tryAcquirePermission);

    String thrown = pair.bothDo(b -> b.onError(0, NANOSECONDS, new RuntimeException()));

    assertThat(thrown).isEqualTo(down.toString());
    assertThat(pair.peer.tryAcquirePermission()).isFalse();
    assertThat(pair.ours.tryAcquirePermission()).isTrue();
  }

  @Test
  void aMinimumBeyondReasonKeepsTheCircuitClosedAndTakesNoMemory() {
    Pair pair =
        pair(
            config()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .minimumNumberOfCalls(Integer.MAX_VALUE)
                .build());
    for (int i = 0; i < 1_000; i++) {
      pair.bothDo(b -> b.onError(0, NANOSECONDS, down));
    }

    assertThat(pair.ours.getState()).isEqualTo(State.CLOSED);
    pair.assertSame();
  }

  @Test
  void aWrapperWithoutACauseIsTheErrorItself() {
    Pair pair = pair(config().ignoreException(e -> e.getMessage() != null).build());
    ExecutionException bare = new ExecutionException("bare", null);

    assertThatThrownBy(() -> pair.peer.onError(0, NANOSECONDS, bare))
        .isInstanceOf(NullPointerException.class);
    pair.ours.onError(0, NANOSECONDS, bare);

    assertThat(pair.ours.getMetrics().getNumberOfFailedCalls()).isZero();
  }

  @Test
  void aLockFreeTimeWindowFollowsTheConfiguredClock() {
    Pair pair =
        pair(
            config()
                .slidingWindow(
                    10,
                    1,
                    SlidingWindowType.TIME_BASED,
                    SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .build());
    pair.bothDo(b -> b.onSuccess(0, NANOSECONDS));
    clock.advance(Duration.ofSeconds(11));

    assertThat(pair.peer.getMetrics().getNumberOfBufferedCalls()).isEqualTo(1);
    assertThat(pair.ours.getMetrics().getNumberOfBufferedCalls()).isZero();
  }

  private CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom()
        .clock(clock)
        .currentTimestampFunction(any -> clock.nanos(), TimeUnit.NANOSECONDS)
        .slidingWindowSize(10)
        .minimumNumberOfCalls(10)
        .permittedNumberOfCallsInHalfOpenState(PLACES)
        .waitDurationInOpenState(Duration.ofSeconds(5));
  }

  private static Pair pair(CircuitBreakerConfig config) {
    return new Pair(config, AdapterConfig.classic());
  }

  private long begin(Pair pair) {
    assertThat(pair.both(CircuitBreaker::tryAcquirePermission)).isEqualTo("true");
    return clock.nanos();
  }

  private void halfOpen(Pair pair) {
    clock.advance(Duration.ofMillis(1));
    pair.bothDo(CircuitBreaker::transitionToOpenState);
    pair.bothDo(CircuitBreaker::transitionToHalfOpenState);
  }

  private static int admitted(CircuitBreaker breaker) {
    int admitted = 0;
    while (admitted < 1_000 && breaker.tryAcquirePermission()) {
      admitted++;
    }
    return admitted;
  }

  private int admittedIgnored(CircuitBreaker breaker) {
    int admitted = 0;
    while (admitted < 1_000 && breaker.tryAcquirePermission()) {
      admitted++;
      breaker.onError(0, NANOSECONDS, down);
    }
    return admitted;
  }

  private static void fails() {
    throw new AssertionError("the call's");
  }

  /** Runs what is scheduled at once, on another thread's behalf so to say. */
  private static final class HastyClock implements Clock {
    private final ManualClock clock = new ManualClock();

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public Instant wallTime() {
      return clock.wallTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      clock.sleep(duration);
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      task.run();
      return () -> false;
    }
  }
}
