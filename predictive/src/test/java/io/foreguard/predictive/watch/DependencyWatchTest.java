package io.foreguard.predictive.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.anomaly.RandomCutForestDetector;
import io.foreguard.time.ManualClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DependencyWatchTest {
  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("points", CircuitBreakerConfig.defaults(), clock);

  @Test
  void foreseesTheLoadOfARamp() {
    DependencyWatch watch = DependencyWatch.start(breaker, WatchConfig.defaults());
    assertThat(watch.latest().value(OutlookSignal.ARRIVAL_RATE_FORECAST)).isNaN();

    for (int i = 0; i < 60; i++) {
      call(10 + i, Duration.ofMillis(5), Outcome.SUCCESS); // 10 s each: one more call every time
    }

    Outlook outlook = watch.latest();
    assertThat(outlook.value(OutlookSignal.ARRIVAL_RATE)).isCloseTo(6.9, within(.2));
    assertThat(outlook.value(OutlookSignal.ARRIVAL_RATE_FORECAST)).isCloseTo(8.1, within(.5));
    assertThat(outlook.value(OutlookSignal.ARRIVAL_RATE_FORECAST_LOWER)).isLessThan(8.1);
    assertThat(outlook.value(OutlookSignal.ARRIVAL_RATE_FORECAST_UPPER)).isGreaterThan(8.1);
    assertThat(outlook.value(OutlookSignal.LATENCY_FORECAST)).isCloseTo(.005, within(.0005));
    assertThat(outlook.value(OutlookSignal.ANOMALY_GRADE)).as("without a detector").isNaN();
  }

  @Test
  void refusedCallsAreLoadToo() {
    DependencyWatch watch = DependencyWatch.start(breaker, WatchConfig.defaults());
    breaker.transitionToOpen();

    for (int i = 0; i < 100; i++) {
      breaker.tryAcquire().ifPresent(permit -> permit.record(Outcome.FAILURE));
      clock.advance(Duration.ofMillis(100));
    }

    assertThat(watch.latest().value(OutlookSignal.ARRIVAL_RATE)).isCloseTo(10, within(.2));
  }

  @Test
  void saysWhatIsUnusual() {
    WatchConfig config =
        WatchConfig.builder()
            .interval(Duration.ofSeconds(1))
            .anomalyDetector(names -> new RandomCutForestDetector(names, 1))
            .build();
    DependencyWatch watch = DependencyWatch.start(breaker, config);
    List<Outlook> unusual = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      second(5 + i % 3);
    }
    watch
        .outlooks()
        .subscribe(
            outlook -> {
              if (outlook.anomaly().isUnusual()) {
                unusual.add(outlook);
              }
            });

    for (int i = 0; i < 10; i++) {
      second(200);
    }

    assertThat(unusual).isNotEmpty();
    assertThat(unusual.get(0).value(OutlookSignal.ANOMALY_GRADE)).isPositive();
    assertThat(unusual.get(0).anomaly().causes().get(0).quantity()).contains("latency");
  }

  @Test
  void offersGaugesToAnAutoscaler() {
    DependencyWatch watch = DependencyWatch.start(breaker, WatchConfig.defaults());
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    WatchMeters.of(watch).bindTo(meters);
    for (int i = 0; i < 40; i++) {
      call(50, Duration.ofMillis(5), Outcome.SUCCESS);
    }

    for (String bound : List.of("expected", "lower", "upper")) {
      double value =
          meters
              .get("foreguard.forecast.arrival.rate")
              .tag("name", "points")
              .tag("bound", bound)
              .gauge()
              .value();
      assertThat(value).isCloseTo(5, within(1.0));
    }
    assertThat(meters.get("foreguard.forecast.latency").gauges()).hasSize(3);
    assertThat(meters.get("foreguard.anomaly.grade").gauge().value()).isNaN();
  }

  @Test
  void goesOnWhenADetectorFailsAndStopsWhenClosed() {
    WatchConfig config =
        WatchConfig.builder()
            .anomalyDetector(
                names ->
                    (values, seconds) -> {
                      throw new IllegalStateException("broken");
                    })
            .build();
    DependencyWatch watch = DependencyWatch.start(breaker, config);

    clock.advance(Duration.ofSeconds(30));

    assertThat(clock.pendingTasks()).isEqualTo(1);
    watch.close();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void refusesAHorizonThatIsNoNumberOfIntervals() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WatchConfig.builder().horizon(Duration.ofSeconds(1)).build())
        .withMessage("horizon must be from 1 to 1,000 times the interval (PT10S), but was PT1S");
  }

  private void call(int calls, Duration latency, Outcome outcome) {
    Duration gap = Duration.ofSeconds(10).dividedBy(calls);
    for (int i = 0; i < calls; i++) {
      Permit permit = breaker.acquire();
      clock.advance(latency);
      permit.record(outcome);
      clock.advance(gap.minus(latency));
    }
    clock.advance(Duration.ofSeconds(10).minus(gap.multipliedBy(calls)));
  }

  private void second(int latencyMillis) {
    for (int i = 0; i < 4; i++) {
      Permit permit = breaker.acquire();
      clock.advance(Duration.ofMillis(latencyMillis));
      permit.record(Outcome.SUCCESS);
      clock.advance(Duration.ofMillis(250 - latencyMillis));
    }
  }
}
