package io.foreguard.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.circuitbreaker.State;
import io.foreguard.time.ManualClock;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import io.foreguard.timeout.TimeoutExceededException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveTimeoutGuardTest {
  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofSeconds(5);

  private final ManualClock clock = new ManualClock();
  private final Random random = new Random(20_261_124);
  private final Guard guard =
      Guard.builder("engine").clock(clock).timeout(TimeoutConfig.adaptive(MIN, MAX)).build();
  private final Timeout timeout = guard.timeout().orElseThrow();

  @ParameterizedTest
  @ValueSource(doubles = {.1, .3, .5})
  void neverCutsOffAHealthyCall(double spread) throws Exception {
    for (int i = 0; i < 100_000; i++) {
      callTaking(logNormal(.02, spread));
    }

    assertThat(timeout.timedOutCalls()).isZero();
    assertThat(timeout.limit()).isLessThan(MAX);
    assertThat(guard.circuitBreaker().state()).isEqualTo(State.CLOSED);
  }

  /** A multiple of the 99.9th percentile leaves some calls in 100,000 outside of a long tail. */
  @ParameterizedTest
  @ValueSource(doubles = {.7, 1, 1.2})
  void keepsNearlyAllCallsOfALongTail(double spread) {
    int cutOff = failures(100_000, () -> logNormal(.02, spread));

    assertThat(cutOff).isLessThanOrEqualTo(100);
  }

  @Test
  void learnsOfARareSlowKindOfCall() {
    DoubleSupplier latency = () -> random.nextInt(200) == 0 ? 2 : logNormal(.01, .3);

    assertThat(failures(20_000, latency)).isLessThanOrEqualTo(20);
    assertThat(failures(100_000, latency)).isLessThanOrEqualTo(100);
  }

  @Test
  void followsADependencyThatBecomesSlowerForGood() {
    failures(5_000, () -> logNormal(.01, .3));
    Duration before = timeout.limit();
    int cutOff = failures(5_000, () -> logNormal(.03, .3));

    assertThat(cutOff).isZero();
    assertThat(timeout.limit()).isGreaterThan(before);
  }

  @Test
  void aDependencyManyTimesSlowerThanBeforeIsCalledAgain() {
    failures(5_000, () -> logNormal(.01, .3));
    assertThat(timeout.limit()).isLessThan(Duration.ofMillis(200));

    failures(20_000, () -> logNormal(1, .2));

    assertThat(failures(1_000, () -> logNormal(1, .2))).isLessThanOrEqualTo(1);
    assertThat(guard.circuitBreaker().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aHangingCallIsCutOffLongBeforeTheLongestDuration() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      callTaking(logNormal(.01, .3));
    }
    CompletableFuture<String> hanging =
        guard.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
    clock.advance(Duration.ofMillis(200));

    assertThat(hanging.handle((value, thrown) -> thrown).join())
        .isInstanceOf(TimeoutExceededException.class);
  }

  @Test
  void probesOfAnOpenCircuitHaveTheLongestDuration() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      callTaking(.01);
    }
    assertThat(timeout.limit()).isLessThan(MAX);
    guard.circuitBreaker().transitionToOpen();
    clock.advance(Duration.ofMinutes(1));

    assertThat(guard.call(timeout::limit)).isEqualTo(MAX);
  }

  @Test
  void isOffByDefault() {
    Guard fixed = Guard.builder("engine").timeout(MAX).build();

    assertThat(fixed.timeout().orElseThrow().config().isAdaptive()).isFalse();
    assertThat(guard.circuitBreaker().config().deadline()).contains(MAX);
  }

  @Test
  void outsideTheBreakerItIsRefused() {
    GuardBuilder builder = Guard.builder("engine").timeout(TimeoutConfig.adaptive(MIN, MAX));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.order(Layer.TIMEOUT, Layer.CIRCUIT_BREAKER).build())
        .withMessageStartingWith("order must be with an adaptive TIMEOUT inside CIRCUIT_BREAKER");
  }

  private int failures(int calls, DoubleSupplier seconds) {
    int failed = 0;
    for (int i = 0; i < calls; i++) {
      try {
        callTaking(seconds.getAsDouble());
      } catch (Exception e) {
        failed++;
        clock.advance(Duration.ofMillis(10));
      }
    }
    return failed;
  }

  private void callTaking(double seconds) throws Exception {
    CompletableFuture<String> body = new CompletableFuture<>();
    clock.schedule(() -> body.complete("answer"), Duration.ofNanos((long) (seconds * 1e9)));
    CompletableFuture<String> result = guard.callAsync(() -> body).toCompletableFuture();
    clock.advance(Duration.ofNanos((long) (seconds * 1e9)));
    assertThat(result).isDone();
    if (result.isCompletedExceptionally()) {
      throw new Exception(result.handle((value, thrown) -> thrown).join());
    }
  }

  private double logNormal(double median, double spread) {
    return median * Math.exp(spread * random.nextGaussian());
  }
}
