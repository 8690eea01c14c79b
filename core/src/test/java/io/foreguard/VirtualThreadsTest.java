package io.foreguard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.guard.Guard;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.RetryBudget;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand virtual threads at the same time. None of them may hold its carrier while it waits:
 * with as many carriers as processors, a few that did would keep the others from ever arriving.
 */
class VirtualThreadsTest {
  private static final int THREADS = 10_000;
  private static final int ROOM = 16;

  private final ManualClock clock = new ManualClock();
  private final Guard guard =
      Guard.builder("engine")
          .clock(clock)
          .retry(
              RetryConfig.builder()
                  .maxAttempts(3)
                  .backoff(Backoff.none())
                  .budget(RetryBudget.unlimited())
                  .build())
          .circuitBreaker(CircuitBreakerConfig.defaults())
          .bulkhead(
              BulkheadConfig.builder()
                  .maxConcurrentCalls(ROOM)
                  .maxQueue(THREADS)
                  .maxWait(Duration.ofMinutes(1))
                  .build())
          .build();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();

  @TempDir Path folder;

  @Test
  void waitRunAndRetryByTheTenThousandWithoutHoldingTheirCarriers() throws Exception {
    assumeThat(Runtime.version().feature())
        .as("virtual threads came with JDK 21")
        .isGreaterThanOrEqualTo(21);
    List<BulkheadPermit> all = new ArrayList<>();
    for (int i = 0; i < ROOM; i++) {
      all.add(guard.bulkhead().orElseThrow().acquire());
    }

    List<String> pinned;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      CountDownLatch done = new CountDownLatch(THREADS);
      for (int i = 0; i < THREADS; i++) {
        boolean failsFirst = i % 100 == 0;
        startVirtual(() -> callOnce(failsFirst, done));
      }
      eventually(() -> guard.bulkhead().orElseThrow().waiting() == THREADS);
      all.forEach(BulkheadPermit::close);
      assertThat(done.await(60, SECONDS)).isTrue();
      recording.stop();
      pinned = pinnedByUs(recording);
    }

    assertThat(pinned).isEmpty();
    assertThat(answers).hasValue(THREADS);
    assertThat(most.get()).isBetween(1, ROOM);
    assertThat(guard.bulkhead().orElseThrow().inFlight()).isZero();
    assertThat(guard.bulkhead().orElseThrow().waiting()).isZero();
    assertThat(guard.circuitBreaker().metrics().inFlight()).isZero();
    assertThat(guard.retry().orElseThrow().metrics().calls()).isEqualTo(THREADS);
    assertThat(guard.retry().orElseThrow().metrics().succeededWithRetry()).isEqualTo(THREADS / 100);
  }

  private void callOnce(boolean failsFirst, CountDownLatch done) {
    boolean[] fails = {failsFirst};
    try {
      answers.addAndGet(
          guard.call(
              () -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1); // leaves the carrier
                inside.decrementAndGet();
                if (fails[0]) {
                  fails[0] = false;
                  throw new IOException("simulated");
                }
                return 1;
              }));
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      done.countDown();
    }
  }

  private List<String> pinnedByUs(Recording recording) throws IOException {
    Path file = folder.resolve("pinned.jfr");
    recording.dump(file);
    List<String> stacks = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      String stack = String.valueOf(event.getStackTrace());
      if (stack.contains("io.foreguard")) {
        stacks.add(stack);
      }
    }
    return stacks;
  }

  /** {@code Thread.startVirtualThread}, which the release that we compile for does not have. */
  private static void startVirtual(Runnable task) throws Exception {
    MethodHandle start =
        MethodHandles.publicLookup()
            .findStatic(
                Thread.class,
                "startVirtualThread",
                MethodType.methodType(Thread.class, Runnable.class));
    try {
      @Nullable Thread unused = (Thread) start.invokeExact(task);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  private static void eventually(BooleanSupplier condition) {
    for (int i = 0; i < 600_000 && !condition.getAsBoolean(); i++) {
      LockSupport.parkNanos(100_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
