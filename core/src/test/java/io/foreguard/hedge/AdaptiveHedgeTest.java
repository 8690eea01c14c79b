package io.foreguard.hedge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.evidence.FakeLatency;
import io.foreguard.evidence.LatencyEvidence;
import io.foreguard.evidence.LatencyEvidence.Condition;
import io.foreguard.retry.RetryBudget;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdaptiveHedgeTest {
  private final ManualClock clock = new ManualClock();
  private final FakeLatency latency = new FakeLatency();
  private final Hedge hedge = Hedge.of("engine", HedgeConfig.defaults(), clock);

  @Test
  void withoutEvidenceNothingIsHedged() {
    assertThat(delay()).isNull();
  }

  @Test
  void theDelayIsTheQuantileOfTheEvidence() {
    hedge.follow(latency);
    assertThat(delay()).isEqualTo(Duration.ofMillis(91)); // 10 ms x (1 + 9 x .45 x 2)
  }

  @Test
  void theDelayIsNeverShorterThanTheShortest() {
    latency.latency(.000_001, 2);
    hedge.follow(latency);
    assertThat(delay()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void nothingIsHedgedBeforeEnoughIsKnown() {
    hedge.follow(latency);
    latency.successes(99);
    assertThat(delay()).isNull();
    latency.successes(100);
    clock.advance(Duration.ofMillis(100));
    assertThat(delay()).isNotNull();
    latency.latency(Double.NaN, 2);
    clock.advance(Duration.ofMillis(100));
    assertThat(delay()).isNull();
  }

  @Test
  void nothingIsHedgedUnlessTheDependencyIsCalm() {
    hedge.follow(latency);
    for (Condition condition : Condition.values()) {
      latency.condition(condition);
      clock.advance(Duration.ofMillis(100));
      assertThat(delay() != null).isEqualTo(condition == Condition.CALM);
    }
    hedge.reconfigure(HedgeConfig.builder().fixedDelay(Duration.ofMillis(5)).build());
    assertThat(delay()).isNull();
    latency.condition(Condition.CALM);
    clock.advance(Duration.ofMillis(100));
    assertThat(delay()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void theEvidenceIsReadTenTimesASecondAtMost() {
    hedge.follow(latency);
    for (int i = 0; i < 1_000; i++) {
      Duration unused = delay();
      clock.advance(Duration.ofMillis(1));
    }
    assertThat(latency.readings()).isBetween(9, 10);
  }

  @Test
  void evidenceThatFailsMeansNoHedge() {
    latency.failWith(new IllegalStateException("broken"));
    hedge.follow(latency);
    CompletableFuture<String> body = new CompletableFuture<>();
    CompletableFuture<String> result = hedge.callAsync(() -> body).toCompletableFuture();
    assertThat(clock.pendingTasks()).isZero();
    body.complete("first");
    assertThat(result).isCompletedWithValue("first");
  }

  /**
   * Without the correction for cancelled attempts the delay drifts to where the budget stops it.
   */
  @Test
  void theDelayStaysTheQuantileOfAllAttemptsThoughTheSlowestAreCancelled() {
    Window window = new Window();
    HedgeConfig unbounded = HedgeConfig.builder().budget(RetryBudget.unlimited()).build();
    Hedge many = Hedge.of("engine", unbounded, clock);
    many.follow(window);
    Random random = new Random(7);
    for (int i = 0; i < 15_000; i++) {
      long hedgesBefore = many.metrics().hedges();
      CompletableFuture<Double> result =
          many.callAsync(
                  () -> {
                    CompletableFuture<Double> attempt = new CompletableFuture<>();
                    double seconds = .01 * Math.exp(.5 * random.nextGaussian());
                    clock.schedule(
                        () -> attempt.complete(seconds), Duration.ofNanos((long) (seconds * 1e9)));
                    return attempt;
                  })
              .toCompletableFuture();
      clock.advance(Duration.ofSeconds(1));
      window.add(result.join());
      assertThat(many.metrics().hedges() - hedgesBefore).isLessThanOrEqualTo(1);
    }

    double share = many.metrics().hedges() / 14_900.0;
    assertThat(share).isCloseTo(.05, within(.01));
  }

  private Duration delay() {
    return hedge.delay();
  }

  /** The last thousand latencies. */
  private static final class Window implements LatencyEvidence {
    private final double[] last = new double[1_000];
    private int count;

    void add(double seconds) {
      last[count++ % last.length] = seconds;
    }

    @Override
    public Condition condition() {
      return Condition.CALM;
    }

    @Override
    public double successes() {
      return Math.min(count, last.length);
    }

    @Override
    public double quantile(double q) {
      double[] sorted = Arrays.copyOf(last, Math.min(count, last.length));
      Arrays.sort(sorted);
      return sorted[(int) (q * (sorted.length - 1))];
    }
  }
}
