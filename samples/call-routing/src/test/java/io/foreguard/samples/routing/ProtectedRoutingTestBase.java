package io.foreguard.samples.routing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.test.annotation.DirtiesContext;

/** What holds under every protection that has a breaker and a memory. */
abstract class ProtectedRoutingTestBase extends CallRoutingTestBase {
  private static final int HANG_MS = 30_000;

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("an error", status(500)),
        Arguments.of("a refusal", status(503)),
        Arguments.of("a reset connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
        Arguments.of("a body without a tier", okJson("{}")),
        Arguments.of("garbage", okJson("}{")));
  }

  /** A history of success, so that one failure opens no breaker, and something to remember. */
  @BeforeEach
  void answerWellForAWhile() {
    loyaltyAnswers(GOLD);
    for (int i = 0; i < 30; i++) {
      assertThat(route("C0001").source()).isEqualTo(Source.FRESH);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void routesByTheCachedTierWhenLoyaltyLookupFails(String name, ResponseDefinitionBuilder failure) {
    loyaltyAnswers(failure);

    Route route = route("C0001");

    assertThat(route.queue()).isEqualTo("gold");
    assertThat(route.source()).isEqualTo(Source.STALE);
    assertThat(route.ageSeconds()).isNotNegative();
    assertThat(route.decision()).isEqualTo(Decision.SENT);
    assertThat(route.pointsDecision()).isNull();
  }

  @Test
  void aHangEndsWithTheTimeout() {
    loyaltyAnswers(okJson("{}").withFixedDelay(HANG_MS));
    long start = System.nanoTime();

    Route route = route("C0001");

    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    assertThat(elapsed).isBetween(Duration.ofSeconds(4), Duration.ofMillis(HANG_MS / 3));
    assertThat(route.source()).isEqualTo(Source.STALE);
  }

  @Test
  @DirtiesContext // leaves the breaker open
  void keepsRoutingWithoutAskingALoyaltyLookupThatKeepsFailing() {
    loyaltyAnswers(status(500));
    for (int i = 0; i < 120; i++) {
      assertThat(route("C0001").queue()).isEqualTo("gold");
    }

    assertThat(Stream.generate(() -> route("C0001").decision()).limit(20))
        .contains(Decision.REJECTED)
        .doesNotContain(Decision.SENT); // now and then a probe
    assertThat(route("C0002").queue()).isEqualTo("general");
  }
}
