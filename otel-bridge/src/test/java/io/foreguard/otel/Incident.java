package io.foreguard.otel;

import io.foreguard.CallRejectedException;
import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.MonitoredModel;
import io.foreguard.evidence.Signals;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A dependency that fails and recovers, in virtual time. */
final class Incident {
  final ManualClock clock = new ManualClock();
  final ForeguardRegistry registry = ForeguardRegistry.builder().clock(clock).build();

  /** A breaker with fixed thresholds: each step of an outage is known to the call. */
  static CircuitBreakerConfig classic() {
    return CircuitBreakerConfig.builder()
        .policy(
            ClassicPolicy.builder()
                .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 10)
                .minimumCalls(10)
                .openDuration(Duration.ofSeconds(30))
                .halfOpenCalls(3)
                .build())
        .build();
  }

  void succeed(CircuitBreaker breaker, int times) {
    calls(breaker, times, () -> tick("answer"));
  }

  void fail(CircuitBreaker breaker, int times) {
    calls(
        breaker,
        times,
        () -> {
          tick("");
          throw new IOException("down");
        });
  }

  private String tick(String value) {
    clock.advance(Duration.ofMillis(20));
    return value;
  }

  private static void calls(CircuitBreaker breaker, int times, Callable<String> body) {
    for (int i = 0; i < times; i++) {
      try {
        breaker.call(body);
      } catch (CallRejectedException | IOException expected) {
        // the counts tell
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Closed, open, half open, closed again. */
  void playOutage(CircuitBreaker breaker) {
    succeed(breaker, 20);
    fail(breaker, 30);
    clock.advance(Duration.ofSeconds(31));
    succeed(breaker, 25);
  }

  /** Would have refused, but must not. */
  void playShadow(CircuitBreaker breaker) {
    breaker.mode(Mode.SHADOW);
    fail(breaker, 30);
    breaker.mode(Mode.ENFORCE);
  }

  static void refuse(Bulkhead bulkhead, int times) {
    BulkheadPermit permit = bulkhead.tryAcquire().orElseThrow();
    for (int i = 0; i < times; i++) {
      if (bulkhead.tryAcquire().isPresent()) {
        throw new AssertionError("not full");
      }
    }
    permit.close();
  }

  static BulkheadConfig single() {
    return BulkheadConfig.builder().maxConcurrentCalls(1).build();
  }

  /** A model that throws whenever it is asked. */
  static final class BrokenModel implements MonitoredModel {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String version() {
      return "7";
    }

    @Override
    public Estimate estimate(Signals signals) {
      throw new IllegalStateException("no weights");
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public double calibrationError() {
      return .25;
    }

    @Override
    public double drift() {
      return .5;
    }
  }
}
