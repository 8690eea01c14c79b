package io.foreguard.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
  private final SteppedClock wall = new SteppedClock();
  private final Clock steady = SteadyClock.of(wall);

  @Test
  void goesOnWithTheClock() {
    long start = steady.nanoTime();
    wall.advance(Duration.ofSeconds(3));

    assertThat(steady.nanoTime() - start).isEqualTo(3_000_000_000L);
    assertThat(steady.wallTime()).isEqualTo(wall.instant());
  }

  @Test
  void doesNotGoBackWithIt() {
    long start = steady.nanoTime();
    wall.advance(Duration.ofHours(-1));
    assertThat(steady.nanoTime()).isEqualTo(start);

    wall.advance(Duration.ofSeconds(3));

    assertThat(steady.nanoTime() - start).isEqualTo(3_000_000_000L);
  }

  @Test
  void isTheMonotonicOneForTheSystems() {
    assertThat(SteadyClock.of(java.time.Clock.systemUTC())).isSameAs(Clock.system());
    assertThat(SteadyClock.of(java.time.Clock.system(ZoneId.of("Asia/Tokyo"))))
        .isSameAs(Clock.system());
  }

  @Test
  void theWindowsClockGoesOnFromTheWallTimeOfItsCreation() {
    EpochClock epoch = new EpochClock(steady);
    wall.advance(Duration.ofHours(-1));
    long start = epoch.millis();
    wall.advance(Duration.ofMillis(1_500));

    assertThat(epoch.millis() - start).isEqualTo(1_500);
    assertThat(epoch.wallTime()).isEqualTo(epoch.millis());
    assertThat(epoch.withZone(ZoneId.of("Asia/Tokyo"))).isSameAs(epoch);
  }
}
