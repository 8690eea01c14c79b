package io.foreguard.bulkhead;

import static io.foreguard.bulkhead.Threads.await;
import static io.foreguard.bulkhead.Threads.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.Clock;
import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // some calls here are made only to take up room
class BulkheadWaitingTest {
  private static final Duration MAX_WAIT = Duration.ofSeconds(3);

  private final ManualClock clock = new ManualClock();
  private final Bulkhead bulkhead =
      Bulkhead.of(
          "engine",
          BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(MAX_WAIT).maxQueue(3).build(),
          clock);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void aBlockedCallRunsWhenThePermitComesBack() throws Exception {
    BulkheadPermit permit = bulkhead.acquire();
    Future<String> waiter = threads.submit(() -> bulkhead.call(() -> "answer"));
    eventually(() -> bulkhead.waiting() == 1);
    assertThat(waiter.isDone()).isFalse();

    permit.close();

    assertThat(waiter.get(10, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(bulkhead.inFlight()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void aBlockedCallIsRefusedWhenTheClockSaysSo() throws Exception {
    List<Duration> waited = Collections.synchronizedList(new ArrayList<>());
    bulkhead.rejections().subscribe(event -> waited.add(event.waited()));
    BulkheadPermit permit = bulkhead.acquire();
    Future<String> waiter = threads.submit(() -> bulkhead.call(() -> "unreached"));
    eventually(() -> clock.pendingTasks() == 1);

    clock.advance(MAX_WAIT);

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> waiter.get(10, TimeUnit.SECONDS))
        .withCauseInstanceOf(BulkheadFullException.class);
    assertThat(waited).containsExactly(MAX_WAIT);
    assertThat(bulkhead.waiting()).isZero();
    permit.close();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void aBlockedCallIsRefusedOnTheSystemsClockToo() throws Exception {
    Bulkhead real =
        Bulkhead.of(
            "engine",
            BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofMillis(5)).build(),
            Clock.system());
    real.acquire();

    assertThatExceptionOfType(BulkheadFullException.class).isThrownBy(real::acquire);
    assertThat(real.waiting()).isZero();
  }

  @Test
  void refusesAtOnceWhenTheQueueIsFull() throws Exception {
    bulkhead.acquire();
    for (int i = 1; i <= 3; i++) {
      int expected = i;
      threads.submit(() -> bulkhead.call(() -> "unreached"));
      eventually(() -> bulkhead.waiting() == expected);
    }

    assertThatThrownBy(() -> bulkhead.call(() -> "unreached"))
        .isInstanceOf(BulkheadFullException.class)
        .hasMessageContaining("3 waiting");
  }

  @Test
  void blockedCallsRunInTheOrderOfArrival() throws Exception {
    BulkheadPermit permit = bulkhead.acquire();
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> waiters = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      int number = i;
      waiters.add(threads.submit(() -> bulkhead.call(() -> order.add(number))));
      eventually(() -> bulkhead.waiting() == number);
    }

    permit.close();

    for (Future<?> waiter : waiters) {
      waiter.get(10, TimeUnit.SECONDS);
    }
    assertThat(order).containsExactly(1, 2, 3);
  }

  @Test
  void anInterruptedCallLeavesTheQueue() throws Exception {
    BulkheadPermit permit = bulkhead.acquire();
    AtomicReference<Thread> blocked = new AtomicReference<>();
    Future<String> waiter =
        threads.submit(
            () -> {
              blocked.set(Thread.currentThread());
              return bulkhead.call(() -> "unreached");
            });
    eventually(() -> bulkhead.waiting() == 1);

    blocked.get().interrupt();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> waiter.get(10, TimeUnit.SECONDS))
        .withCauseInstanceOf(InterruptedException.class);
    assertThat(bulkhead.waiting()).isZero();
    assertThat(clock.pendingTasks()).isZero();
    assertThat(bulkhead.rejectedCalls()).isZero();
    permit.close();
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void shrinkingDoesNotBlockWhileOthersHoldAndAwaitPermits() throws Exception {
    bulkhead.resize(2);
    BulkheadPermit first = bulkhead.acquire();
    BulkheadPermit second = bulkhead.acquire();
    Future<String> waiter = threads.submit(() -> bulkhead.call(() -> "answer"));
    eventually(() -> bulkhead.waiting() == 1);

    threads.submit(() -> bulkhead.resize(1)).get(10, TimeUnit.SECONDS);

    first.close();
    assertThat(bulkhead.waiting()).as("one still runs, and one may").isOne();
    second.close();
    assertThat(waiter.get(10, TimeUnit.SECONDS)).isEqualTo("answer");
  }

  @Test
  void growingWakesBlockedCalls() throws Exception {
    bulkhead.acquire();
    CountDownLatch inside = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      threads.submit(
          () ->
              bulkhead.call(
                  () -> {
                    inside.countDown();
                    await(inside); // both must be inside at the same time
                    return "answer";
                  }));
    }
    eventually(() -> bulkhead.waiting() == 2);

    bulkhead.resize(3);

    await(inside);
    eventually(() -> bulkhead.inFlight() == 1);
  }

  @Test
  void aClockThatCannotScheduleCostsNoPlaceInTheQueue() throws Exception {
    Clock broken = new UnschedulableClock(clock);
    Bulkhead unlucky = Bulkhead.of("engine", bulkhead.config(), broken);
    BulkheadPermit permit = unlucky.acquire();

    assertThatThrownBy(unlucky::acquire).hasMessage("no timers");
    assertThatThrownBy(unlucky.callAsync(() -> null).toCompletableFuture()::join)
        .hasRootCauseMessage("no timers");

    assertThat(unlucky.waiting()).isZero();
    permit.close();
    assertThat(unlucky.inFlight()).isZero();
  }

  @Test
  void neverLetsMoreInThanAllowedAndLosesNoPermitUnderLoad() throws Exception {
    Bulkhead busy =
        Bulkhead.of(
            "engine",
            BulkheadConfig.builder()
                .maxConcurrentCalls(3)
                .maxWait(Duration.ofMinutes(1))
                .maxQueue(1_000)
                .build(),
            Clock.system());
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    int workers = 8;
    int calls = 3_000;
    List<Future<?>> done = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      Random random = new Random(worker);
      done.add(
          threads.submit(
              () -> {
                for (int i = 0; i < calls; i++) {
                  oneCall(busy, random, inside, most, ran);
                }
                return null;
              }));
    }
    done.add(
        threads.submit(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                busy.resize(1 + i % 3);
              }
              return null;
            }));
    for (Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }

    eventually(() -> busy.inFlight() == 0);
    assertThat(busy.waiting()).isZero();
    assertThat(most.get()).isBetween(1, 3);
    assertThat(inside).hasValue(0);
    assertThat(ran).hasValue(workers * calls);
    assertThat(busy.rejectedCalls()).isZero();
  }

  /** A blocking call, an asynchronous one, or one of these that fails. */
  private static void oneCall(
      Bulkhead busy, Random random, AtomicInteger inside, AtomicInteger most, AtomicInteger ran)
      throws Exception {
    boolean fails = random.nextInt(4) == 0;
    Runnable body =
        () -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          ran.incrementAndGet();
          inside.decrementAndGet();
          if (fails) {
            throw new IllegalStateException("simulated");
          }
        };
    try {
      if (random.nextBoolean()) {
        busy.call(Executors.callable(body));
      } else {
        busy.callAsync(
                () -> {
                  body.run();
                  return CompletableFuture.completedFuture("answer");
                })
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
      }
      assertThat(fails).isFalse();
    } catch (IllegalStateException | ExecutionException e) {
      assertThat(fails).as("%s", e).isTrue();
    }
  }

  private record UnschedulableClock(ManualClock time) implements Clock {
    @Override
    public long nanoTime() {
      return time.nanoTime();
    }

    @Override
    public java.time.Instant wallTime() {
      return time.wallTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      time.sleep(duration);
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      throw new IllegalStateException("no timers");
    }
  }
}
