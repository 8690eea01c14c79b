package io.foreguard.samples.loyalty;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** What holds under every protection, over real HTTP against a scripted points engine. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "sample.timeout=4s")
@DirtiesContext
abstract class LoyaltyLookupTestBase {
  /** Started before any context, which asks for its address; shared by all test classes. */
  static final WireMockServer ENGINE = new WireMockServer(wireMockConfig().dynamicPort());

  static {
    ENGINE.start();
  }

  @LocalServerPort private int port;
  RestTestClient client;

  @DynamicPropertySource
  static void pointsEngine(DynamicPropertyRegistry registry) {
    registry.add("sample.points-url", ENGINE::baseUrl);
  }

  @BeforeEach
  void connect() {
    ENGINE.resetAll();
    client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
  }

  @Test
  void answersFreshlyWhileTheEngineIsWell() {
    engineAnswers(okJson("{\"customerId\":\"C0001\",\"points\":1234}"));

    profile("C0001")
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.customerId")
        .isEqualTo("C0001")
        .jsonPath("$.name")
        .isEqualTo("Bela Berg")
        .jsonPath("$.tier")
        .isEqualTo("SILVER")
        .jsonPath("$.points")
        .isEqualTo(1234)
        .jsonPath("$.source")
        .isEqualTo("fresh")
        .jsonPath("$.ageSeconds")
        .isEqualTo(0.0)
        .jsonPath("$.decision")
        .isEqualTo("sent");
    ENGINE.verify(
        getRequestedFor(urlEqualTo("/points/C0001")).withHeader("X-Request-Id", equalTo("r1")));
  }

  @Test
  void aCustomerThatTheDatabaseDoesNotKnowIsNotFound() {
    profile("nobody")
        .expectStatus()
        .isNotFound()
        .expectHeader()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .expectBody()
        .jsonPath("$.detail")
        .isEqualTo("No customer has the id nobody");
    ENGINE.verify(0, getRequestedFor(urlEqualTo("/points/nobody")));
  }

  @Test
  void aCustomerThatTheEngineDoesNotKnowIsNoSignOfIllHealth() {
    engineAnswers(status(404));
    for (int i = 0; i < 30; i++) {
      profile("C0001").expectStatus().isNotFound();
    }
    engineAnswers(okJson("{\"points\":7}"));

    profile("C0001")
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.decision")
        .isEqualTo("sent")
        .jsonPath("$.source")
        .isEqualTo("fresh");
  }

  @Test
  void hasNoAnswerWhenTheEngineFailsForACustomerNeverSeen() {
    engineAnswers(status(500));

    profile("C0500")
        .expectStatus()
        .isEqualTo(503)
        .expectHeader()
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .expectBody()
        .jsonPath("$.decision")
        .isEqualTo("sent")
        .jsonPath("$.detail")
        .value(detail -> assertThat(detail).asString().contains("no answer"));
  }

  @Test
  void refusesARequestIdThatCouldForgeAHeaderOrALogLine() {
    client
        .get()
        .uri("/customers/C0001/profile")
        .header("X-Request-Id", "a b")
        .exchange()
        .expectStatus()
        .isBadRequest()
        .expectBody()
        .jsonPath("$.detail")
        .value(detail -> assertThat(detail).asString().contains("X-Request-Id must be"));
  }

  @Test
  void showsItsHealthMetricsAndProtection() {
    client.get().uri("/actuator/health").exchange().expectStatus().isOk();
    client.get().uri("/actuator/metrics/jvm.memory.used").exchange().expectStatus().isOk();
    engineAnswers(okJson("{\"points\":7}"));
    GuardState before = state();

    profile("C0001").expectStatus().isOk();

    assertThat(state().admitted()).isEqualTo(before.admitted() + 1);
    assertThat(state().rejected()).isEqualTo(before.rejected());
    assertThat(state().protection()).isEqualTo(protection());
    assertThat(state().share()).isEqualTo(1);
  }

  abstract String protection();

  final GuardState state() {
    GuardState state =
        client
            .get()
            .uri("/sample/state")
            .exchange()
            .expectBody(GuardState.class)
            .returnResult()
            .getResponseBody();
    assertThat(state).isNotNull();
    return state;
  }

  final RestTestClient.ResponseSpec profile(String customerId) {
    return client
        .get()
        .uri("/customers/{id}/profile", customerId)
        .header("X-Request-Id", "r1")
        .exchange();
  }

  static void engineAnswers(ResponseDefinitionBuilder response) {
    ENGINE.stubFor(get(urlMatching("/points/.*")).willReturn(response));
  }
}
