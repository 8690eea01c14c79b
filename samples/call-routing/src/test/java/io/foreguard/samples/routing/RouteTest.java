package io.foreguard.samples.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.samples.routing.LoyaltyApi.Profile;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  @Test
  void aBetterTierIsAnsweredEarlier() {
    assertThat(Stream.of(Tier.values()).map(RouteTest::fresh).map(Route::priority))
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(fresh(Tier.PLATINUM).priority()).isEqualTo(1);
    assertThat(fresh(Tier.GOLD).queue()).isEqualTo("gold");
  }

  @Test
  void anUnknownCallerGoesToTheGeneralQueueWithAMessageThatFitsEveryone() {
    Route route =
        Route.of("c1", Loyalty.unknown(Decision.REJECTED, new IllegalStateException("down")));

    assertThat(route.queue()).isEqualTo("general");
    assertThat(route.source()).isEqualTo(Source.DEFAULT);
    assertThat(route.tier()).isNull();
    assertThat(route.message()).startsWith("Thank you for calling");
    assertThat(route.decision()).isEqualTo(Decision.REJECTED);
  }

  @Test
  void staleKnowledgeBelowMakesTheRouteStale() {
    Profile below = new Profile("Ada Berg", Tier.GOLD, Source.STALE, 12.5, Decision.REJECTED);

    Route route = Route.of("c1", Loyalty.answered(below, Decision.SENT));

    assertThat(route.source()).isEqualTo(Source.STALE);
    assertThat(route.ageSeconds()).isEqualTo(12.5);
    assertThat(route.decision()).isEqualTo(Decision.REJECTED);
    assertThat(route.pointsDecision()).isEqualTo(Decision.REJECTED);
  }

  @Test
  void theAgeOfAMemoryIncludesTheAgeThatItHadWhenItWasMade() {
    Profile old = new Profile("Ada Berg", Tier.GOLD, Source.STALE, 12.5, Decision.REJECTED);

    Loyalty loyalty =
        Loyalty.remembered(
            old, Duration.ofSeconds(30), Decision.SENT, new IllegalStateException("down"));

    assertThat(loyalty.age()).isEqualTo(Duration.ofMillis(42_500));
    assertThat(loyalty.pointsDecision()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    ", C0001, 'callId must be 1 to 100 letters, digits or . _ : -, but was absent'",
    "'', C0001, callId must be 1 to 100 letters",
    "'  ', C0001, callId must be 1 to 100 letters",
    "c1, , customerId must be 1 to 100 letters",
    "c1, a/b, customerId must be 1 to 100 letters",
  })
  void aCallWithoutProperIdsIsRefused(String callId, String customerId, String message) {
    assertThatExceptionOfType(InvalidCallException.class)
        .isThrownBy(() -> new InboundCall(callId, customerId, null))
        .withMessageStartingWith(message);
  }

  private static Route fresh(Tier tier) {
    Profile profile = new Profile("Ada Berg", tier, Source.FRESH, 0, Decision.SENT);
    return Route.of("c1", Loyalty.answered(profile, Decision.SENT));
  }
}
