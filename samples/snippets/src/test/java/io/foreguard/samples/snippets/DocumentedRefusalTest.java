package io.foreguard.samples.snippets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** docs/circuit-breaker.md shows what a refusal says: it is what one really says. */
class DocumentedRefusalTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "loyalty",
          CircuitBreakerConfig.builder().deadline(Duration.ofMillis(800)).build(),
          clock);

  @Test
  void thePageShowsWhatARefusalSaysAfter1000SuccessesAnd4Failures() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      call(() -> "gold");
    }
    for (int i = 0; i < 4; i++) {
      assertThatIOException().isThrownBy(() -> call(this::failure));
    }
    CircuitOpenException refusal =
        catchThrowableOfType(CircuitOpenException.class, () -> call(this::failure));

    String page = String.join(" ", Pages.lines(Pages.page("docs/circuit-breaker.md")));
    assertThat(page).contains(refusal.getMessage());
  }

  /** Twenty calls per second, of which each takes 20 ms. */
  private void call(Callable<String> body) throws Exception {
    try {
      String unused =
          breaker.call(
              () -> {
                clock.advance(Duration.ofMillis(20));
                return body.call();
              });
    } finally {
      clock.advance(Duration.ofMillis(30));
    }
  }

  private String failure() throws IOException {
    throw new IOException("connection reset");
  }
}
