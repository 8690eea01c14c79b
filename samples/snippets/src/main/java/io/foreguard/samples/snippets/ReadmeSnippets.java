package io.foreguard.samples.snippets;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.samples.snippets.Client.Profile;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** README.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class ReadmeSnippets {
  private ReadmeSnippets() {}

  static void lastKnownGood(Guard guard, Client client, String customerId) throws Exception {
    FallbackGuard<String> tiers =
        guard.withFallback(
            Fallback.<String>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)))
                .orElse(Fallback.value("STANDARD")));
    Answer<String> tier = tiers.answer(customerId, () -> client.tier(customerId));
  }

  static void registry(Client client, String customerId) {
    ForeguardRegistry registry = ForeguardRegistry.create();
    Guard guard =
        registry.guard(
            "loyalty",
            g ->
                g.timeout(Duration.ofMillis(800))
                    .retry(RetryConfig.defaults())
                    .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(20).build())
                    .deadline(Duration.ofSeconds(2)));
    CompletionStage<Profile> profile = guard.callAsync(() -> client.profileAsync(customerId));
  }

  static void keys(Guard guard, Client client, String replica, String tenant, String customerId)
      throws Exception {
    CallContext context = CallContext.of("replica", replica).and("tenant", tenant);
    Profile profile = guard.call(context, () -> client.profile(customerId));
    boolean worthTrying = guard.circuitBreaker().admits(CallContext.of("replica", replica));
  }
}
