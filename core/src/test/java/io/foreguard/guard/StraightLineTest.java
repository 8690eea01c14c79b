package io.foreguard.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.evidence.Outcome;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StraightLineTest {
  private static final Duration MAX_AGE = Duration.ofMinutes(10);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void doesWhatTheLayersDoOneAroundTheOther(long seed) {
    Parties straight = new Parties(seed);
    Parties layered = new Parties(seed);
    Guard guard =
        Guard.builder("g")
            .clock(straight.clock)
            .circuitBreaker(straight.breaker)
            .bulkhead(straight.bulkhead)
            .retry(straight.retry)
            .build();
    assertThat(guard.straightLine()).isNotNull();
    CircuitBreaker breaker = layered.breaker;
    Retry advised = layered.retry.advisedBy(new Parts.BreakersAdvice(breaker));

    for (int i = 0; i < 300; i++) {
      String there = ended(() -> guard.call(straight.body()));
      Callable<String> body = layered.body();
      String here =
          ended(() -> advised.call(() -> breaker.call(() -> layered.bulkhead.call(body))));

      assertThat(there).as("seed %d, call %d", seed, i).isEqualTo(here);
    }
    assertThat(straight.counts()).as("seed %d", seed).isEqualTo(layered.counts());
  }

  @Test
  void aFallbackKeepsTheTimeOfItsOwnClock() throws Exception {
    ManualClock mine = new ManualClock();
    ManualClock guards = new ManualClock(5);
    FallbackGuard<String> guard =
        Guard.builder("g")
            .clock(guards)
            .build()
            .withFallback(Fallback.lastKnownGood(LastKnownGoodConfig.of(MAX_AGE), mine));

    assertThat(guard.call("key", () -> "good")).isEqualTo("good");
    mine.advance(Duration.ofSeconds(7));
    guards.advance(Duration.ofHours(1));
    Answer<String> answer = guard.answer("key", StraightLineTest::fail);

    assertThat(answer.value()).isEqualTo("good");
    assertThat(answer.age()).isEqualTo(Duration.ofSeconds(7));
    assertThat(guard.call("key", StraightLineTest::fail)).isEqualTo("good");
    assertThat(guard.fallback().served(Answer.Source.FRESH)).isOne();
    assertThat(guard.fallback().served(Answer.Source.STALE)).isEqualTo(2);
  }

  @Test
  void theAgeCountsFromTheEndOfTheCall() throws Exception {
    ManualClock clock = new ManualClock();
    FallbackGuard<String> guard =
        Guard.builder("g")
            .clock(clock)
            .build()
            .withFallback(Fallback.lastKnownGood(LastKnownGoodConfig.of(MAX_AGE), clock));

    String unused =
        guard.call(
            "key",
            () -> {
              clock.advance(Duration.ofSeconds(3));
              return "good";
            });
    clock.advance(Duration.ofSeconds(2));

    assertThat(guard.answer("key", StraightLineTest::fail).age()).isEqualTo(Duration.ofSeconds(2));
  }

  private static String fail() throws IOException {
    throw new IOException("down");
  }

  private static String ended(Callable<String> call) {
    try {
      return call.call();
    } catch (Throwable t) {
      return t.getClass().getSimpleName();
    }
  }

  /** What takes part in a run, all of it determined by the seed. */
  private static final class Parties {
    final ManualClock clock = new ManualClock();
    final Bulkhead bulkhead =
        Bulkhead.of("b", BulkheadConfig.builder().maxConcurrentCalls(1).build(), clock);
    final CircuitBreaker breaker = CircuitBreaker.of("c", CircuitBreakerConfig.defaults(), clock);
    final Retry retry;
    private final Random random;

    Parties(long seed) {
      random = new Random(seed);
      retry =
          Retry.of(
              "r",
              RetryConfig.builder().random(new Random(seed)).retryOnResult("again"::equals).build(),
              clock);
    }

    /**
     * Mostly good, in spells mostly bad; now and then an error, or a nested call that is refused.
     */
    Callable<String> body() {
      return () -> {
        clock.advance(Duration.ofMillis(1 + random.nextInt(20)));
        boolean bad = clock.elapsed().toSeconds() / 2 % 3 == 2;
        int draw = random.nextInt(100);
        if (draw == 0) {
          throw new AssertionError("drawn");
        }
        if (draw == 1) {
          return bulkhead.call(() -> "never: it is full");
        }
        if (draw < (bad ? 80 : 6)) {
          throw new IOException("drawn");
        }
        return draw < (bad ? 85 : 10) ? "again" : "good " + draw;
      };
    }

    List<Object> counts() {
      List<Object> counts = new ArrayList<>();
      for (Outcome outcome : Outcome.values()) {
        counts.add(breaker.metrics().calls(outcome));
      }
      counts.add(breaker.metrics().rejected());
      counts.add(breaker.state());
      counts.add(retry.metrics().calls());
      counts.add(retry.metrics().retries());
      counts.add(retry.metrics().succeededWithoutRetry());
      counts.add(retry.metrics().succeededWithRetry());
      counts.add(retry.budget().available());
      counts.add(bulkhead.inFlight());
      counts.add(bulkhead.rejectedCalls());
      counts.add(clock.elapsed());
      return counts;
    }
  }
}
