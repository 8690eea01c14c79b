package io.foreguard.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Outcome;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import io.foreguard.timeout.TimeoutExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GuardTest {
  private final IOException down = new IOException("down");

  private final ManualClock clock = new ManualClock();

  @Nested
  class ThroughAllLayers {
    private final Guard guard =
        Guard.builder("engine")
            .clock(clock)
            .retry(RetryConfig.builder().maxAttempts(3).backoff(Backoff.none()).build())
            .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(2).build())
            .timeout(Duration.ofSeconds(1))
            .deadline(Duration.ofSeconds(5))
            .build();

    @Test
    void aCallSucceeds() throws Exception {
      assertThat(guard.call(() -> "answer")).isEqualTo("answer");
      assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("answer")))
          .isCompletedWithValue("answer");
      assertThat(guard.circuitBreaker().metrics().calls(Outcome.SUCCESS)).isEqualTo(2);
      assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aFailedCallIsTriedAgainAndEachAttemptIsEvidence() throws Exception {
      AtomicInteger attempts = new AtomicInteger();

      String answer =
          guard.call(
              () -> {
                if (attempts.incrementAndGet() < 3) {
                  throw down;
                }
                return "third time";
              });

      assertThat(answer).isEqualTo("third time");
      assertThat(guard.circuitBreaker().metrics().failures()).isEqualTo(2);
      assertThat(guard.circuitBreaker().metrics().successes()).isOne();
      assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
    }

    @Test
    void theBodysOwnExceptionComesOutUnchanged() {
      assertThatThrownBy(() -> guard.call(GuardTest.this::down)).isSameAs(down);
      Error error = new StackOverflowError();
      assertThatThrownBy(
              () ->
                  guard.call(
                      () -> {
                        throw error;
                      }))
          .isSameAs(error);
      CompletableFuture<Object> async =
          guard.callAsync(() -> CompletableFuture.failedFuture(down)).toCompletableFuture();
      assertThat(async.handle((value, thrown) -> thrown).join()).isSameAs(down);
      assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
      assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
      assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void anAttemptThatTakesTooLongIsATimeout() {
      List<CompletableFuture<String>> attempts = new ArrayList<>();
      CompletableFuture<String> result =
          guard
              .callAsync(
                  () -> {
                    attempts.add(new CompletableFuture<>());
                    return attempts.get(attempts.size() - 1);
                  })
              .toCompletableFuture();

      clock.advance(Duration.ofSeconds(1));

      assertThat(attempts.get(0)).isCancelled();
      assertThat(guard.circuitBreaker().metrics().calls(Outcome.TIMEOUT)).isOne();
      clock.advance(Duration.ofSeconds(4));
      assertThat(result.handle((value, thrown) -> thrown).join())
          .isInstanceOf(TimeoutExceededException.class);
      assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
      assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
      assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aFullBulkheadIsNoEvidenceAgainstTheDependency() throws Exception {
      List<BulkheadPermit> taken =
          List.of(
              guard.bulkhead().orElseThrow().acquire(), guard.bulkhead().orElseThrow().acquire());

      assertThatExceptionOfType(BulkheadFullException.class)
          .isThrownBy(() -> guard.call(() -> "unreached"));

      assertThat(guard.circuitBreaker().metrics().failures()).isZero();
      taken.forEach(BulkheadPermit::close);
      assertThat(guard.call(() -> 1)).isEqualTo(1);
    }

    @Test
    void anOpenCircuitIsNotTriedAgain() {
      guard.circuitBreaker().transitionToOpen();
      AtomicInteger ran = new AtomicInteger();

      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> guard.call(ran::incrementAndGet));

      assertThat(ran).hasValue(0);
      assertThat(guard.circuitBreaker().metrics().rejected()).isOne();
      assertThat(guard.retry().orElseThrow().metrics().retries()).isZero();
    }

    @Test
    void cancellingGivesBackWhatTheCallHeld() {
      CompletableFuture<String> body = new CompletableFuture<>();
      CompletableFuture<String> result = guard.callAsync(() -> body).toCompletableFuture();
      assertThat(guard.bulkhead().orElseThrow().inFlight()).isOne();

      result.cancel(true);

      assertThat(body).isCancelled();
      assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
      assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
      assertThat(guard.circuitBreaker().metrics().failures()).isZero();
      assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void namesItsPartsAndTheirOrder() {
      assertThat(guard.order())
          .containsExactly(Layer.RETRY, Layer.CIRCUIT_BREAKER, Layer.BULKHEAD, Layer.TIMEOUT);
      assertThat(guard.deadline()).contains(Duration.ofSeconds(5));
      assertThat(guard.timeout()).isPresent();
      assertThat(guard.threadPoolBulkhead()).isEmpty();
      assertThat(guard.circuitBreaker().config().deadline()).contains(Duration.ofSeconds(1));
      assertThat(guard.toString()).contains("engine", "RETRY");
    }
  }

  @Nested
  class WithAThreadPool {
    @Test
    void theCallerIsAnsweredInTimeThoughTheBodyIgnoresInterruption() throws Exception {
      CountDownLatch leave = new CountDownLatch(1);
      CountDownLatch left = new CountDownLatch(1);
      ThreadPoolBulkhead pool =
          ThreadPoolBulkhead.of(
              "pool", ThreadPoolBulkheadConfig.builder().maxThreads(1).coreThreads(1).build());
      Guard guard =
          Guard.builder("engine").threadPoolBulkhead(pool).timeout(Duration.ofMillis(50)).build();
      try {
        assertThatExceptionOfType(TimeoutExceededException.class)
            .isThrownBy(() -> guard.call(() -> stubborn(leave, left)));

        assertThat(left.getCount()).isOne();
        assertThat(pool.inFlight()).isOne();
        assertThat(guard.circuitBreaker().metrics().calls(Outcome.TIMEOUT)).isOne();
      } finally {
        leave.countDown();
        assertThat(left.await(30, SECONDS)).isTrue();
        pool.close();
      }
    }

    private String stubborn(CountDownLatch leave, CountDownLatch left) {
      boolean interrupted = false;
      while (leave.getCount() > 0) {
        try {
          if (leave.await(30, SECONDS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      left.countDown();
      return "too late " + interrupted;
    }

    @Test
    void cancellingReachesTheStageThatThePoolStarted() throws Exception {
      ThreadPoolBulkhead pool = ThreadPoolBulkhead.of("pool", ThreadPoolBulkheadConfig.defaults());
      Guard guard = Guard.builder("engine").clock(clock).threadPoolBulkhead(pool).build();
      try {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<String> body =
            new CompletableFuture<>() {
              @Override
              public boolean cancel(boolean mayInterruptIfRunning) {
                cancelled.countDown();
                return super.cancel(mayInterruptIfRunning);
              }
            };
        CompletableFuture<String> result =
            guard
                .callAsync(
                    () -> {
                      started.countDown();
                      return body;
                    })
                .toCompletableFuture();
        assertThat(started.await(30, SECONDS)).isTrue();

        result.cancel(true);

        assertThat(cancelled.await(30, SECONDS)).isTrue();
        assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
      } finally {
        pool.close();
      }
    }

    @Test
    void resultsAndFailuresOfStagesComeBack() {
      ThreadPoolBulkhead pool = ThreadPoolBulkhead.of("pool", ThreadPoolBulkheadConfig.defaults());
      Guard guard =
          Guard.builder("engine").threadPoolBulkhead(pool).timeout(Duration.ofSeconds(30)).build();
      try {
        assertThat(
                guard.callAsync(() -> CompletableFuture.completedFuture(3)).toCompletableFuture())
            .succeedsWithin(Duration.ofSeconds(30))
            .isEqualTo(3);
        assertThat(
                guard
                    .callAsync(() -> CompletableFuture.failedFuture(down))
                    .toCompletableFuture()
                    .handle((value, thrown) -> thrown)
                    .orTimeout(30, SECONDS)
                    .join())
            .isSameAs(down);
      } finally {
        pool.close();
      }
    }
  }

  @Nested
  class Contradictions {
    private final GuardBuilder builder = Guard.builder("engine").clock(clock);

    @Test
    void ofTimesAreRefused() {
      refused(
          () -> builder.timeout(Duration.ofSeconds(3)).deadline(Duration.ofSeconds(2)).build(),
          "timeout must be at most deadline (PT2S), which would always come first, but was PT3S");
      refused(
          () ->
              Guard.builder("engine")
                  .deadline(Duration.ofSeconds(1))
                  .retry(
                      RetryConfig.builder()
                          .baseDelay(Duration.ofSeconds(1))
                          .maxDelay(Duration.ofSeconds(9))
                          .build())
                  .build(),
          "retry.baseDelay must be shorter than deadline (PT1S), which would always come first,"
              + " but was PT1S");
      refused(
          () ->
              Guard.builder("engine")
                  .deadline(Duration.ofSeconds(1))
                  .bulkhead(BulkheadConfig.builder().maxWait(Duration.ofSeconds(2)).build())
                  .build(),
          "bulkhead.maxWait must be shorter than deadline (PT1S), which would always come first,"
              + " but was PT2S");
      refused(
          () -> Guard.builder("engine").timeout(Duration.ofSeconds(60)).build(),
          "permitLease must be longer than deadline (PT1M), but was PT1M");
      refused(
          () ->
              Guard.builder("engine")
                  .circuitBreaker(CircuitBreaker.of("shared"))
                  .timeout(Duration.ofMinutes(2))
                  .build(),
          "permitLease must be longer than timeout (PT2M), but was PT1M");
      refused(
          () ->
              Guard.builder("engine")
                  .circuitBreaker(
                      CircuitBreakerConfig.builder()
                          .slowCallDuration(Duration.ofSeconds(9))
                          .build())
                  .timeout(Duration.ofSeconds(2))
                  .build(),
          "slowCallDuration must be at most deadline (PT2S), but was PT9S");
      refused(
          () -> builder.timeout(Duration.ZERO),
          "timeout must be longer than zero and at most 73 years, but was PT0S");
    }

    @Test
    void ofTwoBulkheadsAreRefused() {
      refused(
          () ->
              builder
                  .bulkhead(BulkheadConfig.defaults())
                  .threadPoolBulkhead(ThreadPoolBulkheadConfig.defaults())
                  .build(),
          "threadPoolBulkhead must be absent when there is a semaphore bulkhead, but was engine");
    }

    @Test
    void ofTheOrderAreRefused() {
      builder.timeout(Duration.ofSeconds(1)).retry(RetryConfig.defaults());
      for (Layer[] order :
          new Layer[][] {
            {Layer.RETRY, Layer.CIRCUIT_BREAKER},
            {Layer.RETRY, Layer.CIRCUIT_BREAKER, Layer.TIMEOUT, Layer.BULKHEAD},
            {Layer.RETRY, Layer.RETRY, Layer.TIMEOUT},
            {Layer.TIMEOUT, Layer.RETRY, Layer.CIRCUIT_BREAKER}
          }) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> builder.order(order).build())
            .withMessageStartingWith("order must be ");
      }
      assertThat(builder.order(Layer.CIRCUIT_BREAKER, Layer.RETRY, Layer.TIMEOUT).build().order())
          .containsExactly(Layer.CIRCUIT_BREAKER, Layer.RETRY, Layer.TIMEOUT);
    }

    private void refused(ThrowingCallable code, String message) {
      assertThatIllegalArgumentException().isThrownBy(code).withMessage(message);
    }
  }

  @Nested
  class WithAFallback {
    private final Guard guard = Guard.builder("engine").clock(clock).build();
    private final FallbackGuard<String> profiles =
        guard.withFallback(
            Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)), clock)
                .orElse(Fallback.value("unknown")));

    @Test
    void answersFreshThenStaleThenMadeUp() throws Exception {
      Answer<String> fresh = profiles.answer("ann", () -> "gold");
      clock.advance(Duration.ofMinutes(3));
      Answer<String> stale = profiles.answer("ann", GuardTest.this::down);
      Answer<String> other = profiles.answer("bob", GuardTest.this::down);
      guard.circuitBreaker().transitionToOpen();
      Answer<String> refused = profiles.answer("ann", () -> "unreached");

      assertThat(fresh.source()).isEqualTo(Answer.Source.FRESH);
      assertThat(stale.value()).isEqualTo("gold");
      assertThat(stale.source()).isEqualTo(Answer.Source.STALE);
      assertThat(stale.age()).isEqualTo(Duration.ofMinutes(3));
      assertThat(other.value()).isEqualTo("unknown");
      assertThat(other.source()).isEqualTo(Answer.Source.DEFAULT);
      assertThat(refused.value()).isEqualTo("gold");
      assertThat(refused.cause()).containsInstanceOf(CircuitOpenException.class);
      assertThat(profiles.call(GuardTest.this::down)).isEqualTo("unknown");
      assertThat(profiles.guard()).isSameAs(guard);
    }

    @Test
    void answersAsynchronouslyToo() {
      assertThat(profiles.callAsync("ann", () -> CompletableFuture.completedFuture("gold")))
          .isCompletedWithValue("gold");
      assertThat(profiles.callAsync("ann", () -> CompletableFuture.failedFuture(down)))
          .isCompletedWithValue("gold");
      assertThat(
              profiles
                  .answerAsync("bob", () -> CompletableFuture.failedFuture(down))
                  .toCompletableFuture()
                  .join()
                  .source())
          .isEqualTo(Answer.Source.DEFAULT);
      assertThat(guard.circuitBreaker().metrics().failures()).isEqualTo(2);
    }

    @Test
    void lettingGoOfTheValueCancelsTheCall() {
      CompletableFuture<String> body = new CompletableFuture<>();
      CompletableFuture<String> value = profiles.callAsync("ann", () -> body).toCompletableFuture();

      value.cancel(true);

      assertThat(body).isCancelled();
      assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
    }

    @Test
    void anErrorIsNotAnswered() {
      Error error = new OutOfMemoryError("simulated");
      assertThatThrownBy(
              () ->
                  profiles.call(
                      "ann",
                      () -> {
                        throw error;
                      }))
          .isSameAs(error);
    }
  }

  @Nested
  class WithADeadlineAlone {
    private final Guard guard =
        Guard.builder("engine").clock(clock).deadline(Duration.ofSeconds(1)).build();

    @Test
    void asynchronousCallsThatHangOpenTheCircuit() {
      for (int i = 0; i < 100; i++) {
        CompletableFuture<String> result =
            guard.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
        clock.advance(Duration.ofSeconds(1));
        assertThat(result).isCompletedExceptionally();
      }

      assertThat(guard.circuitBreaker().state()).isEqualTo(State.OPEN);
      assertThat(guard.circuitBreaker().metrics().calls(Outcome.TIMEOUT)).isPositive();
      assertThat(guard.circuitBreaker().metrics().calls(Outcome.IGNORED)).isZero();
    }

    @Test
    void callsThatAreInterruptedByItAreTimeouts() {
      assertThatExceptionOfType(TimeoutExceededException.class)
          .isThrownBy(
              () ->
                  guard.call(
                      () -> {
                        clock.sleep(Duration.ofSeconds(1)); // in which the timer interrupts
                        clock.sleep(Duration.ofSeconds(1));
                        return "unreached";
                      }));

      assertThat(guard.circuitBreaker().metrics().calls(Outcome.TIMEOUT)).isOne();
    }

    @Test
    void aCallThatIsCancelledEarlyIsNoEvidence() {
      CompletableFuture<String> result =
          guard.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
      clock.advance(Duration.ofMillis(800));

      result.cancel(true);

      assertThat(guard.circuitBreaker().metrics().calls(Outcome.IGNORED)).isOne();
    }
  }

  @Test
  void twoGuardsMayShareABreaker() throws Exception {
    CircuitBreaker shared = CircuitBreaker.of("shared");
    List<Guard> guards = new ArrayList<>();
    for (String name : List.of("read", "write")) {
      guards.add(Guard.builder(name).circuitBreaker(shared).build());
    }
    for (Guard guard : guards) {
      guard.call(() -> 1);
    }

    assertThat(shared.metrics().successes()).isEqualTo(2);
  }

  private String down() throws IOException {
    throw down;
  }
}
