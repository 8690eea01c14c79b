package io.foreguard.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Outcome;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.hedge.RefusalReason;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HedgeGuardTest {
  private static final Duration DELAY = Duration.ofMillis(50);

  private final ManualClock clock = new ManualClock();
  private final Random random = new Random(20_261_124);
  private final List<CompletableFuture<String>> attempts = new ArrayList<>();
  private final GuardBuilder builder =
      Guard.builder("engine").clock(clock).bulkhead(BulkheadConfig.defaults());

  @Test
  void isOffByDefault() {
    assertThat(builder.build().hedge()).isEmpty();
  }

  @Test
  void eachAttemptTakesPermitsOfItsOwnAndTheLoserIsNoEvidence() {
    Guard guard = builder.hedge(fixed()).timeout(Duration.ofSeconds(1)).build();
    assertThat(guard.order())
        .containsExactly(Layer.HEDGE, Layer.CIRCUIT_BREAKER, Layer.BULKHEAD, Layer.TIMEOUT);
    CompletableFuture<String> result = start(guard);
    clock.advance(DELAY);
    assertThat(guard.circuitBreaker().metrics().inFlight()).isEqualTo(2);
    assertThat(guard.bulkhead().orElseThrow().inFlight()).isEqualTo(2);

    attempts.get(1).complete("second");

    assertThat(result).isCompletedWithValue("second");
    assertThat(attempts.get(0)).isCancelled();
    assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
    assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
    assertThat(guard.circuitBreaker().metrics().calls(Outcome.SUCCESS)).isOne();
    assertThat(guard.circuitBreaker().metrics().calls(Outcome.IGNORED)).isOne();
    assertThat(guard.circuitBreaker().metrics().failures()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void retryIsOutsideAndRepeatsTheHedgedCall() {
    Guard guard =
        builder.retry(RetryConfig.builder().backoff(Backoff.none()).build()).hedge(fixed()).build();
    CompletableFuture<String> result = start(guard);
    clock.advance(DELAY);
    attempts.get(0).completeExceptionally(new IOException("down"));
    attempts.get(1).completeExceptionally(new IOException("down"));
    assertThat(attempts).hasSize(3);
    attempts.get(2).complete("third");

    assertThat(result).isCompletedWithValue("third");
    assertThat(guard.retry().orElseThrow().metrics().retries()).isOne();
  }

  @Test
  void nothingIsHedgedUnlessTheCircuitIsClosed() {
    Guard guard = builder.hedge(fixed()).build();
    CompletableFuture<String> before = start(guard);
    guard.circuitBreaker().transitionToOpen();
    clock.advance(DELAY);

    assertThat(attempts).hasSize(1);
    assertThat(hedge(guard).metrics().refusals(RefusalReason.ADVICE)).isOne();
    attempts.get(0).complete("first");
    assertThat(before).isCompletedWithValue("first");

    clock.advance(Duration.ofMinutes(1));
    CompletableFuture<String> probe = start(guard);
    clock.advance(DELAY);
    assertThat(attempts).hasSize(2);
    attempts.get(1).complete("probe");
    assertThat(probe).isCompletedWithValue("probe");
  }

  @Test
  void aDependencyThatRefusesForLoadIsNotHedged() {
    Guard guard = builder.hedge(fixed()).build();
    for (int i = 0; i < 200; i++) {
      CompletableFuture<String> result = start(guard);
      attempts.get(i).complete("answer");
      assertThat(result).isDone();
    }
    for (int i = 0; i < 2; i++) {
      guard.circuitBreaker().acquire().record(Outcome.REJECTED);
    }
    clock.advance(Duration.ofSeconds(1));
    assertThat(guard.circuitBreaker().state()).isEqualTo(State.CLOSED);

    CompletableFuture<String> result = start(guard);
    clock.advance(DELAY);

    assertThat(attempts).hasSize(201);
    attempts.get(200).complete("answer");
    assertThat(result).isDone();
  }

  @Test
  void theDelayFollowsTheBreakersEvidenceAndTheTailIsCutShort() {
    Guard plain = builder.build();
    Guard hedged = builder.hedge(HedgeConfig.defaults()).build();

    double without = slowest(plain, 20_000, .99);
    double with = slowest(hedged, 20_000, .99);

    assertThat(with).isLessThan(.5 * without);
    double share = hedge(hedged).metrics().hedges() / 20_000.0;
    assertThat(share).isCloseTo(.04, within(.015));
    assertThat(hedged.circuitBreaker().state()).isEqualTo(State.CLOSED);
    assertThat(hedged.circuitBreaker().metrics().failures()).isZero();
  }

  @Test
  void synchronousCallsNeedAnExecutor() throws Exception {
    Guard without = builder.hedge(HedgeConfig.defaults()).build();
    assertThatIllegalStateException().isThrownBy(() -> without.call(() -> "unreached"));

    Guard with = builder.hedge(HedgeConfig.builder().executor(Runnable::run).build()).build();
    assertThat(with.call(() -> "answer")).isEqualTo("answer");
    assertThat(with.circuitBreaker().metrics().successes()).isOne();
  }

  @Test
  void aSynchronousLoserIsInterruptedAndNoEvidence() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    Guard guard = builder.hedge(fixed().toBuilder().executor(threads).build()).build();
    try {
      Future<String> result =
          threads.submit(
              () ->
                  guard.call(
                      () -> {
                        if (started.incrementAndGet() == 1) {
                          begun.countDown();
                          never.await();
                        }
                        return "answer " + started.get();
                      }));
      assertThat(begun.await(30, SECONDS)).isTrue();
      untilTheTimerIsSet();
      clock.advance(DELAY);

      assertThat(result.get(30, SECONDS)).isEqualTo("answer 2");
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(30, SECONDS)).isTrue();
    }
    assertThat(guard.circuitBreaker().metrics().calls(Outcome.SUCCESS)).isOne();
    assertThat(guard.circuitBreaker().metrics().calls(Outcome.IGNORED)).isOne();
    assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
    assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
  }

  @Test
  void contradictionsAreRefused() {
    builder.hedge(fixed()).retry(RetryConfig.defaults());
    for (Layer[] order :
        new Layer[][] {
          {Layer.HEDGE, Layer.RETRY, Layer.CIRCUIT_BREAKER, Layer.BULKHEAD},
          {Layer.RETRY, Layer.CIRCUIT_BREAKER, Layer.HEDGE, Layer.BULKHEAD},
          {Layer.RETRY, Layer.BULKHEAD, Layer.HEDGE, Layer.CIRCUIT_BREAKER},
          {Layer.RETRY, Layer.CIRCUIT_BREAKER, Layer.BULKHEAD}
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.order(order).build())
          .withMessageStartingWith("order must be ");
    }
    assertThat(
            builder
                .order(Layer.RETRY, Layer.HEDGE, Layer.BULKHEAD, Layer.CIRCUIT_BREAKER)
                .build()
                .order())
        .contains(Layer.HEDGE);
    refused(
        () -> Guard.builder("engine").hedge(fixed()).timeout(DELAY).build(),
        "hedge.fixedDelay must be shorter than the time of an attempt (PT0.05S), or no hedge would"
            + " start, but was PT0.05S");
    refused(
        () -> Guard.builder("engine").hedge(fixed()).deadline(DELAY).build(),
        "hedge.fixedDelay must be shorter than the time of an attempt (PT0.05S), or no hedge would"
            + " start, but was PT0.05S");
  }

  private static void refused(ThrowingCallable code, String message) {
    assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
  }

  /** Runs calls one after the other, a few of which take 50 times as long; answers a quantile. */
  private double slowest(Guard guard, int calls, double q) {
    double[] seconds = new double[calls];
    for (int i = 0; i < calls; i++) {
      long begin = clock.nanoTime();
      CompletableFuture<Long> result =
          guard
              .callAsync(this::sometimesSlow)
              .thenApply(v -> clock.nanoTime())
              .toCompletableFuture();
      clock.advance(Duration.ofSeconds(2));
      seconds[i] = (result.join() - begin) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[(int) (q * calls)];
  }

  private CompletableFuture<String> sometimesSlow() {
    double latency = .01 * Math.exp(.3 * random.nextGaussian());
    double slow = random.nextInt(50) == 0 ? 50 : 1;
    CompletableFuture<String> body = new CompletableFuture<>();
    clock.schedule(() -> body.complete("answer"), Duration.ofNanos((long) (latency * slow * 1e9)));
    return body;
  }

  /** The attempt runs on its own thread and may begin before its caller has set the timer. */
  @SuppressWarnings("ThreadPriorityCheck") // the caller is about to set it
  private void untilTheTimerIsSet() {
    long limit = System.nanoTime() + SECONDS.toNanos(30);
    while (clock.pendingTasks() == 0) {
      assertThat(System.nanoTime() - limit).isNegative();
      Thread.yield();
    }
  }

  private static HedgeConfig fixed() {
    return HedgeConfig.builder().fixedDelay(DELAY).build();
  }

  private static Hedge hedge(Guard guard) {
    return guard.hedge().orElseThrow();
  }

  private CompletableFuture<String> start(Guard guard) {
    return guard
        .callAsync(
            () -> {
              attempts.add(new CompletableFuture<>());
              return attempts.get(attempts.size() - 1);
            })
        .toCompletableFuture();
  }
}
