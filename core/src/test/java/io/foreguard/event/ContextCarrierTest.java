package io.foreguard.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadFullException;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.event.internal.CallerContext;
import io.foreguard.fallback.Fallback;
import io.foreguard.hedge.Hedge;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.Retry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextCarrierTest {
  private static final ThreadLocal<String> CALLER = ThreadLocal.withInitial(() -> "nobody");

  private final List<String> heard = new ArrayList<>();
  private final CircuitBreaker breaker = CircuitBreaker.of("loyalty");
  private final ManualClock clock = new ManualClock();
  private Subscription carrier = ContextCarrier.install(ContextCarrierTest::capture);

  private static Executor capture() {
    String caller = CALLER.get();
    return task -> as(caller, task);
  }

  private static void as(String caller, Runnable task) {
    String before = CALLER.get();
    CALLER.set(caller);
    try {
      task.run();
    } finally {
      CALLER.set(before);
    }
  }

  @AfterEach
  void close() {
    carrier.close();
    assertThat(CALLER.get()).isEqualTo("nobody");
  }

  @Test
  void tellsOfTheEndOfAnAsynchronousCallInItsCallersContext() {
    hearCalls();
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> cancelled = new CompletableFuture<>();
    as("anna", () -> breaker.callAsync(() -> answer));
    CompletionStage<String> call = asking("boris", () -> breaker.callAsync(() -> cancelled));

    as("the network", () -> answer.complete("answer"));
    assertThat(call.toCompletableFuture().cancel(true)).isTrue();

    assertThat(heard).containsExactly("anna", "boris");
  }

  @Test
  void tellsOfThePermitThatIsSettledElsewhere() {
    hearCalls();
    Permit permit = asking("anna", breaker::acquire);
    as("the network", permit::success);
    assertThat(heard).containsExactly("anna");
  }

  @Test
  void triesAgainInTheCallersContext() {
    Retry retry = Retry.of("db", RetryConfig.builder().maxAttempts(2).build(), clock);
    retry.events().onRetry(event -> heard.add("retry of " + CALLER.get()));
    CompletableFuture<String> first = new CompletableFuture<>();
    as(
        "anna",
        () ->
            retry.callAsync(
                () -> {
                  heard.add("attempt of " + CALLER.get());
                  return first;
                }));
    as("the network", () -> first.completeExceptionally(new IOException("down")));
    clock.advance(Duration.ofMinutes(1));
    assertThat(heard).containsExactly("attempt of anna", "retry of anna", "attempt of anna");
  }

  @Test
  void hedgesInTheCallersContext() {
    Hedge hedge =
        Hedge.of("db", HedgeConfig.builder().fixedDelay(Duration.ofMillis(5)).build(), clock);
    as(
        "anna",
        () ->
            hedge.callAsync(
                () -> {
                  heard.add(CALLER.get());
                  return new CompletableFuture<String>();
                }));
    clock.advance(Duration.ofMillis(5));
    assertThat(heard).containsExactly("anna", "anna");
  }

  @Test
  void startsACallThatHadToWaitInItsOwnCallersContext() {
    Bulkhead bulkhead =
        Bulkhead.of(
            "db",
            BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofSeconds(1)).build(),
            clock);
    bulkhead.rejections().subscribe(rejection -> heard.add("refused " + CALLER.get()));
    BulkheadPermit taken = bulkhead.tryAcquire().orElseThrow();
    CompletableFuture<String> running = new CompletableFuture<>();
    as(
        "anna",
        () ->
            bulkhead.callAsync(
                () -> {
                  heard.add("started " + CALLER.get());
                  return running;
                }));
    CompletionStage<String> second =
        asking("boris", () -> bulkhead.callAsync(() -> new CompletableFuture<String>()));

    as("somebody else", taken::close);
    clock.advance(Duration.ofSeconds(1));

    assertThat(heard).containsExactly("started anna", "refused boris");
    assertThat(second.toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(Exception.class)
        .withCauseInstanceOf(BulkheadFullException.class);
  }

  @Test
  void tellsOfAFallbackInTheCallersContext() {
    Fallback<String> fallback = Fallback.value("default").named("profile");
    fallback.served().subscribe(answer -> heard.add(CALLER.get()));
    CompletableFuture<String> body = new CompletableFuture<>();
    as("anna", () -> fallback.answerAsync("key", () -> body));
    as("the network", () -> body.completeExceptionally(new IOException("down")));
    assertThat(heard).containsExactly("anna");
  }

  @Test
  void countsTheCallWhateverACarrierDoes() {
    carrier.close();
    hearCalls();
    List<Subscription> broken =
        List.of(
            ContextCarrier.install(ContextCarrierTest::thrown),
            ContextCarrier.install(() -> task -> thrown()),
            ContextCarrier.install(() -> task -> {}),
            ContextCarrier.install(
                () ->
                    task -> {
                      task.run();
                      task.run();
                      thrown();
                    }));
    carrier = ContextCarrier.install(ContextCarrierTest::capture);
    Permit permit = asking("anna", breaker::acquire);
    assertThat(permit.success()).isTrue();
    assertThat(heard).containsExactly("anna");
    assertThat(breaker.metrics().successes()).isEqualTo(1);
    broken.forEach(Subscription::close);
  }

  @Test
  void letsThroughWhatTheTaskThrows() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> CallerContext.capture().run(ContextCarrierTest::thrown))
        .withMessage("broken");
  }

  private static Executor thrown() {
    throw new AssertionError("broken");
  }

  private void hearCalls() {
    breaker.events().onCall((outcome, nanos, probe) -> heard.add(CALLER.get()));
  }

  private static <T> T asking(String caller, Supplier<T> question) {
    List<T> answer = new ArrayList<>(1);
    as(caller, () -> answer.add(question.get()));
    return answer.get(0);
  }
}
