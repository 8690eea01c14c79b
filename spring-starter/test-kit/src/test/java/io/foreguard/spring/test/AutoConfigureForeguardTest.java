package io.foreguard.spring.test;

import static io.foreguard.test.assertion.ForeguardAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.circuitbreaker.Mode;
import io.foreguard.evidence.Signal;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.spring.Guarded;
import io.foreguard.test.GuardProbe;
import io.foreguard.test.ScriptedDependency;
import io.foreguard.test.ScriptedFailure;
import io.foreguard.test.VirtualTime;
import io.foreguard.time.Clock;
import io.foreguard.timeout.TimeoutExceededException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The application has no auto-configuration of its own: the annotation brings what it needs. */
@SpringBootTest(
    classes = AutoConfigureForeguardTest.Application.class,
    properties = {
      "foreguard.defaults.timeout=800ms",
      "foreguard.guards.points.retry.max-attempts=3",
      "foreguard.guards.shadowed.mode=shadow",
      "foreguard.guards.remembered.fallback.last-known-good.maximum-age=10m"
    })
@AutoConfigureForeguard
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AutoConfigureForeguardTest {
  @Autowired private VirtualTime time;
  @Autowired private Clock clock;
  @Autowired private GuardFaults faults;
  @Autowired private ForeguardRegistry registry;
  @Autowired private Points points;

  @Test
  void guardsOfPropertiesLiveInVirtualTime() {
    assertThat(clock).isSameAs(time);
    assertThat(registry.clock()).isSameAs(time);
    assertThat(registry.guard("points").retry()).isPresent();
    assertThat(registry.guard("points").timeout()).isPresent();
  }

  @Test
  void withoutFaultsTheBeanAnswers() {
    assertThat(points.value("c1")).isEqualTo("points of c1");
  }

  @Test
  void eachAttemptMeetsTheFault() {
    GuardProbe probe = GuardProbe.of(registry.guard("points"));
    faults
        .on("points")
        .taking(Duration.ofMillis(20))
        .failNext(2, new IllegalStateException("reset"));

    probe.call(() -> points.value("c1"));

    assertThat(probe.last()).answers("points of c1").wasSent(3);
    assertThat(faults.on("points").calls()).isEqualTo(3);
  }

  @Test
  void faultsOfOneGuardLeaveOthersAlone() {
    faults.on("shadowed").failing();

    assertThat(points.value("c1")).isEqualTo("points of c1");
    assertThatExceptionOfType(ScriptedFailure.class).isThrownBy(() -> points.shadowed());
  }

  @Test
  void stagesHangAndAreLate() throws Exception {
    faults.on("stages").hangNext(1);
    assertThatExceptionOfType(TimeoutExceededException.class)
        .isThrownBy(() -> time.await(points.stage()));

    faults.on("stages").taking(Duration.ofMillis(300));
    Duration start = time.elapsed();
    assertThat(time.await(points.stage())).isEqualTo("staged");
    assertThat(time.elapsed().minus(start)).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void publishersMeetTheFault() throws Exception {
    faults.on("reactive").taking(Duration.ofMillis(300));
    Duration start = time.elapsed();
    assertThat(time.await(points.mono().toFuture())).isEqualTo("mono");
    assertThat(time.await(points.flux().collectList().toFuture())).isEqualTo(List.of(1, 2, 3));
    assertThat(time.elapsed().minus(start)).isEqualTo(Duration.ofMillis(600));

    faults.on("reactive").failing();
    assertThatExceptionOfType(ScriptedFailure.class)
        .isThrownBy(() -> time.await(points.mono().toFuture()));
    assertThatExceptionOfType(ScriptedFailure.class)
        .isThrownBy(() -> time.await(points.flux().collectList().toFuture()));
  }

  @Test
  void lastKnownGoodAnswersAgeInVirtualTime() {
    String key = "of this test alone";
    assertThat(points.remembered(key)).isEqualTo("remembered");
    faults.on("remembered").failing();
    time.advance(Duration.ofMinutes(9));
    assertThat(points.remembered(key)).isEqualTo("remembered");
    time.advance(Duration.ofMinutes(2));
    assertThatExceptionOfType(ScriptedFailure.class).isThrownBy(() -> points.remembered(key));
  }

  @Test
  @Order(1)
  void anOutageInOneTest() {
    Guard guard = registry.guard("points");
    GuardProbe probe = GuardProbe.of(guard);
    assertThat(points.remembered("shared")).isEqualTo("remembered");
    faults.on("remembered").failing().after(Duration.ofDays(1), ScriptedDependency::hanging);
    faults.on("points").failing();
    probe.call(500, Duration.ofMillis(50), () -> points.value("c1"));
    guard.circuitBreaker().mode(Mode.DISABLED);
    assertThat(guard).isOpen();
    assertThat(guard.circuitBreaker().signals().value(Signal.FAST_SAMPLES)).isGreaterThan(5);
  }

  @Test
  @Order(2)
  void isNotSeenInTheNext() {
    Guard guard = registry.guard("points");
    assertThat(guard).isClosed();
    assertThat(guard.circuitBreaker().mode()).isEqualTo(Mode.ENFORCE);
    assertThat(registry.guard("shadowed").circuitBreaker().mode()).isEqualTo(Mode.SHADOW);
    assertThat(guard.circuitBreaker().estimate().probability()).isGreaterThan(.85);
    assertThat(points.value("c1")).isEqualTo("points of c1");
    faults.on("remembered").failNext(1, new IllegalStateException("no stale answer is left"));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> points.remembered("shared"));
  }

  @SpringBootConfiguration(proxyBeanMethods = false)
  @Import(Points.class)
  static class Application {}

  static class Points {
    @Guarded("points")
    public String value(String customer) {
      return "points of " + customer;
    }

    @Guarded("shadowed")
    public String shadowed() {
      return "shadowed";
    }

    @Guarded("stages")
    public CompletionStage<String> stage() {
      return CompletableFuture.completedFuture("staged");
    }

    @Guarded("reactive")
    public Mono<String> mono() {
      return Mono.just("mono");
    }

    @Guarded("reactive")
    public Flux<Integer> flux() {
      return Flux.just(1, 2, 3);
    }

    @Guarded("remembered")
    public String remembered(String key) {
      return "remembered";
    }
  }
}
