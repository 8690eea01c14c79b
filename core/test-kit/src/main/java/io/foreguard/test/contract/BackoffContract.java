package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Backoff} must do. Not thread-safe: JUnit makes one for each test. */
public abstract class BackoffContract {
  private static final int ATTEMPTS = 1_000;

  /** Creates the contract; JUnit does. */
  protected BackoffContract() {}

  /** The back-off. */
  protected abstract Backoff backoff();

  /** Delays are never negative, however many attempts there are. */
  @Test
  public void isNeverNegative() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(delays(backoff(), seed))
          .allSatisfy(delay -> assertThat(delay).isGreaterThanOrEqualTo(Duration.ZERO));
    }
  }

  /** All chance comes from the generator it is given: the same draws give the same delays. */
  @Test
  public void drawsFromTheGivenGeneratorAlone() {
    assertThat(delays(backoff(), 42)).isEqualTo(delays(backoff(), 42));
  }

  /** It holds no state of a call, so that many threads may use it at the same time. */
  @Test
  public void holdsNoStateOfACall() {
    Backoff backoff = backoff();
    List<Duration> alone = delays(backoff, 7);

    Crowd.run(
        (thread, round) -> {
          if (round % 50 == 0) {
            assertThat(delays(backoff, 7)).isEqualTo(alone);
          }
        });
  }

  private static List<Duration> delays(Backoff backoff, int seed) {
    Random random = new Random(seed);
    List<Duration> delays = new ArrayList<>(ATTEMPTS);
    Duration previous = Duration.ZERO;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      previous = backoff.delay(attempt, previous, random);
      delays.add(previous);
    }
    return delays;
  }
}
