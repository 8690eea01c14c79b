package io.foreguard.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a retry says of itself and of functions that fail it. */
class RetryFunctionsTest {
  private final ManualClock clock = new ManualClock();
  private final IOException down = new IOException("simulated");
  private final Logger logger = (Logger) LoggerFactory.getLogger(RetryEngine.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.DEBUG);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  private static IllegalStateException bug() {
    return new IllegalStateException("bug");
  }

  /**
   * Makes two calls of two attempts each: the first failure warns, later ones are for debugging.
   */
  private void warnsOnceOf(String function, RetryConfig config, Object first) throws Exception {
    log.list.clear();
    Retry retry = Retry.of("engine", config, clock);
    for (int call = 0; call < 2; call++) {
      try {
        retry.call(new Script(first, "answer"));
      } catch (IOException e) {
        assertThat(e).isSameAs(down);
      }
    }

    List<ILoggingEvent> told =
        log.list.stream()
            .filter(event -> event.getFormattedMessage().startsWith(function + " of retry engine"))
            .toList();
    assertThat(told).hasSizeGreaterThanOrEqualTo(2);
    assertThat(told.get(0).getLevel()).isEqualTo(Level.WARN);
    assertThat(told.subList(1, told.size())).allMatch(event -> event.getLevel() == Level.DEBUG);
    assertThat(told.get(0).getThrowableProxy()).isNotNull();
  }

  private static RetryConfig.Builder plain() {
    return RetryConfig.builder().maxAttempts(2).backoff(Backoff.none());
  }

  @Test
  void eachFunctionThatFailsIsNamedOnce() throws Exception {
    warnsOnceOf(
        "retryOn",
        plain()
            .retryOn(
                failure -> {
                  throw bug();
                })
            .build(),
        down);
    warnsOnceOf(
        "retryOnResult",
        plain()
            .retryOnResult(
                result -> {
                  throw bug();
                })
            .build(),
        "first");
    warnsOnceOf(
        "retryIf",
        plain()
            .retryIf(
                (attempt, failure) -> {
                  throw bug();
                })
            .build(),
        down);
    warnsOnceOf(
        "retryAfter",
        plain()
            .retryAfter(
                failure -> {
                  throw bug();
                })
            .build(),
        down);
    warnsOnceOf(
        "retryAfterResult",
        plain()
            .retryOnResult("first"::equals)
            .retryAfterResult(
                result -> {
                  throw bug();
                })
            .build(),
        "first");
  }

  @Test
  void aBackoffThatFailsOrIsNegativeIsNamedOnce() throws Exception {
    warnsOnceOf(
        "backoff",
        RetryConfig.builder()
            .maxAttempts(2)
            .backoff(
                (attempt, previous, random) -> {
                  throw bug();
                })
            .build(),
        down);
    warnsOnceOf(
        "backoff",
        RetryConfig.builder()
            .maxAttempts(2)
            .backoff((attempt, previous, random) -> Duration.ofNanos(-1))
            .build(),
        down);
  }

  @Test
  void aSourceOfChanceThatFailsLeavesTheAskedWaitAlone() throws Exception {
    int[] draws = {0};
    RandomGenerator broken =
        () -> {
          if (draws[0]++ % 2 == 1) { // after the one of the backoff comes that of the spread
            throw bug();
          }
          return 0;
        };
    RetryConfig config =
        RetryConfig.builder()
            .maxAttempts(2)
            .jitter(Jitter.FULL)
            .random(broken)
            .retryAfter(failure -> Optional.of(Duration.ofSeconds(3)))
            .build();

    warnsOnceOf("random", config, down);
    assertThat(clock.elapsed()).isEqualTo(Duration.ofSeconds(6));
  }

  /** Seen at the ends of the interval: the base delay is added in full, and never more. */
  @Test
  void anAskedWaitIsSpreadOverTheBaseDelayBothEndsIncluded() throws Exception {
    long[] asked = new long[1];
    RandomGenerator largest =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public double nextDouble() {
            return 0;
          }

          @Override
          public long nextLong(long bound) {
            asked[0] = bound;
            return bound - 1;
          }
        };
    RetryConfig config =
        RetryConfig.builder()
            .maxAttempts(2)
            .baseDelay(Duration.ofMillis(100))
            .maxDelay(Duration.ofMillis(1_050))
            .jitter(Jitter.FULL)
            .random(largest)
            .retryAfter(failure -> Optional.of(Duration.ofSeconds(1)))
            .build();

    Retry.of("engine", config, clock).call(new Script(down, "answer"));

    assertThat(clock.elapsed()).isEqualTo(config.maxDelay()); // 50 ms are left, not 100
    assertThat(asked[0]).isEqualTo(50_000_001);
    RetryConfig roomy = config.toBuilder().maxDelay(Duration.ofSeconds(5)).build();
    Retry.of("engine", roomy, clock).call(new Script(down, "answer"));
    assertThat(asked[0]).isEqualTo(100_000_001);
  }

  @Test
  void saysWhatItIs() throws Exception {
    assertThat(Retry.of("engine").name()).isEqualTo("engine");
    assertThat(Retry.of("engine", plain().build()).config().maxAttempts()).isEqualTo(2);
    assertThat(Retry.of("engine").call(() -> "answer", Duration.ofSeconds(1))).isEqualTo("answer");
    RetryBudget budget = RetryBudget.of(.25, 7);
    assertThat(budget.ratio()).isEqualTo(.25);
    assertThat(budget.burst()).isEqualTo(7);
    assertThat(budget).hasToString("retry budget of 0.25 per request and 7 in reserve, 7 left");
    assertThat(RetryBudget.unlimited().burst()).isEqualTo(Integer.MAX_VALUE);
    assertThat(RetryBudget.unlimited()).hasToString("unlimited retry budget");
    RetryConfig config =
        plain().deadline(Duration.ofSeconds(3)).retryOnResult("no"::equals).build();
    assertThat(config.deadline()).contains(Duration.ofSeconds(3));
    assertThat(config.retryOnResult()).isPresent();
    assertThat(config)
        .hasToString("at most 2 attempts within PT3S, custom backoff up to " + config.maxDelay());
    assertThat(RetryConfig.defaults().deadline()).isEmpty();
    assertThat(RetryConfig.defaults().retryOnResult()).isEmpty();
    assertThat(RetryConfig.defaults().toString()).doesNotContain("within").doesNotContain("custom");
    assertThat(RetryConfig.builder().budgetRatio(.5).budgetBurst(3).build().budgetRatio())
        .isEqualTo(.5);
  }

  @Test
  void anAsynchronousCallEarnsForItsBudgetAndKeepsItsDeadline() {
    RetryBudget budget = RetryBudget.of(1, 1);
    assertThat(budget.tryWithdraw()).isTrue();
    Retry retry =
        Retry.of(
            "engine",
            RetryConfig.builder()
                .budget(budget)
                .backoff(Backoff.fixed(Duration.ofSeconds(1)))
                .build(),
            clock);

    CompletableFuture<Object> call =
        retry
            .callAsync(() -> CompletableFuture.failedFuture(down), Duration.ofSeconds(5))
            .toCompletableFuture();
    assertThat(retry.metrics().retries()).isOne();
    clock.advance(Duration.ofSeconds(1));

    assertThatThrownBy(call::join).hasCause(down);
    assertThat(retry.metrics().budgetRefusals()).isOne();
  }

  @Test
  void aClosedSubscriptionToEverythingHearsNothingOfAnything() throws Exception {
    Retry retry = Retry.of("engine", plain().budgetBurst(1).build(), clock);
    int[] heard = {0};
    var subscription = retry.events().onAny(event -> heard[0]++);
    retry.call(new Script(down, "answer"));
    assertThat(heard[0]).isEqualTo(2); // the retry and its success
    subscription.close();

    Retry again = retry.advisedBy((attempt, failure) -> !failure.getMessage().equals("hopeless"));
    assertThatThrownBy(() -> again.call(new Script(down))).isSameAs(down); // the budget is spent
    assertThatThrownBy(() -> again.call(new Script(new IOException("hopeless"))))
        .hasMessage("hopeless");

    assertThat(retry.metrics().budgetRefusals()).isOne();
    assertThat(heard[0]).isEqualTo(2);
  }
}
