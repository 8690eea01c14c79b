package io.foreguard.hedge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HedgeTest {
  private static final Duration DELAY = Duration.ofMillis(50);

  private final IOException down = new IOException("down");
  private final ManualClock clock = new ManualClock();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch loserEnded = new CountDownLatch(1);
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void stop() throws Exception {
    released.countDown();
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, SECONDS)).isTrue();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void withoutAnExecutorSynchronousCallsAreRefused() {
    Hedge hedge = Hedge.of("engine", HedgeConfig.builder().fixedDelay(DELAY).build(), clock);

    assertThatIllegalStateException()
        .isThrownBy(() -> hedge.call(attempts::incrementAndGet))
        .withMessage("Hedge 'engine' needs HedgeConfig.executor for synchronous calls");
    assertThatIllegalStateException().isThrownBy(() -> hedge.decorate(attempts::incrementAndGet));
    assertThat(attempts).hasValue(0);
  }

  @Test
  void aCallThatEndsInTimeRunsOnce() throws Exception {
    Hedge hedge = onThisThread();

    assertThat(hedge.call(attempts::incrementAndGet)).isOne();
    assertThat(hedge.decorate(attempts::incrementAndGet).call()).isEqualTo(2);
    assertThat(hedge.<String>call(() -> null)).isNull();
    assertThat(clock.pendingTasks()).isZero();
    assertThat(hedge.metrics().calls()).isEqualTo(3);
  }

  @Test
  void theBodysOwnExceptionComesOutUnchanged() {
    for (Exception failure :
        new Exception[] {
          down, new CompletionException(down), new CancellationException(), new RuntimeException(),
        }) {
      assertThatThrownBy(() -> onThisThread().call(() -> raise(failure))).isSameAs(failure);
    }
    Error error = new StackOverflowError();
    assertThatThrownBy(
            () ->
                onThisThread()
                    .call(
                        () -> {
                          throw error;
                        }))
        .isSameAs(error);
  }

  @Test
  void theHedgeWinsAndTheFirstAttemptIsInterrupted() throws Exception {
    Hedge hedge = onThreads();
    AtomicReference<Throwable> loser = new AtomicReference<>();
    Future<String> result =
        threads.submit(
            () ->
                hedge.call(
                    () -> {
                      if (attempts.incrementAndGet() > 1) {
                        return "second";
                      }
                      begun.countDown();
                      try {
                        released.await();
                        return "first";
                      } catch (InterruptedException e) {
                        loser.set(e);
                        throw e;
                      } finally {
                        loserEnded.countDown();
                      }
                    }));
    assertThat(begun.await(30, SECONDS)).isTrue();
    untilTheTimerIsSet();
    clock.advance(DELAY);

    assertThat(result.get(30, SECONDS)).isEqualTo("second");
    assertThat(loserEnded.await(30, SECONDS)).isTrue();
    assertThat(loser.get()).isInstanceOf(InterruptedException.class);
    assertThat(hedge.metrics().wins()).isOne();
  }

  @Test
  void anInterruptedCallerCancelsEveryAttempt() throws Exception {
    Hedge hedge = onThreads();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                hedge.call(
                    () -> {
                      begun.countDown();
                      try {
                        released.await();
                      } finally {
                        loserEnded.countDown();
                      }
                      return "unreached";
                    });
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    caller.start();
    assertThat(begun.await(30, SECONDS)).isTrue();
    caller.interrupt();
    caller.join(30_000);

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(loserEnded.await(30, SECONDS)).isTrue();
  }

  @Test
  void anAttemptThatWasCancelledInTheQueueNeverRuns() throws Exception {
    Queue<Runnable> queue = new ArrayDeque<>();
    Hedge hedge = hedge(queue::add);
    CountDownLatch queued = new CountDownLatch(1);
    Hedge waiting = hedge(task -> enqueue(queue, task, queued));
    Future<Integer> result = threads.submit(() -> waiting.call(attempts::incrementAndGet));
    assertThat(queued.await(30, SECONDS)).isTrue();
    untilTheTimerIsSet();
    clock.advance(DELAY);
    assertThat(queue).hasSize(2);

    Runnable first = queue.remove();
    queue.remove().run();
    assertThat(result.get(30, SECONDS)).isOne();
    first.run();

    assertThat(attempts).hasValue(1);
    assertThat(hedge.metrics().calls()).isZero();
  }

  @Test
  void anExecutorThatRefusesTheFirstAttemptLeavesItToTheCaller() throws Exception {
    Hedge hedge =
        hedge(
            task -> {
              throw new RejectedExecutionException("full");
            });
    Thread caller = Thread.currentThread();

    assertThat(hedge.call(Thread::currentThread)).isSameAs(caller);
    assertThatThrownBy(() -> hedge.call(() -> raise(down))).isSameAs(down);
    assertThat(hedge.metrics().refusals(RefusalReason.EXECUTOR)).isEqualTo(2);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void anExecutorThatRefusesTheHedgeLeavesTheCallToTheFirstAttempt() throws Exception {
    AtomicInteger tasks = new AtomicInteger();
    Hedge hedge =
        hedge(
            task -> {
              if (tasks.incrementAndGet() > 1) {
                throw new RejectedExecutionException("full");
              }
              threads.execute(task);
            });
    Future<String> result =
        threads.submit(
            () ->
                hedge.call(
                    () -> {
                      begun.countDown();
                      released.await();
                      return "first";
                    }));
    assertThat(begun.await(30, SECONDS)).isTrue();
    untilTheTimerIsSet();
    clock.advance(DELAY);
    assertThat(hedge.metrics().refusals(RefusalReason.EXECUTOR)).isOne();
    released.countDown();

    assertThat(result.get(30, SECONDS)).isEqualTo("first");
  }

  @Test
  void aCallThatCannotBeHedgedRunsOnTheCallingThread() throws Exception {
    Hedge adaptive = Hedge.of("engine", HedgeConfig.builder().executor(threads).build(), clock);

    assertThat(adaptive.call(Thread::currentThread)).isSameAs(Thread.currentThread());
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> adaptive.call(() -> raise(down)));
  }

  @Test
  void aLateInterruptDoesNotReachTheExecutorsNextTask() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      ThreadAttempt<String> attempt =
          new ThreadAttempt<>(() -> "ended", (value, thrown) -> attempts.incrementAndGet());
      one.submit(attempt).get(30, SECONDS);
      attempt.cancel();

      assertThat(one.submit(() -> Thread.currentThread().isInterrupted()).get(30, SECONDS))
          .isFalse();
      assertThat(attempts).hasValue(1);
    } finally {
      one.shutdownNow();
    }
  }

  private Hedge onThisThread() {
    return hedge(Runnable::run);
  }

  private Hedge onThreads() {
    return hedge(threads);
  }

  private Hedge hedge(Executor executor) {
    return Hedge.of(
        "engine", HedgeConfig.builder().fixedDelay(DELAY).executor(executor).build(), clock);
  }

  private static void enqueue(Queue<Runnable> queue, Runnable task, CountDownLatch queued) {
    queue.add(task);
    queued.countDown();
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

  private static String raise(Exception failure) throws Exception {
    Callable<String> body =
        () -> {
          throw failure;
        };
    return body.call();
  }
}
