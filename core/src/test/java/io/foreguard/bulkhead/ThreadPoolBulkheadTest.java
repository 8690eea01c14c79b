package io.foreguard.bulkhead;

import static io.foreguard.bulkhead.Threads.await;
import static io.foreguard.bulkhead.Threads.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.bulkhead.BulkheadEvent.Rejection;
import io.foreguard.bulkhead.BulkheadEvent.Resize;
import io.foreguard.time.ManualClock;
import io.github.resilience4j.core.ContextPropagator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // many calls here are made only to take up room
class ThreadPoolBulkheadTest {
  private final ManualClock clock = new ManualClock();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<ThreadPoolBulkhead> created = new ArrayList<>();

  @AfterEach
  void close() {
    release.countDown();
    created.forEach(ThreadPoolBulkhead::close);
  }

  @Test
  void runsCallsOnThreadsOfItsOwn() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);

    Thread thread = bulkhead.submit(Thread::currentThread).get(10, TimeUnit.SECONDS);

    assertThat(thread).isNotSameAs(Thread.currentThread());
    assertThat(thread.getName()).isEqualTo("engine-1");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void namesItsThreadsAsTold() throws Exception {
    ThreadPoolBulkhead bulkhead =
        bulkhead(ThreadPoolBulkheadConfig.builder().threadNamePrefix("loyalty").build());

    assertThat(bulkhead.call(() -> Thread.currentThread().getName())).isEqualTo("loyalty-1");
  }

  @Test
  void startsThreadsBeforeItQueuesAndRefusesBeyondTheQueue() {
    ThreadPoolBulkhead bulkhead = bulkhead(2, 1);
    List<Rejection> events = new ArrayList<>();
    bulkhead.rejections().subscribe(events::add);
    bulkhead.submit(this::block);
    bulkhead.submit(this::block);
    assertThat(bulkhead.inFlight()).isEqualTo(2);
    assertThat(bulkhead.waiting()).isZero();
    bulkhead.submit(this::block);
    assertThat(bulkhead.waiting()).isOne();

    CompletableFuture<String> fourth = bulkhead.submit(this::block);

    assertThatThrownBy(fourth::join)
        .hasCauseInstanceOf(BulkheadFullException.class)
        .hasMessageContaining("2 of 2 threads taken, 1 calls waiting");
    assertThat(bulkhead.rejectedCalls()).isOne();
    assertThat(events).hasSize(1);
    assertThat(events.get(0).inFlight()).isEqualTo(2);
    assertThat(events.get(0).waiting()).isOne();
    assertThat(bulkhead.threads()).isEqualTo(2);
  }

  @Test
  void thePlaceIsFreeOnceTheResultCanBeSeen() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);

    for (int i = 0; i < 5_000; i++) {
      assertThat(bulkhead.submit(() -> "answer").get(10, TimeUnit.SECONDS)).isEqualTo("answer");
      assertThat(bulkhead.inFlight()).isZero();
    }
    assertThat(bulkhead.threads()).isOne();
  }

  @Test
  void givesThePlaceBackAfterAnExceptionAndAnError() {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    IOException failure = new IOException("refused");
    LinkageError error = new LinkageError("broken");

    assertThatThrownBy(
            () ->
                bulkhead.call(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
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
  void aThrowingListenerLeaksNoPlace() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    bulkhead
        .rejections()
        .subscribe(
            event -> {
              throw new AssertionError("listener");
            });
    CompletableFuture<String> first = bulkhead.submit(this::block);
    assertThat(bulkhead.submit(this::block)).isCompletedExceptionally();

    release.countDown();

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void cancellingInterruptsTheRunningCallAndKeepsItsPlaceUntilItHasEnded() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<String> running =
        bulkhead.submit(
            () -> {
              started.countDown();
              try {
                new CountDownLatch(1).await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                interrupted.countDown();
                await(release);
              }
              return "late";
            });
    await(started);

    assertThat(running.cancel(true)).isTrue();

    await(interrupted);
    assertThat(running).isCancelled();
    assertThat(bulkhead.inFlight()).isOne();
    assertThat(bulkhead.submit(() -> "unreached")).isCompletedExceptionally();
    release.countDown();
    eventually(() -> bulkhead.inFlight() == 0);
    assertThat(bulkhead.call(Thread.currentThread()::isInterrupted)).isFalse();
  }

  @Test
  void noInterruptOfACancelledCallReachesTheNextOne() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 1);
    for (int i = 0; i < 3_000; i++) {
      CountDownLatch started = new CountDownLatch(1);
      CompletableFuture<String> first =
          bulkhead.submit(
              () -> {
                started.countDown();
                return "answer";
              });
      CompletableFuture<Boolean> second =
          bulkhead.submit(() -> Thread.currentThread().isInterrupted());
      await(started);
      first.cancel(true);
      assertThat(second.get(10, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  void cancellingWithoutInterruptLetsTheCallRunToItsEnd() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<String> ended = new AtomicReference<>();
    CompletableFuture<String> running =
        bulkhead.submit(
            () -> {
              started.countDown();
              await(release);
              ended.set("undisturbed");
              return "late";
            });
    await(started);

    running.cancel(false);
    release.countDown();

    eventually(() -> bulkhead.inFlight() == 0);
    assertThat(ended).hasValue("undisturbed");
    assertThat(running).isCancelled();
  }

  @Test
  void cancellingTakesAWaitingCallOutOfTheQueue() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 1);
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<String> first = bulkhead.submit(this::block);
    CompletableFuture<Integer> second = bulkhead.submit(ran::incrementAndGet);

    second.cancel(true);

    assertThat(bulkhead.waiting()).isZero();
    CompletableFuture<String> third = bulkhead.submit(() -> "third");
    release.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("answer");
    assertThat(third.get(10, TimeUnit.SECONDS)).isEqualTo("third");
    assertThat(ran).hasValue(0);
  }

  @Test
  void anInterruptedCallerCancelsItsCall() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                bulkhead.call(
                    () -> {
                      started.countDown();
                      try {
                        return new CountDownLatch(1).await(30, TimeUnit.SECONDS);
                      } finally {
                        interrupted.countDown();
                      }
                    });
              } catch (Exception e) {
                seen.set(e);
              }
            });
    caller.start();
    await(started);

    caller.interrupt();

    await(interrupted);
    caller.join(10_000);
    assertThat(seen.get()).isInstanceOf(InterruptedException.class);
    eventually(() -> bulkhead.inFlight() == 0);
  }

  @Test
  void shrinkingDoesNotBlockAndTakesEffectAsCallsEnd() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(3, 3);
    List<Resize> events = new ArrayList<>();
    bulkhead.resizes().subscribe(events::add);
    List<CountDownLatch> ends = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      CountDownLatch end = new CountDownLatch(1);
      ends.add(end);
      bulkhead.submit(
          () -> {
            await(end);
            return "answer";
          });
    }

    bulkhead.resize(1);

    assertThat(bulkhead.inFlight()).isEqualTo(3);
    assertThat(events.get(0).from()).isEqualTo(3);
    assertThat(events.get(0).to()).isOne();
    ends.get(0).countDown();
    eventually(() -> bulkhead.threads() == 2);
    ends.get(1).countDown();
    eventually(() -> bulkhead.threads() == 1);
    assertThat(bulkhead.inFlight()).isOne();
    assertThat(bulkhead.waiting()).isEqualTo(3);
    ends.forEach(CountDownLatch::countDown);
    eventually(() -> bulkhead.inFlight() == 0 && bulkhead.waiting() == 0);
  }

  @Test
  void growingStartsTheCallsThatWait() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 5);
    CountDownLatch together = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      bulkhead.submit(
          () -> {
            together.countDown();
            await(together);
            return "answer";
          });
    }
    assertThat(bulkhead.waiting()).isEqualTo(2);

    bulkhead.resize(3);

    await(together);
  }

  @Test
  void idleThreadsBeyondTheCoreGoWhenTheClockSaysSo() throws Exception {
    ThreadPoolBulkhead bulkhead =
        bulkhead(
            ThreadPoolBulkheadConfig.builder()
                .maxThreads(3)
                .coreThreads(1)
                .keepAlive(Duration.ofSeconds(60))
                .build());
    CountDownLatch together = new CountDownLatch(3);
    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(
          bulkhead.submit(
              () -> {
                together.countDown();
                await(together);
                return "answer";
              }));
    }
    for (CompletableFuture<String> call : calls) {
      call.get(10, TimeUnit.SECONDS);
    }
    eventually(() -> clock.pendingTasks() == 1);
    clock.advance(Duration.ofSeconds(59));
    assertThat(bulkhead.threads()).isEqualTo(3);

    eventually(
        () -> {
          clock.advance(Duration.ofSeconds(61)); // again for a thread that became idle just now
          return bulkhead.threads() == 1;
        });
    clock.advance(Duration.ofHours(1));
    assertThat(bulkhead.threads()).as("the core stays").isOne();

    bulkhead.reconfigure(bulkhead.config().toBuilder().coreThreads(0).build());
    eventually(
        () -> {
          clock.advance(Duration.ofSeconds(61));
          return bulkhead.threads() == 0;
        });
    assertThat(bulkhead.call(() -> "a new thread")).isEqualTo("a new thread");
  }

  @Test
  void closingRefusesCancelsAndInterrupts() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 1);
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<Boolean> running =
        bulkhead.submit(
            () -> {
              started.countDown();
              try {
                return new CountDownLatch(1).await(30, TimeUnit.SECONDS);
              } finally {
                interrupted.countDown();
              }
            });
    CompletableFuture<String> waiting = bulkhead.submit(this::block);
    await(started);

    bulkhead.close();
    bulkhead.close();

    assertThat(running).isCancelled();
    assertThat(waiting).isCancelled();
    await(interrupted);
    assertThatThrownBy(bulkhead.submit(() -> "unreached")::join)
        .hasCauseInstanceOf(BulkheadFullException.class)
        .hasMessageContaining("is closed");
    eventually(() -> bulkhead.threads() == 0);
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void carriesContextToTheRunningThreadAndClearsItThere() throws Exception {
    ThreadLocal<String> tenant = new ThreadLocal<>();
    ThreadPoolBulkhead bulkhead =
        bulkhead(
            ThreadPoolBulkheadConfig.builder()
                .maxThreads(1)
                .contextPropagators(List.of(new ThreadLocalPropagator(tenant)))
                .build());
    tenant.set("acme");

    assertThat(bulkhead.call(tenant::get)).isEqualTo("acme");

    tenant.remove();
    assertThat(bulkhead.<String>call(tenant::get)).isNull();
  }

  @Test
  void aPropagatorThatFailsFailsTheCallAlone() throws Exception {
    ContextPropagator<String> broken =
        new ThreadLocalPropagator(new ThreadLocal<>()) {
          @Override
          public Supplier<Optional<String>> retrieve() {
            throw new IllegalStateException("no context");
          }
        };
    ThreadPoolBulkhead bulkhead =
        bulkhead(ThreadPoolBulkheadConfig.builder().contextPropagators(List.of(broken)).build());

    assertThatThrownBy(() -> bulkhead.call(() -> "unreached")).hasMessage("no context");
    assertThat(bulkhead.inFlight()).isZero();
  }

  @Test
  void losesNothingUnderLoadWhileItsSizeChanges() throws Exception {
    ThreadPoolBulkhead bulkhead = bulkhead(4, 1_000_000);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Integer>> calls = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 20_000; i++) {
      int number = i;
      calls.add(
          bulkhead.submit(
              () -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                inside.decrementAndGet();
                return number;
              }));
      if (i % 100 == 0) {
        bulkhead.resize(1 + i / 100 % 4);
      }
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(calls.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
    }
    assertThat(bulkhead.inFlight()).isZero();
    assertThat(most.get()).isBetween(1, 4);
    assertThat(bulkhead.threads()).isBetween(0, 4);
  }

  @Test
  void runsOnVirtualThreadsWhereTheJvmHasThem() throws Exception {
    assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
    ThreadPoolBulkhead bulkhead =
        bulkhead(ThreadPoolBulkheadConfig.builder().virtualThreads(true).maxThreads(2).build());
    Object virtual =
        Thread.class.getMethod("isVirtual").invoke(bulkhead.call(Thread::currentThread));

    assertThat(virtual).isEqualTo(true);
    eventually(() -> bulkhead.threads() == 0);
    bulkhead.submit(this::block);
    bulkhead.submit(this::block);
    bulkhead.submit(this::block);
    assertThat(bulkhead.inFlight()).isEqualTo(2);
    assertThat(bulkhead.waiting()).isOne();
    release.countDown();
    eventually(() -> bulkhead.inFlight() == 0 && bulkhead.waiting() == 0);
  }

  @Test
  void refusesVirtualThreadsOnAJvmWithoutThem() {
    assumeThat(Runtime.version().feature()).isLessThan(21);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ThreadPoolBulkheadConfig.builder().virtualThreads(true))
        .withMessageStartingWith("virtualThreads must be false on a JVM older than 21")
        .withMessageEndingWith("but was true");
  }

  @Test
  void refusesSettingsOutOfRangeOrInContradiction() {
    ThreadPoolBulkheadConfig.Builder builder = ThreadPoolBulkheadConfig.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxThreads(0))
        .withMessage("maxThreads must be in [1, 1000000], but was 0");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.queueCapacity(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.keepAlive(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.threadNamePrefix(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxThreads(2).coreThreads(3).build())
        .withMessage("coreThreads must be at most maxThreads (2), but was 3");
  }

  @Test
  void refusesToRenameItsThreads() {
    ThreadPoolBulkhead bulkhead = bulkhead(1, 0);
    ThreadPoolBulkheadConfig renamed =
        bulkhead.config().toBuilder().threadNamePrefix("other").build();

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> bulkhead.reconfigure(renamed))
        .withMessage("threadNamePrefix must be what it was at creation (engine), but was other");
  }

  @Test
  void copiesEverySettingIntoABuilder() {
    ThreadPoolBulkheadConfig config =
        ThreadPoolBulkheadConfig.builder()
            .maxThreads(3)
            .coreThreads(2)
            .queueCapacity(4)
            .keepAlive(Duration.ofSeconds(5))
            .threadNamePrefix("loyalty")
            .contextPropagators(List.of(ContextPropagator.empty()))
            .build();

    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
    assertThat(ThreadPoolBulkheadConfig.defaults().maxThreads()).isEqualTo(10);
    assertThat(ThreadPoolBulkheadConfig.defaults().coreThreads()).isZero();
    assertThat(ThreadPoolBulkheadConfig.defaults().queueCapacity()).isEqualTo(100);
    assertThat(ThreadPoolBulkheadConfig.defaults().keepAlive()).isEqualTo(Duration.ofSeconds(60));
  }

  private String block() throws InterruptedException {
    await(release);
    return "answer";
  }

  private ThreadPoolBulkhead bulkhead(int maxThreads, int queueCapacity) {
    return bulkhead(
        ThreadPoolBulkheadConfig.builder()
            .maxThreads(maxThreads)
            .queueCapacity(queueCapacity)
            .build());
  }

  private ThreadPoolBulkhead bulkhead(ThreadPoolBulkheadConfig config) {
    ThreadPoolBulkhead bulkhead = ThreadPoolBulkhead.of("engine", config, clock);
    created.add(bulkhead);
    return bulkhead;
  }

  private static class ThreadLocalPropagator implements ContextPropagator<String> {
    private final ThreadLocal<String> local;

    ThreadLocalPropagator(ThreadLocal<String> local) {
      this.local = local;
    }

    @Override
    public Supplier<Optional<String>> retrieve() {
      return () -> Optional.ofNullable(local.get());
    }

    @Override
    public Consumer<Optional<String>> copy() {
      return value -> value.ifPresent(local::set);
    }

    @Override
    public Consumer<Optional<String>> clear() {
      return value -> local.remove();
    }
  }
}
