package io.foreguard.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What both kinds of bulkhead say of themselves, and calls in their other forms. */
class BulkheadViewsTest {
  private final ManualClock clock = new ManualClock();

  @Test
  void aBulkheadSaysWhatItIs() {
    assertThat(Bulkhead.of("engine").name()).isEqualTo("engine");
    assertThat(Bulkhead.of("engine").config()).isEqualTo(BulkheadConfig.defaults());
    BulkheadConfig two = BulkheadConfig.builder().maxConcurrentCalls(2).build();
    Bulkhead bulkhead = Bulkhead.of("engine", two);
    assertThat(bulkhead.tryAcquire()).isPresent();
    assertThat(bulkhead).hasToString("Bulkhead[engine, 1 of 2 in flight, 0 waiting]");
    assertThat(two).hasToString("BulkheadConfig[maxConcurrentCalls=2, maxWait=PT0S, maxQueue=100]");
  }

  @Test
  void decoratedCallsHoldAPermitEachTime() throws Exception {
    Bulkhead bulkhead =
        Bulkhead.of("engine", BulkheadConfig.builder().maxConcurrentCalls(1).build(), clock);
    var body = bulkhead.decorate(bulkhead::inFlight);
    assertThat(body.call()).isOne();
    assertThat(body.call()).isOne();

    CompletableFuture<String> inner = new CompletableFuture<>();
    var later = bulkhead.decorateAsync(() -> inner);
    CompletableFuture<String> call = later.get().toCompletableFuture();
    assertThat(bulkhead.inFlight()).isOne();
    assertThatThrownBy(later.get().toCompletableFuture()::join)
        .hasCauseInstanceOf(BulkheadFullException.class);
    inner.complete("answer");
    assertThat(call).isCompletedWithValue("answer");
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void aResultGivenToAWaitingCallFromOutsideTakesItOutOfTheQueue() {
    Bulkhead bulkhead =
        Bulkhead.of(
            "engine",
            BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofSeconds(1)).build(),
            clock);
    BulkheadPermit held = bulkhead.tryAcquire().orElseThrow();
    CompletableFuture<String> queued =
        bulkhead.callAsync(() -> new CompletableFuture<String>()).toCompletableFuture();
    assertThat(bulkhead.waiting()).isOne();

    assertThat(queued.complete("from outside")).isTrue();

    assertThat(bulkhead.waiting()).isZero();
    assertThat(clock.pendingTasks()).isZero();
    held.close();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void aPoolSaysWhatItIsAndDecoratesCalls() throws Exception {
    try (ThreadPoolBulkhead pool = ThreadPoolBulkhead.of("engine")) {
      assertThat(pool.name()).isEqualTo("engine");
      assertThat(pool.config()).isEqualTo(ThreadPoolBulkheadConfig.defaults());
      assertThat(pool.decorate(() -> "answer").call()).isEqualTo("answer");
      assertThat(
              pool.decorateAsync(() -> "later")
                  .get()
                  .toCompletableFuture()
                  .get(30, TimeUnit.SECONDS))
          .isEqualTo("later");
    }
    ThreadPoolBulkheadConfig three = ThreadPoolBulkheadConfig.builder().maxThreads(3).build();
    try (ThreadPoolBulkhead pool = ThreadPoolBulkhead.of("engine", three)) {
      assertThat(pool.maxConcurrentCalls()).isEqualTo(3);
      assertThat(pool.toString()).contains("engine, 0 of 3 in flight, 0 waiting");
      assertThat(three.toString()).contains("maxThreads=3");
      assertThat(three.virtualThreads()).isFalse();
    }
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // it only takes up the thread
  void aResultGivenToAQueuedCallOfAPoolFromOutsideTakesItOutOfTheQueue() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    ThreadPoolBulkheadConfig one =
        ThreadPoolBulkheadConfig.builder().coreThreads(1).maxThreads(1).queueCapacity(2).build();
    try (ThreadPoolBulkhead pool = ThreadPoolBulkhead.of("engine", one, clock)) {
      pool.submit(() -> release.await(30, TimeUnit.SECONDS));
      CompletableFuture<String> first = pool.submit(() -> "unreached").toCompletableFuture();
      CompletableFuture<String> second = pool.submit(() -> "unreached").toCompletableFuture();
      assertThat(pool.waiting()).isEqualTo(2);

      assertThat(first.complete("from outside")).isTrue();
      assertThat(pool.waiting()).isOne();
      assertThat(first.complete("again")).isFalse();
      assertThat(second.completeExceptionally(new IllegalStateException("outside"))).isTrue();
      assertThat(pool.waiting()).isZero();
      assertThat(second.completeExceptionally(new IllegalStateException("again"))).isFalse();
      assertThat(second.cancel(true)).isFalse();
      assertThat(first).isCompletedWithValue("from outside");
    } finally {
      release.countDown();
    }
  }
}
