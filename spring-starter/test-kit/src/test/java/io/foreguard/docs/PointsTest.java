package io.foreguard.docs;

import static io.foreguard.test.assertion.ForeguardAssertions.assertThat;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.Guarded;
import io.foreguard.spring.test.AutoConfigureForeguard;
import io.foreguard.spring.test.GuardFaults;
import io.foreguard.test.GuardProbe;
import io.foreguard.test.ScriptedDependency;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

@SpringBootTest(
    classes = PointsTest.Application.class,
    properties = {
      "foreguard.guards.points.timeout=800ms",
      "foreguard.guards.points.deadline=1s",
      "foreguard.guards.points.retry.max-attempts=2",
    })
@AutoConfigureForeguard
class PointsTest {
  @Autowired private GuardFaults faults;
  @Autowired private ForeguardRegistry registry;
  @Autowired private Points points;
  private GuardProbe probe;

  @BeforeEach
  void watch() {
    probe = GuardProbe.of(registry.guard("points"));
  }

  @Test
  void aHangCostsTheCallerOneSecondAtMost() {
    faults.on("points").hanging();

    probe.call(() -> points.of("c1"));

    assertThat(probe.last()).answers(-1).tookBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
  }

  @Test
  void aFailureIsTriedAgain() {
    faults.on("points").failNext(1, new IllegalStateException("connection reset"));

    probe.call(() -> points.of("c1"));

    assertThat(probe.last()).answers(1_200).wasSent(2);
  }

  @Test
  void anOutageIsNotHammeredAndEnds() {
    probe.call(1_000, Duration.ofMillis(50), () -> points.of("c1"));
    faults.on("points").failing().after(Duration.ofMinutes(10), ScriptedDependency::recovering);

    probe.call(11_900, Duration.ofMillis(50), () -> points.of("c1"));
    assertThat(probe).sentAtMost(1_300).rejectedAtLeast(11_000).circuitBreaker().isOpen();

    probe.call(2_000, Duration.ofMillis(50), () -> points.of("c1"));
    assertThat(probe.last()).answers(1_200);
    assertThat(probe).circuitBreaker().isClosed();
  }

  /** The application under test. */
  @SpringBootApplication
  @Import(Points.class)
  static class Application {}

  static class Points {
    @Guarded(name = "points", fallbackMethod = "unknown")
    public int of(String customer) {
      return 1_200; // asks a remote system
    }

    int unknown(String customer, Exception failure) {
      return -1;
    }
  }
}
