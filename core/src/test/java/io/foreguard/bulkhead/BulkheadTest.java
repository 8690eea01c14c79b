package io.foreguard.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.foreguard.bulkhead.BulkheadEvent.Rejection;
import io.foreguard.bulkhead.BulkheadEvent.Resize;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkheadTest {
  private final ManualClock clock = new ManualClock();
  private final Bulkhead bulkhead = bulkhead(2);

  @Test
  void runsTheBodyAndGivesThePermitBack() throws Exception {
    int inside = bulkhead.call(bulkhead::inFlight);

    assertThat(inside).isOne();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void givesThePermitBackWhenTheBodyThrows() {
    IOException failure = new IOException("refused");

    assertThatThrownBy(
            () ->
                bulkhead.call(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void givesThePermitBackOnAnError() {
    OutOfMemoryError error = new OutOfMemoryError("simulated");

    assertThatThrownBy(
            () ->
                bulkhead.call(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void refusesACallBeyondTheLimitWithoutRunningIt() throws Exception {
    List<String> ran = new ArrayList<>();
    bulkhead.acquire();
    bulkhead.acquire();

    assertThatExceptionOfType(BulkheadFullException.class)
        .isThrownBy(() -> bulkhead.call(() -> ran.add("ran")))
        .satisfies(
            e -> {
              assertThat(e.source()).isEqualTo("engine");
              assertThat(e.retryAfter()).isZero();
              assertThat(e).hasMessageContaining("2 of 2 calls in flight");
              assertThat(OutcomeClassifier.standard().classify(null, e)).isEqualTo(Outcome.IGNORED);
            });
    assertThat(ran).isEmpty();
    assertThat(bulkhead.rejectedCalls()).isOne();
    assertThat(bulkhead.inFlight()).isEqualTo(2);
  }

  @Test
  void aPermitThatIsClosedTwiceIsGivenBackOnce() throws Exception {
    BulkheadPermit first = bulkhead.acquire();
    BulkheadPermit second = bulkhead.acquire();

    first.close();
    first.close();

    assertThat(bulkhead.inFlight()).isOne();
    second.close();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void triesForAPermitWithoutThrowing() {
    Optional<BulkheadPermit> first = bulkhead.tryAcquire();
    Optional<BulkheadPermit> second = bulkhead.tryAcquire();

    assertThat(first).isPresent();
    assertThat(second).isPresent();
    assertThat(bulkhead.tryAcquire()).isEmpty();
    assertThat(bulkhead.rejectedCalls()).isOne();

    first.get().close();
    assertThat(bulkhead.tryAcquire()).isPresent();
  }

  @Test
  void tellsOfRejectionsWithTheCountsOfTheMoment() {
    List<Rejection> events = new ArrayList<>();
    bulkhead.rejections().subscribe(events::add);
    bulkhead.tryAcquire();
    bulkhead.tryAcquire();
    bulkhead.tryAcquire();

    assertThat(events).hasSize(1);
    Rejection event = events.get(0);
    assertThat(event.bulkhead()).isEqualTo("engine");
    assertThat(event.time()).isEqualTo(clock.wallTime());
    assertThat(event.inFlight()).isEqualTo(2);
    assertThat(event.maxConcurrentCalls()).isEqualTo(2);
    assertThat(event.waiting()).isZero();
    assertThat(event.waited()).isZero();
  }

  @Test
  void aThrowingListenerLeaksNoPermitAndReachesNoCaller() throws Exception {
    bulkhead
        .rejections()
        .subscribe(
            event -> {
              throw new AssertionError("listener");
            });
    bulkhead
        .resizes()
        .subscribe(
            event -> {
              throw new IllegalStateException("listener");
            });

    for (int i = 0; i < 100; i++) {
      BulkheadPermit first = bulkhead.acquire();
      BulkheadPermit second = bulkhead.acquire();
      assertThatExceptionOfType(BulkheadFullException.class)
          .isThrownBy(() -> bulkhead.call(() -> "unreached"));
      assertThat(bulkhead.callAsync(() -> null).toCompletableFuture()).isCompletedExceptionally();
      first.close();
      second.close();
      bulkhead.resize(3);
      bulkhead.resize(2);
    }

    assertThat(bulkhead.inFlight()).isZero();
    assertThat(bulkhead.waiting()).isZero();
    assertThat(bulkhead.call(() -> "answer")).isEqualTo("answer");
  }

  @Test
  void shrinkingDoesNotBlockAndTakesEffectAsCallsEnd() throws Exception {
    Bulkhead five = bulkhead(5);
    List<BulkheadPermit> running = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      running.add(five.acquire());
    }

    five.resize(2); // on the thread that holds the permits: blocking would be for ever

    assertThat(five.maxConcurrentCalls()).isEqualTo(2);
    assertThat(five.config().maxConcurrentCalls()).isEqualTo(2);
    assertThat(five.inFlight()).isEqualTo(5);
    for (int left = 4; left >= 2; left--) {
      running.remove(0).close();
      assertThat(five.inFlight()).isEqualTo(left);
      assertThat(five.tryAcquire()).isEmpty();
    }
    running.remove(0).close();
    assertThat(five.tryAcquire()).isPresent();
    assertThat(five.tryAcquire()).isEmpty();
  }

  @Test
  void growingMakesRoomAtOnce() {
    bulkhead.tryAcquire();
    bulkhead.tryAcquire();

    bulkhead.resize(3);

    assertThat(bulkhead.tryAcquire()).isPresent();
    assertThat(bulkhead.tryAcquire()).isEmpty();
  }

  @Test
  void tellsOfAChangedLimitAlone() {
    List<Resize> events = new ArrayList<>();
    bulkhead.resizes().subscribe(events::add);

    bulkhead.resize(7);
    bulkhead.resize(7);
    bulkhead.reconfigure(bulkhead.config().toBuilder().maxWait(Duration.ofSeconds(1)).build());

    assertThat(events).hasSize(1);
    assertThat(events.get(0).from()).isEqualTo(2);
    assertThat(events.get(0).to()).isEqualTo(7);
    assertThat(bulkhead.config().maxWait()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void countsUpToTheLargestLimit() {
    Bulkhead large = bulkhead(1_000_000);
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(large.tryAcquire()).isPresent();
    }

    assertThat(large.inFlight()).isEqualTo(1_000_000);
    assertThat(large.tryAcquire()).isEmpty();
    large.resize(1);
    assertThat(large.inFlight()).isEqualTo(1_000_000);
    assertThat(large.maxConcurrentCalls()).isEqualTo(1);
  }

  @Test
  void aCallThatFindsRoomAllocatesNothing() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Callable<String> body = () -> "answer";
    for (int i = 0; i < 20_000; i++) {
      bulkhead.call(body);
    }
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 100_000; i++) {
      bulkhead.call(body);
    }
    long allocated = threads.getThreadAllocatedBytes(thread) - before;

    assertThat(allocated).as("bytes for 100,000 calls").isLessThan(100_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_000_001})
  void refusesALimitOutOfRange(int limit) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BulkheadConfig.builder().maxConcurrentCalls(limit))
        .withMessage("maxConcurrentCalls must be in [1, 1000000], but was " + limit);
    assertThatIllegalArgumentException().isThrownBy(() -> bulkhead.resize(limit));
    assertThat(bulkhead.maxConcurrentCalls()).isEqualTo(2);
  }

  @Test
  void refusesSettingsThatContradictEachOther() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> BulkheadConfig.builder().maxWait(Duration.ofMillis(5)).maxQueue(0).build())
        .withMessage(
            "maxQueue must be at least 1 when maxWait (PT0.005S) is longer than zero, but was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BulkheadConfig.builder().maxWait(Duration.ofMillis(-5)))
        .withMessageContaining("maxWait must be zero or longer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BulkheadConfig.builder().maxQueue(-1))
        .withMessage("maxQueue must be in [0, 1000000], but was -1");
  }

  @Test
  void copiesEverySettingIntoABuilder() {
    BulkheadConfig config =
        BulkheadConfig.builder()
            .maxConcurrentCalls(3)
            .maxWait(Duration.ofSeconds(4))
            .maxQueue(5)
            .build();

    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
    assertThat(BulkheadConfig.defaults().maxConcurrentCalls()).isEqualTo(25);
    assertThat(BulkheadConfig.defaults().maxWait()).isZero();
    assertThat(BulkheadConfig.defaults().maxQueue()).isEqualTo(100);
  }

  private Bulkhead bulkhead(int limit) {
    return Bulkhead.of("engine", BulkheadConfig.builder().maxConcurrentCalls(limit).build(), clock);
  }
}
