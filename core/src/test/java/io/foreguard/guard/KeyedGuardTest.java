package io.foreguard.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.State;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class KeyedGuardTest {
  private static final CallContext GOOD = CallContext.of("replica", "good");
  private static final CallContext BAD = CallContext.of("replica", "bad");

  private final ManualClock clock = new ManualClock();
  private final Guard guard =
      Guard.builder("engine")
          .clock(clock)
          .timeout(Duration.ofSeconds(1))
          .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(5).build())
          .build();

  @Test
  void shutsOutTheKeyThatFailsAndNoOther() throws Exception {
    int answered = 0;
    for (int i = 0; i < 200; i++) {
      answered += guard.call(GOOD, () -> 1);
      clock.advance(Duration.ofMillis(5));
      if (guard.circuitBreaker().admits(BAD)) {
        assertThatExceptionOfType(Exception.class).isThrownBy(() -> guard.call(BAD, this::fail));
      }
      clock.advance(Duration.ofMillis(5));
    }

    assertThat(answered).isEqualTo(200);
    assertThat(guard.circuitBreaker().state()).isEqualTo(State.CLOSED);
    assertThat(guard.circuitBreaker().key("replica", "bad").state()).isEqualTo(State.OPEN);
    assertThat(guard.circuitBreaker().key("replica", "good").state()).isEqualTo(State.CLOSED);
    List<String> refusers = new ArrayList<>();
    for (int i = 0; i < 5; i++) { // one of them may be a probe
      try {
        guard.call(BAD, this::fail);
      } catch (CircuitOpenException refused) {
        refusers.add(refused.source());
      } catch (IOException probed) {
        assertThat(probed).hasMessage("down");
      }
    }
    assertThat(refusers).isNotEmpty().containsOnly("engine/replica=bad");
    assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
  }

  @Test
  void takesStagesWithKeys() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletionStage<String> result = guard.callAsync(GOOD, () -> answer);
    assertThat(guard.circuitBreaker().key("replica", "good").metrics().inFlight()).isOne();

    answer.complete("answer");

    assertThat(result.toCompletableFuture()).isCompletedWithValue("answer");
    assertThat(guard.circuitBreaker().key("replica", "good").metrics().inFlight()).isZero();
    assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
  }

  private String fail() throws IOException {
    throw new IOException("down");
  }
}
