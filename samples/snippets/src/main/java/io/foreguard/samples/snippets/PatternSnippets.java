package io.foreguard.samples.snippets;

import io.foreguard.bulkhead.Bulkhead;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.bulkhead.BulkheadPermit;
import io.foreguard.bulkhead.ThreadPoolBulkhead;
import io.foreguard.bulkhead.ThreadPoolBulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.guard.Guard;
import io.foreguard.hedge.HedgeConfig;
import io.foreguard.retry.RetryBudget;
import io.foreguard.retry.RetryConfig;
import io.foreguard.samples.snippets.Client.Profile;
import io.foreguard.timeout.Timeout;
import io.foreguard.timeout.TimeoutConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** docs/bulkhead.md, docs/retry.md, docs/timeout.md and docs/hedge.md. */
@SuppressWarnings({"unused", "try"}) // snippets end where the reader goes on
final class PatternSnippets {
  private PatternSnippets() {}

  static void bulkhead() {
    Guard guard =
        Guard.builder("loyalty")
            .timeout(Duration.ofMillis(800))
            .bulkhead(
                BulkheadConfig.builder()
                    .maxConcurrentCalls(20)
                    .maxWait(Duration.ofMillis(50))
                    .build())
            .build();
  }

  static void threadPool(Client client, String customerId) {
    ThreadPoolBulkhead pool =
        ThreadPoolBulkhead.of(
            "reports", ThreadPoolBulkheadConfig.builder().maxThreads(4).queueCapacity(20).build());
    CompletableFuture<Profile> profile = pool.submit(() -> client.profile(customerId));
  }

  static void permit(Bulkhead bulkhead, Client client, String customerId) throws Exception {
    try (BulkheadPermit permit = bulkhead.acquire()) {
      client.profile(customerId);
    }
  }

  static void retry() {
    Guard guard =
        Guard.builder("loyalty")
            .timeout(Duration.ofMillis(800))
            .deadline(Duration.ofSeconds(2))
            .retry(
                RetryConfig.builder().maxAttempts(2).retryOn(IOException.class::isInstance).build())
            .build();
  }

  static void retryAfter() {
    RetryConfig config =
        RetryConfig.builder()
            .retryOnResult(
                result ->
                    result instanceof HttpResponse<?> response && response.statusCode() == 429)
            .retryAfterResult(
                result ->
                    result instanceof HttpResponse<?> response
                        ? Optional.of(
                            Duration.ofSeconds(
                                response.headers().firstValueAsLong("Retry-After").orElse(0)))
                        : Optional.empty())
            .build();
  }

  static void sharedBudget() {
    RetryBudget budget = RetryBudget.of(0.1, 10);
    RetryConfig shared = RetryConfig.builder().budget(budget).build();
  }

  static void timeouts() {
    Guard fixed = Guard.builder("loyalty").timeout(Duration.ofMillis(800)).build();
    Guard adaptive =
        Guard.builder("points")
            .timeout(TimeoutConfig.adaptive(Duration.ofMillis(100), Duration.ofSeconds(2)))
            .build();
  }

  static void followedTimeout(CircuitBreaker breaker) {
    Timeout timeout =
        Timeout.of("points", TimeoutConfig.adaptive(Duration.ofMillis(100), Duration.ofSeconds(2)));
    timeout.follow(breaker.latency());
    Duration now = timeout.limit();
  }

  static void hedge(Client client, String customerId) {
    Guard guard =
        Guard.builder("loyalty")
            .timeout(Duration.ofMillis(800))
            .hedge(HedgeConfig.defaults())
            .build();
    CompletionStage<Profile> profile = guard.callAsync(() -> client.profileAsync(customerId));
  }

  static void hedgeOnThreads(Client client, String customerId) throws Exception {
    ExecutorService attempts =
        new ThreadPoolExecutor(0, 40, 60, TimeUnit.SECONDS, new SynchronousQueue<>());
    Guard guard =
        Guard.builder("loyalty").hedge(HedgeConfig.builder().executor(attempts).build()).build();
    Profile profile = guard.call(() -> client.profile(customerId));
  }
}
