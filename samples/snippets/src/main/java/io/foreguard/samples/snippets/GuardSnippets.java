package io.foreguard.samples.snippets;

import io.foreguard.CallContext;
import io.foreguard.bulkhead.BulkheadConfig;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.guard.Guard;
import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.retry.RetryConfig;
import io.foreguard.samples.snippets.Client.Profile;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** docs/guard.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class GuardSnippets {
  private GuardSnippets() {}

  static void guard(Client client, String customerId) throws Exception {
    Guard guard =
        Guard.builder("loyalty")
            .timeout(Duration.ofMillis(800))
            .retry(RetryConfig.defaults())
            .bulkhead(BulkheadConfig.builder().maxConcurrentCalls(20).build())
            .deadline(Duration.ofSeconds(2))
            .build();
    Profile profile = guard.call(() -> client.profile(customerId));
    CompletionStage<Profile> later = guard.callAsync(() -> client.profileAsync(customerId));
  }

  static void keys(Guard guard, Client client, String replica, String tenant, String customerId)
      throws Exception {
    CallContext context = CallContext.of("replica", replica).and("tenant", tenant);
    Profile profile = guard.call(context, () -> client.profile(customerId));
  }

  static void registry() {
    ForeguardRegistry registry =
        ForeguardRegistry.builder()
            .circuitBreakerDefaults(CircuitBreakerConfig.builder().mode(Mode.SHADOW).build())
            .tags(Map.of("team", "loyalty"))
            .build();
    Guard guard = registry.guard("loyalty", g -> g.timeout(Duration.ofMillis(800)));
    Guard same = registry.guard("loyalty");
  }
}
