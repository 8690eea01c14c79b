package io.foreguard.samples.loyalty;

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
abstract class ProtectedLookupTestBase extends LoyaltyLookupTestBase {
  private static final int HANG_MS = 30_000;

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of("an error", status(500)),
        Arguments.of("a refusal", status(503)),
        Arguments.of("a reset connection", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
        Arguments.of("a body without points", okJson("{}")),
        Arguments.of("garbage", okJson("}{")));
  }

  /** A history of success, so that one failure opens no breaker, and something to remember. */
  @BeforeEach
  void answerWellForAWhile() {
    engineAnswers(okJson("{\"points\":1234}"));
    for (int i = 0; i < 30; i++) {
      profile("C0001").expectStatus().isOk();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void servesTheLastKnownGoodPointsWithTheirAge(String name, ResponseDefinitionBuilder failure) {
    engineAnswers(failure);

    profile("C0001")
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.source")
        .isEqualTo("stale")
        .jsonPath("$.points")
        .isEqualTo(1234)
        .jsonPath("$.tier")
        .isEqualTo("SILVER")
        .jsonPath("$.ageSeconds")
        .value(age -> assertThat(age).asString().matches("[0-9]+\\.[0-9]+"))
        .jsonPath("$.decision")
        .isEqualTo("sent");
  }

  @Test
  void aHangEndsWithTheTimeout() {
    engineAnswers(okJson("{\"points\":1234}").withFixedDelay(HANG_MS));
    long start = System.nanoTime();

    profile("C0001").expectStatus().isOk().expectBody().jsonPath("$.source").isEqualTo("stale");

    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    assertThat(elapsed).isBetween(Duration.ofSeconds(4), Duration.ofMillis(HANG_MS / 3));
  }

  @Test
  @DirtiesContext // leaves the breaker open
  void stopsSendingToAnEngineThatKeepsFailing() {
    engineAnswers(status(500));
    for (int i = 0; i < 120; i++) {
      assertThat(stale("C0001").points()).isEqualTo(1234);
    }

    assertThat(Stream.generate(() -> stale("C0001").decision()).limit(20))
        .contains(Decision.REJECTED)
        .doesNotContain(Decision.SENT); // now and then a probe
    profile("C0002").expectStatus().isEqualTo(503);
  }

  private Profile stale(String customerId) {
    Profile profile =
        profile(customerId)
            .expectStatus()
            .isOk()
            .expectBody(Profile.class)
            .returnResult()
            .getResponseBody();
    assertThat(profile).isNotNull();
    assertThat(profile.source()).isEqualTo(Source.STALE);
    return profile;
  }
}
