package io.foreguard.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.time.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on a bulkhead and on a model of it that is too simple to be wrong. */
@SuppressWarnings("FutureReturnValueIgnored") // whether a cancellation won is asked of the result
class BulkheadModelTest {
  private static final int OPERATIONS = 20_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void behavesLikeItsModel(long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      String operation = run.operate();
      run.compare("seed " + seed + ", operation " + i + ": " + operation);
    }
    run.drain();
    run.compare("seed " + seed + ", drained");
    assertThat(run.bulkhead.inFlight()).isZero();
    assertThat(run.clock.pendingTasks()).isZero();
    assertThat(run.refused).as("the run reached refusals").isPositive();
    assertThat(run.expired).as("the run reached time-outs").isPositive();
    assertThat(run.startedLate).as("the run reached late starts").isPositive();
  }

  private static final class Run {
    final ManualClock clock = new ManualClock();
    final Random random;
    final Bulkhead bulkhead;
    final List<Call> running = new ArrayList<>();
    final Deque<Call> queue = new ArrayDeque<>();
    final List<BulkheadPermit> permits = new ArrayList<>();
    int limit = 3;
    int maxQueue = 4;
    Duration maxWait = Duration.ofMillis(50);
    long refused;
    long expired;
    long startedLate;

    Run(long seed) {
      random = new Random(seed);
      bulkhead = Bulkhead.of("engine", config(), clock);
    }

    BulkheadConfig config() {
      return BulkheadConfig.builder()
          .maxConcurrentCalls(limit)
          .maxQueue(maxQueue)
          .maxWait(maxWait)
          .build();
    }

    String operate() {
      int dice = random.nextInt(100);
      if (dice < 40) {
        return arrive();
      } else if (dice < 60) {
        return end(random.nextBoolean());
      } else if (dice < 66) {
        return cancelRunning();
      } else if (dice < 72) {
        return cancelWaiting();
      } else if (dice < 80) {
        return tryPermit();
      } else if (dice < 88) {
        return closePermit();
      } else if (dice < 95) {
        return advance();
      }
      return reconfigure();
    }

    void drain() {
      while (!running.isEmpty() || !permits.isEmpty()) {
        end(true);
        closePermit();
      }
      clock.advance(Duration.ofHours(1));
    }

    void compare(String when) {
      assertThat(bulkhead.maxConcurrentCalls()).as(when).isEqualTo(limit);
      assertThat(bulkhead.inFlight()).as(when).isEqualTo(running.size() + permits.size());
      assertThat(bulkhead.waiting()).as(when).isEqualTo(queue.size());
      assertThat(bulkhead.rejectedCalls()).as(when).isEqualTo(refused + expired);
      assertThat(running).as(when).allMatch(call -> call.started && !call.result().isDone());
      assertThat(queue).as(when).noneMatch(call -> call.started || call.result().isDone());
    }

    private String arrive() {
      Call call = new Call();
      call.result = bulkhead.callAsync(call::start).toCompletableFuture();
      call.deadline = clock.elapsed().plus(maxWait);
      if (hasRoom()) {
        running.add(call);
      } else if (!maxWait.isZero() && queue.size() < maxQueue) {
        queue.add(call);
      } else {
        refused++;
        assertThat(call.result()).isCompletedExceptionally();
        assertThat(call.started).isFalse();
      }
      return "arrive";
    }

    private String end(boolean well) {
      if (running.isEmpty()) {
        return "nothing to end";
      }
      Call call = running.remove(random.nextInt(running.size()));
      if (well) {
        call.inner.complete("answer");
        assertThat(call.result()).isCompletedWithValue("answer");
      } else {
        call.inner.completeExceptionally(new IllegalStateException("simulated"));
        assertThat(call.result()).isCompletedExceptionally();
      }
      admit();
      return well ? "succeed" : "fail";
    }

    private String cancelRunning() {
      if (running.isEmpty()) {
        return "nothing to cancel";
      }
      Call call = running.remove(random.nextInt(running.size()));
      call.result().cancel(true);
      call.result().cancel(true);
      assertThat(call.inner).isCancelled();
      admit();
      return "cancel running";
    }

    private String cancelWaiting() {
      if (queue.isEmpty()) {
        return "nobody waits";
      }
      Call call = new ArrayList<>(queue).get(random.nextInt(queue.size()));
      queue.remove(call);
      call.result().cancel(false);
      return "cancel waiting";
    }

    private String tryPermit() {
      boolean expected = hasRoom();
      var permit = bulkhead.tryAcquire();
      assertThat(permit.isPresent()).isEqualTo(expected);
      permit.ifPresent(permits::add);
      refused += expected ? 0 : 1;
      return "try a permit";
    }

    private String closePermit() {
      if (permits.isEmpty()) {
        return "no permit to close";
      }
      BulkheadPermit permit = permits.remove(random.nextInt(permits.size()));
      permit.close();
      permit.close();
      admit();
      return "close a permit twice";
    }

    private String advance() {
      clock.advance(Duration.ofMillis(random.nextInt(30)));
      int before = queue.size();
      queue.removeIf(call -> call.deadline.compareTo(clock.elapsed()) <= 0);
      expired += before - queue.size();
      return "advance";
    }

    private String reconfigure() {
      limit = 1 + random.nextInt(5);
      maxQueue = 1 + random.nextInt(6);
      maxWait = Duration.ofMillis(random.nextInt(3) * 25L);
      if (random.nextBoolean()) {
        bulkhead.reconfigure(config());
      } else {
        bulkhead.reconfigure(config().toBuilder().maxConcurrentCalls(1).build());
        bulkhead.resize(limit);
      }
      admit();
      return "reconfigure";
    }

    private boolean hasRoom() {
      return queue.isEmpty() && running.size() + permits.size() < limit;
    }

    private void admit() {
      while (!queue.isEmpty() && running.size() + permits.size() < limit) {
        Call call = queue.remove();
        assertThat(call.started).as("the longest waiting is started").isTrue();
        running.add(call);
        startedLate++;
      }
    }
  }

  private static final class Call {
    final CompletableFuture<String> inner = new CompletableFuture<>();
    boolean started;
    Duration deadline = Duration.ZERO;
    @Nullable CompletableFuture<String> result;

    CompletableFuture<String> start() {
      assertThat(started).as("started once").isFalse();
      started = true;
      return inner;
    }

    CompletableFuture<String> result() {
      return result;
    }
  }
}
