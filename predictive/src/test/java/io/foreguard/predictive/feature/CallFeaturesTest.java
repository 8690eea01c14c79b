package io.foreguard.predictive.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.evidence.Outcome;
import io.foreguard.time.ManualClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CallFeaturesTest {
  private static final List<String> NAMES = FeatureSchema.calls().names();

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "a", CircuitBreakerConfig.builder().deadline(Duration.ofSeconds(1)).build(), clock);
  private final CallFeatures features = CallFeatures.of(clock);
  private final double[] values = new double[NAMES.size()];

  @Test
  void describesEachFeatureOnce() {
    FeatureSchema schema = CallFeatures.schema();

    assertThat(schema.id()).isEqualTo("foreguard.calls");
    assertThat(schema.version()).isEqualTo(1);
    assertThat(new HashSet<>(schema.names())).hasSize(schema.size());
    assertThat(schema.names()).first().isEqualTo("default_log_odds");
    assertThat(schema.features())
        .allMatch(f -> !f.missing().isBlank() && !f.description().isBlank());
  }

  @Test
  void writesOneValuePerFeatureInTheirOrder() {
    values[values.length - 1] = 99;
    write("");

    assertThat(values[values.length - 1]).isBetween(-1.0, 1.0);
    assertThat(value("failed_usual")).isEqualTo(.02);
    assertThat(value("latency_last")).isNaN();
    assertThat(value("key_failed")).isNaN();
    assertThat(value("downstream_failed")).isNaN();
    assertThat(value("in_flight")).isZero();
  }

  @Test
  void countsFailuresOverSeveralHorizonsLikeANaiveModel() {
    SplittableRandom random = new SplittableRandom(1);
    boolean[] failed = new boolean[500];
    for (int i = 0; i < failed.length; i++) {
      failed[i] = random.nextInt(4) == 0;
      end(failed[i] ? Outcome.FAILURE : Outcome.SUCCESS, 10);
      write("");
      for (int window : new int[] {3, 10, 30, 100}) {
        int from = Math.max(0, i + 1 - window);
        int failures = 0;
        for (int j = from; j <= i; j++) {
          failures += failed[j] ? 1 : 0;
        }
        assertThat(value("failed_share_" + window)).isEqualTo((double) failures / (i + 1 - from));
      }
      assertThat(value("failed_last")).isEqualTo(failed[i] ? 1 : 0);
    }
  }

  @Test
  void seesLatencyAgainstTheUsualOneAndTheDeadline() {
    for (int i = 0; i < 200; i++) {
      end(Outcome.SUCCESS, 100);
    }
    end(Outcome.SUCCESS, 400);
    write("");

    assertThat(value("latency_last")).isBetween(Math.log(3.9), Math.log(4.1));
    assertThat(value("latency_max_10")).isEqualTo(value("latency_last"));
    assertThat(value("latency_second_10")).isBetween(-.05, .05);
    assertThat(value("latency_3")).isBetween(.1, value("latency_last"));
    assertThat(value("latency_trend_fast")).isPositive();
    assertThat(value("room_last")).isBetween(Math.log(2.4), Math.log(2.6));
    assertThat(value("room_usual")).isBetween(Math.log(9.9), Math.log(10.1));
  }

  @Test
  void fadesWithTimeWhereTheWindowIsOne() {
    for (int i = 0; i < 20; i++) {
      end(Outcome.FAILURE, 10);
    }
    write("");
    double before = value("failed_1s");
    clock.advance(Duration.ofSeconds(20));
    write("");

    assertThat(before).isGreaterThan(.9);
    assertThat(value("failed_1s")).isCloseTo(value("failed_usual"), within());
    assertThat(value("failed_60s")).isGreaterThan(value("failed_usual"));
    assertThat(value("since_failure")).isBetween(Math.log(20), Math.log(20.1));
    assertThat(value("since_success")).isNaN();
  }

  @Test
  void knowsKeysApart() {
    for (int i = 0; i < 50; i++) {
      end("good", Outcome.SUCCESS, 10);
      end("bad", Outcome.FAILURE, 40);
    }
    write("bad");
    assertThat(value("key_failed")).isGreaterThan(.9);
    assertThat(value("key_offset")).isPositive();
    write("good");
    assertThat(value("key_failed")).isLessThan(.1);
    assertThat(value("key_offset")).isNegative();
    write("new");
    assertThat(value("key_failed")).isNaN();
  }

  @Test
  void remembersABoundedNumberOfKeys() {
    for (int i = 0; i < 1_200; i++) {
      end("k" + i, Outcome.SUCCESS, 1);
    }
    write("k999");
    assertThat(value("key_failed_last")).isZero();
    write("k1000");
    assertThat(value("key_failed_last")).isNaN();
  }

  @Test
  void tellsOthersOfItsHealth() {
    CallFeatures other =
        CallFeatures.builder(clock)
            .downstream(DependencyHealth.worstOf(List.of(features, DependencyHealth.unknown())))
            .surroundings(DependencyHealth.meanOf(List.of(features, features)))
            .hourOfDay(false)
            .build();
    for (int i = 0; i < 100; i++) {
      end(i < 90 ? Outcome.SUCCESS : Outcome.FAILURE, i < 90 ? 10 : 50);
    }
    other.copyTo(breaker.signals(), "", values);

    assertThat(value("downstream_failed")).isEqualTo(features.failureShare(clock.nanoTime()));
    assertThat(value("downstream_latency")).isGreaterThan(1);
    assertThat(value("surroundings_failed")).isEqualTo(value("downstream_failed"));
    assertThat(value("hour_sine")).isNaN();
  }

  @Test
  void losesNothingThatManyThreadsTell() throws InterruptedException {
    int threads = 4;
    long each = 200; // together no more than the queue has room for
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  features.learn(Outcome.SUCCESS, 1_000_000, clock.nanoTime());
                }
                done.countDown();
              })
          .start();
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    write("");

    assertThat(features.lost()).isZero();
    assertThat(value("failed_usual")).isCloseTo(.1 / (threads * each + 5), Offset.offset(1e-9));
  }

  @Test
  void learnsWithoutAllocation() {
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 5_000; i++) {
      features.learn("k", Outcome.SUCCESS, 1_000_000, clock.nanoTime());
    }
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 10_000; i++) {
      features.learn("k", Outcome.FAILURE, 1_000_000, clock.nanoTime());
    }
    assertThat(bean.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  @Test
  void refusesAnArrayOfAnotherLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> features.copyTo(breaker.signals(), "", new double[3]))
        .withMessageContaining("target");
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-6);
  }

  private void end(Outcome outcome, long millis) {
    end("", outcome, millis);
  }

  private void end(String key, Outcome outcome, long millis) {
    clock.advance(Duration.ofMillis(millis));
    features.learn(key, outcome, millis * 1_000_000, clock.nanoTime());
  }

  private void write(String key) {
    features.copyTo(breaker.signals(), key, values);
  }

  private double value(String name) {
    return values[NAMES.indexOf(name)];
  }
}
