package io.foreguard.samples.snippets;

import io.foreguard.CallRejectedException;
import io.foreguard.fallback.Answer;
import io.foreguard.fallback.Fallback;
import io.foreguard.fallback.LastKnownGoodConfig;
import io.foreguard.fallback.LastKnownGoodStore;
import io.foreguard.guard.FallbackGuard;
import io.foreguard.guard.Guard;
import io.foreguard.samples.snippets.Client.Profile;
import io.foreguard.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** docs/fallback.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class FallbackSnippets {
  private static final Logger log = LoggerFactory.getLogger(FallbackSnippets.class);

  private FallbackSnippets() {}

  static void lastKnownGood(Guard guard, Client client, String customerId) throws Exception {
    Fallback<Profile> fallback =
        Fallback.<Profile>lastKnownGood(LastKnownGoodConfig.of(Duration.ofMinutes(10)))
            .orElse(Fallback.value(Profile.UNKNOWN))
            .named("profile");
    FallbackGuard<Profile> profiles = guard.withFallback(fallback);
    Answer<Profile> answer = profiles.answer(customerId, () -> client.profile(customerId));
    if (answer.isStale()) {
      log.info("profile of {} ago, because of {}", answer.age(), answer.cause());
    }
  }

  static void onlyForRefusals() {
    Fallback<Profile> picky =
        Fallback.<Profile>of(failure -> Profile.UNKNOWN)
            .onlyFor(CallRejectedException.class::isInstance);
  }

  static void ownStore(LastKnownGoodStore<Profile> store) {
    Fallback<Profile> shared =
        Fallback.lastKnownGood(
            LastKnownGoodConfig.of(Duration.ofMinutes(10)), store, Clock.system());
  }
}
