package io.foreguard.predictive.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalHistoryTest {
  private static final long MILLI = 1_000_000L;
  private static final long FROM = Long.MAX_VALUE - 100 * MILLI;

  private final SignalHistory history = new SignalHistory();
  private final OnlineWeights weights = new OnlineWeights(.5, 3_600);
  private final Proof proof = new Proof(.05, 20);

  @Test
  void aCallFromBeforeEverythingIsMissed() {
    history.ended(FROM, 0, true, false);
    publish(FROM);
    history.ended(FROM - 1, 1, true, false);

    assertThat(history.missed()).isEqualTo(2);
    assertThat(history.settle(weights, proof)).isZero();
  }

  @Test
  void everyCallIsHandedOverOnce() {
    for (long i = 0; i < 1_000; i++) {
      publish(FROM + i * 10 * MILLI);
      history.ended(FROM + i * 10 * MILLI, 5, i % 2 == 0, i % 3 == 0);
      history.ended(FROM + i * 10 * MILLI + 3, 5, i % 2 == 0, false);
      assertThat(history.settle(weights, proof)).isEqualTo(2);
    }
    assertThat(history.settle(weights, proof)).isZero();
    assertThat(history.missed()).isZero();
  }

  @Test
  void remembersAsFarBackAsItSays() {
    int moments = SignalHistory.PLACES - SignalHistory.MARGIN;
    for (long i = 0; i < 2 * SignalHistory.PLACES; i++) {
      publish(FROM + i * 10 * MILLI);
    }
    long oldest = FROM + (2L * SignalHistory.PLACES - moments) * 10 * MILLI;
    history.ended(oldest, 5, true, false);
    assertThat(history.missed()).isZero();
    history.ended(oldest - 1, 5, true, false);
    assertThat(history.missed()).isEqualTo(1);
  }

  @Test
  void momentsAreSpacedSoThatTheLongestCallFits() {
    publish(FROM);
    assertThat(history.isDue(FROM + 5 * MILLI)).isTrue();
    assertThat(history.isDue(FROM + 4 * MILLI)).isFalse();
    history.ended(FROM, 16_000 * MILLI, false, false);
    assertThat(history.isDue(FROM + 99 * MILLI)).isFalse();
    assertThat(history.isDue(FROM + 100 * MILLI)).isTrue();
    assertThat(history.isDue(FROM - MILLI)).isFalse();
    for (int i = 0; i < 1_000; i++) {
      history.forgetLongest();
    }
    assertThat(history.isDue(FROM + 5 * MILLI)).isTrue();
  }

  @Test
  void manyThreadsLoseNoCall() throws Exception {
    int threads = 4;
    int each = 50_000;
    publish(0);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      running.add(
          executor.submit(
              () -> {
                start.await();
                for (int i = 0; i < each; i++) {
                  history.ended(i, 1, i % 5 > 0, thread == 0);
                }
                return null;
              }));
    }
    start.countDown();
    long settled = 0;
    for (long moment = 1; moment < 400; moment++) {
      settled += history.settle(weights, proof);
      publish(moment * 5 * MILLI);
    }
    for (Future<?> one : running) {
      one.get(60, TimeUnit.SECONDS);
    }
    executor.shutdownNow();
    settled += history.settle(weights, proof);

    assertThat(settled + history.missed()).isEqualTo((long) threads * each);
  }

  private void publish(long time) {
    history.weigh(1, 1);
    history.publish(time, new double[OnlineFeatures.SIZE], -2, .9, .8, proof.cell());
  }
}
