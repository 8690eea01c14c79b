package io.foreguard.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.foreguard.CallContext;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ManyKeysTest {
  private static final int KEYS = 100_000;
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "many",
          CircuitBreakerConfig.builder().maxKeys(KEYS + 1).keyIdleTime(IDLE).build(),
          clock);

  @Test
  void keysThatAreIdleAreDroppedAndThoseInUseStay() throws Exception {
    for (int i = 0; i < KEYS; i++) {
      assertThat(breaker.call(CallContext.of("tenant", "t" + i), () -> 1)).isEqualTo(1);
    }
    assertThat(breaker.keys("tenant")).hasSize(KEYS);

    for (int minute = 0; minute < 20; minute++) {
      clock.advance(Duration.ofMinutes(1));
      assertThat(breaker.call(CallContext.of("tenant", "t7"), () -> 1)).isEqualTo(1);
    }
    assertThat(breaker.keys("tenant"))
        .singleElement()
        .extracting(CircuitBreaker::name)
        .isEqualTo("many/tenant=t7");

    clock.advance(IDLE.multipliedBy(2));
    assertThat(breaker.keys("tenant")).isEmpty();
  }

  @Test
  void aSuccessOfACallWithKeysIsCountedForEachOfThem() throws Exception {
    CircuitBreaker key = breaker.key("tenant", "t");

    assertThat(key.call(() -> 1)).isEqualTo(1);
    assertThat(breaker.call(CallContext.of("tenant", "t"), () -> 2)).isEqualTo(2);
    assertThat(breaker.acquire(CallContext.of("tenant", "t")).result(3)).isTrue();
    assertThat(key.callAsync(() -> CompletableFuture.completedFuture(4)).toCompletableFuture())
        .isCompletedWithValue(4);

    assertThat(key.metrics().calls(Outcome.SUCCESS)).isEqualTo(4);
    assertThat(key.metrics().inFlight()).isZero();
    assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(4);
  }

  @Test
  void aFailureOfACallWithKeysIsCountedForEachOfThem() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                breaker.call(
                    CallContext.of("tenant", "t"),
                    () -> {
                      throw new IllegalStateException();
                    }));

    assertThat(breaker.key("tenant", "t").metrics().failures()).isEqualTo(1);
    assertThat(breaker.metrics().failures()).isEqualTo(1);
  }
}
