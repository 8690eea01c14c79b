package io.foreguard.predictive.trust;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signals;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** A dependency in virtual time whose success rate jumps every few seconds, and a real breaker. */
final class TrustWorld {
  private static final double[] RATES = {.99, .99, .9, .6, .35};
  private static final Duration STEP = Duration.ofMillis(20);

  final ManualClock clock = new ManualClock();
  final SplittableRandom random;
  final Words model;
  double rate = .99;
  long calls;
  double shift;
  private int untilJump = 100;

  TrustWorld(long seed, DoubleUnaryOperator says) {
    random = new SplittableRandom(seed);
    model = new Words(says);
  }

  TrustConfig.Builder config() {
    return TrustConfig.builder().clock(clock);
  }

  CircuitBreaker breaker(SuccessModel asked) {
    return CircuitBreaker.of("loyalty", CircuitBreakerConfig.builder().model(asked).build(), clock);
  }

  /** Calls every 20 ms that take 5 ms, or 15 when shifted. */
  void run(CircuitBreaker breaker, int times) {
    for (int i = 0; i < times; i++) {
      if (--untilJump <= 0) {
        untilJump = 50 + random.nextInt(200);
        rate = RATES[random.nextInt(RATES.length)];
      }
      Optional<Permit> permit = breaker.tryAcquire();
      boolean succeeds = random.nextDouble() < rate;
      clock.advance(Duration.ofMillis((long) (5 + shift)));
      permit.ifPresent(p -> end(p, succeeds));
      clock.advance(STEP.minusMillis((long) (5 + shift)));
      calls++;
    }
  }

  private static void end(Permit permit, boolean succeeds) {
    if (succeeds) {
      permit.success();
    } else {
      permit.failure(new IOException("down"));
    }
  }

  /** Runs until the model's trust is {@code state}, and returns after how many calls. */
  int until(CircuitBreaker breaker, TrustedModel trusted, TrustState state, int most) {
    int times = 0;
    while (trusted.state() != state && times < most) {
      run(breaker, 10);
      times += 10;
    }
    return times;
  }

  /** A model that knows the rate, and says something of it. */
  final class Words implements SuccessModel {
    volatile DoubleUnaryOperator says;
    volatile String version = "1";

    Words(DoubleUnaryOperator says) {
      this.says = says;
    }

    @Override
    public String name() {
      return "words";
    }

    @Override
    public String version() {
      return version;
    }

    @Override
    public boolean isCheap() {
      return true;
    }

    @Override
    public Estimate estimate(Signals signals) {
      return Estimate.of(this, says.applyAsDouble(rate));
    }
  }
}
