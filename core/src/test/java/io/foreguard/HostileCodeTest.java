package io.foreguard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.ClassicPolicy;
import io.foreguard.circuitbreaker.State;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.evidence.OutcomeClassifier;
import io.foreguard.evidence.Signals;
import io.foreguard.retry.Backoff;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** User code that calls back into what called it, or does not come back. */
class HostileCodeTest {
  private final ManualClock clock = new ManualClock();

  private CircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
    ClassicPolicy policy =
        ClassicPolicy.builder()
            .slidingWindow(ClassicPolicy.WindowType.COUNT_BASED, 4)
            .openDuration(Duration.ofSeconds(10))
            .halfOpenCalls(1)
            .build();
    return CircuitBreaker.of("engine", config.policy(policy).build(), clock);
  }

  /** Runs {@code task} on a thread of its own while user code on another one is stuck. */
  private static FutureTask<Object> onAnotherThread(FutureTask<Object> task) {
    Thread thread = new Thread(task, "stuck in user code");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** User code that stays inside until it is let out; lets every caller but the first pass. */
  private static final class Trap implements BooleanSupplier {
    private final AtomicInteger visits = new AtomicInteger();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    @Override
    public boolean getAsBoolean() {
      if (visits.getAndIncrement() == 0) {
        inside.countDown();
        return await(leave);
      }
      return true;
    }

    void untilSomebodyIsInside() {
      assertThat(await(inside)).isTrue();
    }

    void letOut() {
      leave.countDown();
    }

    private static boolean await(CountDownLatch latch) {
      try {
        return latch.await(30, SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  class CallingBack {
    @Test
    void aBodyMayCallTheSameBreaker() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());

      int depth = breaker.call(() -> 1 + breaker.call(() -> 1 + breaker.call(() -> 1)));

      assertThat(depth).isEqualTo(3);
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(3);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void aBodyThatOpensTheCircuitItRunsInIsCountedAndNotJudged() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());

      breaker.call(
          () -> {
            breaker.transitionToOpen();
            assertThatThrownBy(() -> breaker.call(() -> 1))
                .isInstanceOf(CircuitOpenException.class);
            return 1;
          });

      assertThat(breaker.state()).isEqualTo(State.OPEN);
      assertThat(breaker.metrics().staleResults()).isOne();
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void aProbeThatCallsTheBreakerIsTheOnlyProbe() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
      breaker.transitionToOpen();
      clock.advance(Duration.ofSeconds(10));

      breaker.call(
          () -> {
            assertThat(breaker.tryAcquire()).isEmpty();
            return 1;
          });

      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aClassifierMayCallTheBreaker() throws Exception {
      CircuitBreaker[] self = new CircuitBreaker[1];
      int[] depth = {0};
      OutcomeClassifier nosy =
          (result, thrown) -> {
            self[0].metrics();
            self[0].state();
            if (depth[0]++ == 0) {
              self[0].acquire().result("another call");
            }
            return thrown == null ? Outcome.SUCCESS : Outcome.FAILURE;
          };
      self[0] = breaker(CircuitBreakerConfig.builder().classifier(nosy));

      assertThat(self[0].call(() -> "answer")).isEqualTo("answer");

      assertThat(self[0].metrics().calls(Outcome.SUCCESS)).isEqualTo(2);
      assertThat(self[0].metrics().inFlight()).isZero();
    }

    @Test
    void aListenerOfCallsMayMakeOne() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
      int[] depth = {0};
      breaker
          .events()
          .onCall(
              (outcome, duration, probe) -> {
                if (depth[0]++ == 0) {
                  breaker.acquire().success();
                }
              });

      breaker.call(() -> 1);

      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isEqualTo(2);
    }

    @Test
    void aListenerMayChangeTheModeAndTheSettings() {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
      List<State> told = new ArrayList<>();
      breaker
          .events()
          .onTransition(
              event -> {
                told.add(event.to());
                breaker.mode(io.foreguard.circuitbreaker.Mode.SHADOW);
                breaker.reconfigure(CircuitBreakerConfig.defaults());
              });

      breaker.transitionToOpen();

      assertThat(told).containsExactly(State.OPEN);
      assertThat(breaker.tryAcquire()).isPresent();
      assertThat(breaker.config()).isSameAs(CircuitBreakerConfig.defaults());
    }

    @Test
    void aListenerOfRefusalsMayTryTheBulkheadAgain() throws Exception {
      Bulkhead bulkhead =
          Bulkhead.of("engine", BulkheadConfig.builder().maxConcurrentCalls(1).build(), clock);
      int[] depth = {0};
      bulkhead
          .rejections()
          .subscribe(
              event -> {
                if (depth[0]++ == 0) {
                  bulkhead.resize(2);
                  bulkhead.tryAcquire().orElseThrow().close();
                  bulkhead.resize(1);
                }
              });

      bulkhead.call(
          () -> {
            assertThatThrownBy(() -> bulkhead.call(() -> 1))
                .isInstanceOf(BulkheadFullException.class);
            return 1;
          });

      assertThat(bulkhead.inFlight()).isZero();
      assertThat(bulkhead.rejectedCalls()).isOne();
    }

    @Test
    void aCallThatIsStartedByAnothersEndMayEndTheNext() {
      Bulkhead bulkhead =
          Bulkhead.of(
              "engine",
              BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofSeconds(1)).build(),
              clock);
      CompletableFuture<String> first = new CompletableFuture<>();
      List<String> ended = new ArrayList<>();
      var one = bulkhead.callAsync(() -> first).thenAccept(ended::add);
      var two =
          bulkhead
              .callAsync(
                  () -> {
                    bulkhead.tryAcquire(); // no room: it holds the permit itself
                    return CompletableFuture.completedFuture("second");
                  })
              .thenAccept(ended::add);

      first.complete("first");

      assertThat(ended).containsExactlyInAnyOrder("first", "second");
      assertThat(one.toCompletableFuture()).isCompleted();
      assertThat(two.toCompletableFuture()).isCompleted();
      assertThat(bulkhead.inFlight()).isZero();
    }

    @Test
    void retriesMayBeNestedInTheirOwnFunctions() {
      Retry[] self = new Retry[1];
      int[] calls = {0};
      RetryConfig config =
          RetryConfig.builder()
              .maxAttempts(2)
              .backoff(Backoff.none())
              .retryOn(
                  thrown -> {
                    calls[0]++;
                    return self[0].config().maxAttempts() == 2;
                  })
              .build();
      self[0] = Retry.of("engine", config, clock);
      self[0].events().onRetry(event -> self[0].reconfigure(config));

      assertThatThrownBy(
              () ->
                  self[0].call(
                      () ->
                          self[0].call(
                              () -> {
                                throw new IOException("simulated");
                              })))
          .isInstanceOf(IOException.class);

      assertThat(self[0].metrics().calls()).isEqualTo(3);
      assertThat(calls[0]).isPositive();
    }
  }

  @Nested
  class NotComingBack {
    private final Trap trap = new Trap();

    private void othersPass(CircuitBreaker breaker, FutureTask<Object> stuck) throws Exception {
      var unused = onAnotherThread(stuck);
      trap.untilSomebodyIsInside();

      assertThat(breaker.call(() -> "others pass")).isEqualTo("others pass");
      assertThat(breaker.metrics().calls(Outcome.SUCCESS)).isPositive();
      breaker.transitionToOpen();
      assertThat(breaker.tryAcquire()).isEmpty();
      breaker.transitionToClosed();

      trap.letOut();
      stuck.get(30, SECONDS);
      assertThat(breaker.metrics().inFlight()).isZero();
    }

    @Test
    void aBodyHoldsUpNobodyElse() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
      othersPass(breaker, new FutureTask<>(() -> breaker.call(trap::getAsBoolean)));
    }

    @Test
    void aClassifierHoldsUpNobodyElse() throws Exception {
      CircuitBreaker breaker =
          breaker(
              CircuitBreakerConfig.builder()
                  .classifier(
                      (result, thrown) -> trap.getAsBoolean() ? Outcome.SUCCESS : Outcome.FAILURE));
      othersPass(breaker, new FutureTask<>(() -> breaker.call(() -> 1)));
    }

    @Test
    void aListenerHoldsUpNobodyElse() throws Exception {
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder());
      breaker.events().onCall((outcome, duration, probe) -> trap.getAsBoolean());
      othersPass(breaker, new FutureTask<>(() -> breaker.call(() -> 1)));
    }

    @Test
    void aCheapModelHoldsUpNobodyElse() throws Exception {
      SuccessModel model =
          new SuccessModel() {
            @Override
            public String name() {
              return "stuck";
            }

            @Override
            public boolean isCheap() {
              return true;
            }

            @Override
            public Estimate estimate(Signals signals) {
              trap.getAsBoolean();
              return Estimate.of(this, .99);
            }
          };
      CircuitBreaker breaker = breaker(CircuitBreakerConfig.builder().model(model));
      othersPass(breaker, new FutureTask<>(() -> breaker.call(() -> 1)));
    }

    @Test
    void aPredicateOfARetryHoldsUpNobodyElse() throws Exception {
      Retry retry =
          Retry.of(
              "engine",
              RetryConfig.builder()
                  .maxAttempts(2)
                  .backoff(Backoff.none())
                  .retryOnResult(result -> !trap.getAsBoolean())
                  .build(),
              clock);
      FutureTask<Object> stuck = onAnotherThread(new FutureTask<>(() -> retry.call(() -> "stuck")));
      trap.untilSomebodyIsInside();

      assertThat(retry.call(() -> "others pass")).isEqualTo("others pass");
      retry.reconfigure(retry.config().toBuilder().maxAttempts(3).build());

      trap.letOut();
      assertThat(stuck.get(30, SECONDS)).isEqualTo("stuck");
    }

    @Test
    void aListenerOfABulkheadHoldsUpNobodyElse() throws Exception {
      Bulkhead bulkhead =
          Bulkhead.of("engine", BulkheadConfig.builder().maxConcurrentCalls(1).build(), clock);
      bulkhead.rejections().subscribe(event -> trap.getAsBoolean());
      bulkhead.call(
          () -> {
            FutureTask<Object> stuck =
                onAnotherThread(new FutureTask<>(() -> bulkhead.tryAcquire().isPresent()));
            trap.untilSomebodyIsInside();
            bulkhead.resize(2);
            assertThat(bulkhead.call(() -> "others pass")).isEqualTo("others pass");
            trap.letOut();
            return stuck.get(30, SECONDS);
          });

      assertThat(bulkhead.inFlight()).isZero();
    }
  }
}
