package io.foreguard.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CoarseClockTest {
  private static final long DEADLINE_NANOS = Duration.ofSeconds(30).toNanos();

  private final Clock clock = Clock.coarse(Duration.ofMillis(1));

  @Test
  void goesOnAndNeverGetsAheadOfTheSystem() {
    long started = System.nanoTime();
    long first = clock.nanoTime();
    long reading = first;
    while (reading - first < 5_000_000 && System.nanoTime() - started < DEADLINE_NANOS) {
      long next = clock.nanoTime();
      assertThat(next - reading).isNotNegative();
      assertThat(System.nanoTime() - next).isNotNegative();
      reading = next;
    }
    assertThat(first - started).isNotNegative();
    assertThat(reading - first).isGreaterThanOrEqualTo(5_000_000);
  }

  @Test
  void refusesResolutionsThatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clock.coarse(Duration.ZERO))
        .withMessage("resolution must be in [100 us, 1 s], but was PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clock.coarse(Duration.ofSeconds(2)))
        .withMessageContaining("resolution");
  }
}
