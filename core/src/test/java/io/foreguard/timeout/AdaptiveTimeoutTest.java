package io.foreguard.timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.evidence.FakeLatency;
import io.foreguard.evidence.LatencyEvidence.Condition;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdaptiveTimeoutTest {
  private static final Duration MIN = Duration.ofMillis(5);
  private static final Duration MAX = Duration.ofSeconds(2);
  private static final Duration REFRESH = Duration.ofMillis(100);

  /** Quantile 0.999 of the fake latency, 10 ms x (1 + 9 x .499 x 2) = 99.82 ms, times 3. */
  private static final Duration LEARNED = Duration.ofNanos(299_460_000);

  private final ManualClock clock = new ManualClock();
  private final FakeLatency latency = new FakeLatency();
  private final Timeout timeout = Timeout.of("engine", TimeoutConfig.adaptive(MIN, MAX), clock);

  @AfterEach
  void noTimerIsLeftBehind() {
    assertThat(clock.pendingTasks()).isZero();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void isTheLongestUntilEnoughIsKnown() throws Exception {
    assertThat(limitOfACall()).isEqualTo(MAX);
    timeout.follow(latency);
    latency.successes(99);
    assertThat(limitOfACall()).isEqualTo(MAX);

    latency.successes(100);
    assertThat(limitOfACall()).isEqualTo(MAX);
    clock.advance(REFRESH);

    assertThat(limitOfACall()).isEqualTo(LEARNED);
  }

  @Test
  void isAMultipleOfTheQuantileWithinTheBounds() throws Exception {
    timeout.follow(latency);
    assertThat(limitOfACall()).isEqualTo(LEARNED);

    latency.latency(.000_1, 2);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(MIN);

    latency.latency(10, 2);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(MAX);

    latency.latency(Double.NaN, 2);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(MAX);
  }

  @Test
  void isNeverBelowTheNinetyNinePointNinthPercentile() throws Exception {
    timeout.reconfigure(
        TimeoutConfig.builder().duration(MAX).adaptive(MIN).quantile(.5).factor(1).build());
    timeout.follow(latency);

    assertThat(limitOfACall()).isEqualTo(Duration.ofNanos(99_820_000));
  }

  @Test
  void adaptsUnderLoadFreezesWhileSheddingAndIsTheLongestInAnOutage() throws Exception {
    timeout.follow(latency);
    assertThat(limitOfACall()).isEqualTo(LEARNED);

    latency.latency(.02, 10);
    latency.condition(Condition.LOADED);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(LEARNED.multipliedBy(2));

    latency.latency(.005, 10);
    latency.condition(Condition.SHEDDING);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(LEARNED.multipliedBy(2));

    latency.condition(Condition.DISRUPTED);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(MAX);

    latency.condition(Condition.CALM);
    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(LEARNED.dividedBy(2));
  }

  @Test
  void readsTheEvidenceTenTimesASecondAtMost() throws Exception {
    timeout.follow(latency);
    for (int i = 0; i < 1_000; i++) {
      assertThat(limitOfACall()).isEqualTo(LEARNED);
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(latency.readings()).isBetween(9, 10);
  }

  @Test
  void evidenceThatFailsMeansTheLongest() throws Exception {
    timeout.follow(latency);
    assertThat(limitOfACall()).isEqualTo(LEARNED);

    latency.failWith(new IllegalStateException("broken"));
    for (int i = 0; i < 2; i++) {
      clock.advance(REFRESH);
      assertThat(limitOfACall()).isEqualTo(MAX);
    }
  }

  @Test
  void cutsOffAtTheLimitAndSaysIt() {
    AtomicReference<Duration> told = new AtomicReference<>();
    timeout.timeouts().subscribe(event -> told.set(event.limit()));
    timeout.follow(latency);

    CompletableFuture<String> result = call();
    clock.advance(LEARNED.minusNanos(1));
    assertThat(result).isNotDone();
    clock.advance(Duration.ofNanos(1));

    assertThat(result.handle((value, thrown) -> thrown).join())
        .isInstanceOfSatisfying(
            TimeoutExceededException.class, e -> assertThat(e.limit()).isEqualTo(LEARNED));
    assertThat(told).hasValue(LEARNED);
    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(
            () ->
                timeout.call(
                    () -> {
                      clock.advance(LEARNED);
                      return "late";
                    }))
        .satisfies(e -> assertThat(e.limit()).isEqualTo(LEARNED));
  }

  @Test
  void doublesWhileMoreThanOneInAThousandIsCutOff() throws Exception {
    timeout.follow(latency);
    for (int i = 0; i < 5; i++) {
      expire();
    }
    assertThat(timeout.limit()).isEqualTo(LEARNED);
    expire();
    assertThat(timeout.limit()).isEqualTo(LEARNED.multipliedBy(2));

    clock.advance(REFRESH);
    assertThat(limitOfACall()).isEqualTo(LEARNED.multipliedBy(2));
    for (int i = 0; i < 20; i++) {
      expire();
    }
    assertThat(timeout.limit()).isEqualTo(MAX);

    for (int i = 0; i < 30_000; i++) {
      clock.advance(Duration.ofMillis(1));
      Duration unused = limitOfACall();
    }
    assertThat(limitOfACall()).isEqualTo(LEARNED);
  }

  @Test
  void oneCutOffInTwoThousandIsNotAFaultOfTheLimit() throws Exception {
    timeout.follow(latency);
    for (int i = 0; i < 20; i++) {
      for (int call = 0; call < 2_000; call++) {
        assertThat(limitOfACall()).isEqualTo(LEARNED);
      }
      expire();
    }
    assertThat(timeout.limit()).isEqualTo(LEARNED);
  }

  @Test
  void aBurstOfCallsCutOffTogetherDoublesOnce() {
    timeout.follow(latency);
    for (int i = 0; i < 100; i++) {
      CompletableFuture<String> unused = call();
    }
    clock.advance(LEARNED);

    assertThat(timeout.timedOutCalls()).isEqualTo(100);
    assertThat(timeout.limit()).isEqualTo(LEARNED.multipliedBy(2));
  }

  @Test
  void learnsNothingFromCallsCutOffInAnOutage() throws Exception {
    timeout.follow(latency);
    assertThat(limitOfACall()).isEqualTo(LEARNED);
    latency.condition(Condition.SHEDDING);
    clock.advance(REFRESH);
    for (int i = 0; i < 100; i++) {
      expire();
    }
    assertThat(timeout.limit()).isEqualTo(LEARNED);
  }

  @Test
  void canBeMadeFixedAndAdaptiveAgain() throws Exception {
    timeout.follow(latency);
    assertThat(limitOfACall()).isEqualTo(LEARNED);
    timeout.reconfigure(timeout.config().toBuilder().fixed().build());
    assertThat(limitOfACall()).isEqualTo(MAX);
    timeout.reconfigure(timeout.config().toBuilder().adaptive(MIN).build());
    assertThat(limitOfACall()).isEqualTo(LEARNED);
  }

  @Test
  void theSettingsAreChecked() {
    TimeoutConfig.Builder builder = TimeoutConfig.builder();
    TimeoutConfig defaults = builder.build();
    assertThat(defaults.isAdaptive()).isFalse();
    assertThat(defaults.minDuration()).isEqualTo(defaults.duration());
    assertThat(defaults.quantile()).isEqualTo(.999);
    assertThat(defaults.factor()).isEqualTo(3);
    TimeoutConfig adaptive = TimeoutConfig.adaptive(MIN, MAX).toBuilder().factor(2).build();
    assertThat(adaptive.toBuilder().build())
        .hasToString(
            "TimeoutConfig[duration=PT2S, min=PT0.005S, quantile=0.999, factor=2.0,"
                + " cancelRunning=true]");
    assertThat(adaptive.minDuration()).isEqualTo(MIN);

    refused(
        () -> TimeoutConfig.adaptive(MAX, MIN),
        "minDuration must be at most duration (PT0.005S), but was PT2S");
    refused(
        () -> builder.adaptive(Duration.ZERO),
        "minDuration must be longer than zero and at most 73 years, but was PT0S");
    refused(() -> builder.quantile(1), "quantile must be in [0.5, 1), but was 1.0");
    refused(() -> builder.quantile(Double.NaN), "quantile must be in [0.5, 1), but was NaN");
    refused(() -> builder.factor(.9), "factor must be 1 or more, and finite, but was 0.9");
    refused(() -> builder.factor(Double.NaN), "factor must be 1 or more, and finite, but was NaN");
  }

  private Duration limitOfACall() throws Exception {
    return timeout.call(timeout::limit);
  }

  private CompletableFuture<String> call() {
    return timeout.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
  }

  private void expire() {
    CompletableFuture<String> result = call();
    clock.advance(timeout.limit());
    assertThat(result).isCompletedExceptionally();
  }

  private static void refused(ThrowingCallable code, String message) {
    assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
  }
}
